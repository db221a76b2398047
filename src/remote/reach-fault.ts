import { causesOf, dataOf, networkFault } from '../process/network-fault.ts'
import { ProxyFault } from '../process/proxy/proxy-fault.ts'
import { errorCodes, isRecord, type JsonRpcError, type RequestId } from '../protocol/jsonrpc.ts'
import { parsedJson } from '../protocol/parsed-json.ts'
import { codeOf, messageOf } from '../terminal/errors.ts'
import { oneLine, shortened } from '../terminal/printable.ts'
import { LoginFault } from './login/login-fault.ts'

/** The error response for an unreachable server. */
export class Unreached implements JsonRpcError {
  readonly jsonrpc = '2.0'
  readonly id: RequestId
  readonly error: JsonRpcError['error']

  constructor(id: RequestId, reason: string) {
    this.id = id
    this.error = { code: errorCodes.server, message: reason }
  }
}

/**
 * Why a server could not be reached, as one line, from errors of Node and the official client.
 * @param token what a 401 means for the reader.
 * @param way the proxy, if any, which may be what failed.
 */
export const reachFault = (error: unknown, token?: string, way?: string): string =>
  faultOf(error, token, way).reason

/** The same as a sentence about the server, which distinguishes an error response from an unreachable server. */
export function reachSentence(label: string, error: unknown, token?: string, way?: string): string {
  const { reason, answered } = faultOf(error, token, way)
  if (!answered) return `${label} cannot be reached: ${reason}`
  if (reason.startsWith('it ')) return `${label} ${reason.slice(3)}`
  return `${label} ${/^\d{3}: /.test(reason) ? 'answered' : 'asks for a login:'} ${reason}`
}

function faultOf(error: unknown, token = 'it asks for a token', way?: string) {
  const causes = [...causesOf(error)]
  const answer = answerFault(causes, token)
  const reason = answer ?? silenceFault(causes)
  const whole = way === undefined || reason.includes(way) ? reason : `${reason}, by ${way}`
  return { reason: whole, answered: answer !== undefined }
}

/** What is wrong with a server's response. */
function answerFault(causes: readonly unknown[], token: string): string | undefined {
  const login = causes.find((cause) => cause instanceof LoginFault)
  if (login instanceof Error) return login.message
  if (causes.some((cause) => cause instanceof ProxyFault)) return undefined
  const status = causes.map(statusOf).find((one) => one !== undefined)
  if (status !== undefined) return statusFault(status, causes, token)
  if (networkFault(causes) !== undefined) return undefined
  const content = causes.find((cause) => codeOf(cause) === 'CLIENT_HTTP_UNEXPECTED_CONTENT')
  if (content !== undefined) return `it answered with ${typeOf(content)}, which is not MCP; try /mcp`
  if (causes.some((cause) => cause instanceof SyntaxError)) return 'it sent invalid JSON'
  if (causes.some(isMisfit)) return 'it sent something that is not an MCP message'
  return undefined
}

/** Why there was no response. */
function silenceFault(causes: readonly unknown[]): string {
  const told = causes.find((cause) => cause instanceof ProxyFault)
  if (told instanceof Error) return told.message
  const known = networkFault(causes)
  if (known !== undefined) return known
  // Node's message for an invalid header quotes its value.
  const header = causes.some((cause) => /invalid header (?:value|name)/.test(messageOf(cause)))
  if (header) return 'a header that it is to be sent has characters that are not allowed in one'
  // The official client first probes the era, and wraps that error in its own.
  const [first, second = first] = causes
  const text = messageOf(codeOf(first) === 'ERA_NEGOTIATION_FAILED' ? second : first)
  // Node's fetch reports a truncated response only as `terminated`.
  return text === 'terminated' ? 'the connection was closed' : text
}

function statusFault(status: number, causes: readonly unknown[], token: string): string {
  if (status < 400) {
    // The redirect target is only in the official client's message.
    const to = causes
      .map((cause) => /Redirect to (\S+) not followed/.exec(messageOf(cause))?.[1])
      .find(Boolean)
    if (to !== undefined) return `it redirected to ${to}`
  }
  if (status === 401) return `401: ${token}`
  if (status === 404 || status === 405) return `${status}: MCP is not served at this path; try /mcp`
  const said = causes.map(saidBy).find((one) => one !== undefined)
  return `it responded with status ${status}${said === undefined ? '' : `: ${said}`}`
}

/** Maximum characters shown of a server's own message. */
const longest = 200

/** The message of a JSON-RPC error in the body; nothing else of it is shown. */
function saidBy(cause: unknown): string | undefined {
  const text = Reflect.get(Object(dataOf(cause)), 'text')
  if (typeof text !== 'string') return undefined
  const { error } = Object(parsedJson(text)) as { error?: unknown }
  if (!isRecord(error) || typeof error.message !== 'string' || error.message === '') return undefined
  return shortened(oneLine(error.message), longest)
}

/** The official client's HTTP errors carry the status, at different depths. */
function statusOf(cause: unknown): number | undefined {
  if (cause instanceof Error && cause.name === 'UnauthorizedError') return 401
  for (const holder of [cause, dataOf(cause)]) {
    for (const key of ['status', 'code']) {
      const status: unknown = Reflect.get(Object(holder), key)
      if (typeof status === 'number' && status >= 300 && status < 600) return status
    }
  }
  return undefined
}

/** The content type, if it is neither JSON nor an event stream. */
function typeOf(cause: unknown): string {
  const data = dataOf(cause)
  const type = isRecord(data) ? data.contentType : undefined
  return (typeof type === 'string' && type.split(/[;\s]/, 1)[0]) || 'nothing'
}

/** Whether it is a zod error of the official client's validation, whose message is a page of JSON. */
const isMisfit = (cause: unknown): boolean => isRecord(cause) && Array.isArray(cause.issues)
