import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuthInfo } from '../../protocol/auth.ts'
import { errorCodes, errorReply, type JsonRpcMessage, type RequestId } from '../../protocol/jsonrpc.ts'
import type { NoRoom } from '../../sessions/eviction.ts'

/** One HTTP request and its response. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The path without query and trailing slash. */
  readonly path: string
  /** The authenticated caller, if the server has auth. */
  readonly auth?: AuthInfo | undefined
  /** Called with its message and the session that it opens, if requests are recorded. */
  readonly seen?: ((message: JsonRpcMessage, opened?: string) => void) | undefined
  /** Responds that scopes are missing, and where to get them. */
  readonly forbid?: (scopes: readonly string[], id: RequestId | null) => void
}

/** Responds with a JSON body. */
export function replyJson(response: ServerResponse, status: number, body: unknown, headers?: Headers): void {
  replyText(response, status, JSON.stringify(body), headers)
}

/** Responds with JSON text, unless the client has disconnected. */
export function replyText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: Headers = {},
): void {
  if (response.headersSent || response.destroyed) return
  const body = bytesIfLong(text)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  endResponse(response, body, !response.shouldKeepAlive || headers.connection === 'close')
}

/**
 * Ends a response, with its last chunk. If that closes the connection, it waits until the whole request has arrived:
 * closing while the client is still sending would lose the response.
 */
export function endResponse(
  response: ServerResponse,
  text?: string | Uint8Array,
  closes = !response.shouldKeepAlive,
): void {
  const { req } = response
  if (req.complete || req.destroyed || !closes) return void response.end(text)
  if (text !== undefined) response.write(text)
  req.removeAllListeners('data').once('close', () => response.end())
  req.resume()
}

/** Responds with a body whose longest piece is already encoded. */
export function replyPieces(
  response: ServerResponse,
  [before, bytes, after]: readonly [string, Uint8Array, string],
  headers: Headers,
): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(before) + bytes.length + Buffer.byteLength(after),
    ...headers,
  })
  response.cork()
  response.write(before)
  response.write(bytes)
  endResponse(response, after)
}

type Headers = Record<string, string | number | readonly string[]>

/** Refuses a request with a JSON-RPC error: no HTML, path or stack ever reaches a client. */
export function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  { code = errorCodes.server, id = null, headers = {}, data }: Refusal = {},
): void {
  replyJson(response, status, errorReply(id, code, message, data), headers)
}

interface Refusal {
  code?: number
  id?: RequestId | null
  headers?: Headers
  data?: Record<string, unknown>
}

/** The response to new requests while calls in flight are drained. */
export function refuseStopping(response: ServerResponse, id: RequestId | null = null): void {
  refuse(response, 503, 'The server is shutting down', { id, headers: { connection: 'close' } })
}

/** The response to a request for a new session when all sessions are busy. */
export function refuseFull(response: ServerResponse, full: NoRoom, id: RequestId | null = null): void {
  refuse(response, 503, full.reason, { id, headers: { 'retry-after': String(full.seconds) } })
}

export function refuseMethod(response: ServerResponse, allowed: readonly string[]): void {
  refuse(response, 405, 'Method not allowed', { headers: { allow: allowed.join(', ') } })
}

/** Characters from which a text counts as long. */
const long = 16 * 1024

/**
 * Encodes a long text once. V8 concatenates strings lazily as ropes, which are flattened each time they are measured or
 * sent, and a stream does both.
 */
export const bytesIfLong = (text: string): string | Uint8Array =>
  text.length < long ? text : Buffer.from(text)
