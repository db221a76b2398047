import { codeOf, messageOf } from '../terminal/errors.ts'

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
}

/**
 * Why a server could not be reached, in one line out of the errors of Node and of the official client.
 * @param token how a token is given where the reader is.
 */
export function reachFault(error: unknown, token: string): string {
  const status = httpStatusOf(error)
  // The official client asks first which era is spoken, and puts its own words around what came of that.
  const text = messageOf(error)
    .replace(/^Version negotiation probe failed: /, '')
    .replace(/^the server answered with an unusable reply \((.*)\)$/s, '$1')
  const redirect = /Redirect to (\S+) not followed/.exec(text)?.[1]
  if (redirect !== undefined) return `it redirected to ${redirect}`
  if (status === 401) return `401: it asks for a token; ${token}`
  if (status === 404 || status === 405) return `${status}: MCP is not served at this path; often it is /mcp`
  if (status !== undefined) return `it responded with status ${status}`
  for (const cause of causesOf(error)) {
    // The official SSE client keeps the code in its message only.
    const code = codeOf(cause) ?? /\b(E[A-Z]{4,})\b/.exec(messageOf(cause))?.[1]
    const known = words[code ?? '']
    if (known) return known
  }
  if (text === 'terminated') return 'the connection was closed'
  const type = /^Unexpected content type: (\S+)/.exec(text)?.[1]
  if (type) return `it answered with ${type === 'null' ? 'nothing' : type}, which is not MCP; try /mcp`
  if (/ in JSON at position |^Unexpected .* JSON/.test(text)) return 'it sent what is not valid JSON'
  // What the official client says of a message that it cannot read is a page of JSON.
  return /^\[\s*\{/.test(text) ? 'it sent what is no message of MCP' : text
}

/** The official client's HTTP errors carry the status, at different depths. */
function httpStatusOf(error: unknown): number | undefined {
  for (const cause of causesOf(error)) {
    if (cause instanceof Error && cause.name === 'UnauthorizedError') return 401
    const data: unknown = Reflect.get(Object(cause), 'data')
    for (const holder of [cause, data]) {
      for (const key of ['status', 'code']) {
        const status: unknown = Reflect.get(Object(holder), key)
        if (typeof status === 'number' && status >= 400 && status < 600) return status
      }
    }
  }
  return undefined
}

function* causesOf(error: unknown): Generator<unknown> {
  let cause = error
  for (let depth = 0; depth < 8 && cause !== undefined; depth++) {
    yield cause
    if (cause instanceof AggregateError) yield* cause.errors
    const data: unknown = Reflect.get(Object(cause), 'data')
    cause = Reflect.get(Object(cause), 'cause') ?? Reflect.get(Object(data), 'cause')
  }
}
