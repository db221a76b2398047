import { errorCodes, isRecord, type JsonRpcError, type RequestId } from '../protocol/jsonrpc.ts'
import { own } from '../protocol/own.ts'
import { codeOf, messageOf } from '../terminal/errors.ts'
import { LoginFault } from './login/login-fault.ts'

/** What Node's codes mean, in words. */
const words: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host name lookup failed',
  ECONNRESET: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection was closed',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  ENOENT: 'program not found',
  EACCES: 'the program cannot be started: permission denied',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted('its certificate is self-signed'),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted('a certificate in its chain is self-signed'),
  UNABLE_TO_GET_ISSUER_CERT: untrusted('its certificate is of an unknown authority'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted('its certificate is of an unknown authority'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted('its certificate is of an unknown authority'),
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
}

function untrusted(reason: string): string {
  return `${reason}: name a file with it in NODE_EXTRA_CA_CERTS to trust it`
}

/** What a request is answered with in place of a server that is not there. */
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
 * Why a server could not be reached, in one line out of the errors of Node and of the official client.
 * @param token how a token is given where the reader is.
 */
export function reachFault(error: unknown, token: string): string {
  const causes = [...causesOf(error)]
  const login = causes.find((cause) => cause instanceof LoginFault)
  if (login instanceof LoginFault) return login.message
  const status = causes.map(statusOf).find((one) => one !== undefined)
  if (status !== undefined) return statusFault(status, causes, token)
  const known = causes.map((cause) => own(words, codeIn(cause) ?? '')).find((word) => word !== undefined)
  if (known !== undefined) return known
  const content = causes.find((cause) => codeOf(cause) === 'CLIENT_HTTP_UNEXPECTED_CONTENT')
  if (content !== undefined) return `it answered with ${typeOf(content)}, which is not MCP; try /mcp`
  if (causes.some((cause) => cause instanceof SyntaxError)) return 'it sent invalid JSON'
  if (causes.some(isMisfit)) return 'it sent something that is not an MCP message'
  // The official client asks first which era is spoken, and puts its own words around what came of that.
  const [first, second = first] = causes
  const text = messageOf(codeOf(first) === 'ERA_NEGOTIATION_FAILED' ? second : first)
  // All that Node's fetch says of an answer that has ended too early, unless it knows why.
  return text === 'terminated' ? 'the connection was closed' : text
}

function statusFault(status: number, causes: readonly unknown[], token: string): string {
  if (status < 400) {
    // Where it leads, the official client says in words alone.
    const to = causes
      .map((cause) => /Redirect to (\S+) not followed/.exec(messageOf(cause))?.[1])
      .find(Boolean)
    if (to !== undefined) return `it redirected to ${to}`
  }
  if (status === 401) return `401: it asks for a token; ${token}`
  if (status === 404 || status === 405) return `${status}: MCP is not served at this path; often it is /mcp`
  return `it responded with status ${status}`
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

/** The official client's SSE keeps the code of what failed in its message only. */
const codeIn = (cause: unknown): string | undefined =>
  codeOf(cause) ?? /\b(E[A-Z]{4,})\b/.exec(messageOf(cause))?.[1]

/** What the answer was, instead of JSON or a stream of events. */
function typeOf(cause: unknown): string {
  const data = dataOf(cause)
  const type = isRecord(data) ? data.contentType : undefined
  return (typeof type === 'string' && type.split(/[;\s]/, 1)[0]) || 'nothing'
}

/** An error of zod, by which the official client checks messages: its own words are a page of JSON. */
const isMisfit = (cause: unknown): boolean => isRecord(cause) && Array.isArray(cause.issues)

const dataOf = (cause: unknown): unknown => Reflect.get(Object(cause), 'data')

function* causesOf(error: unknown): Generator<unknown> {
  let cause = error
  for (let depth = 0; depth < 8 && cause !== undefined; depth++) {
    yield cause
    if (cause instanceof AggregateError) yield* cause.errors
    cause = Reflect.get(Object(cause), 'cause') ?? Reflect.get(Object(dataOf(cause)), 'cause')
  }
}
