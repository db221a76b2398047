import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuthInfo } from '../../protocol/auth.ts'
import { errorCodes, errorReply, type JsonRpcMessage, type RequestId } from '../../protocol/jsonrpc.ts'
import type { NoRoom } from '../../sessions/eviction.ts'

/** One HTTP request being answered. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** The path without query and trailing slash. */
  readonly path: string
  /** Who sent it, where the server checks that. */
  readonly auth?: AuthInfo | undefined
  /** Hears of the message in it, and of the session that it opens, where somebody keeps record of requests. */
  readonly seen?: ((message: JsonRpcMessage, opened?: string) => void) | undefined
  /** Tells the sender that this needs scopes, and where they are to be had. */
  readonly forbid?: (scopes: readonly string[], id: RequestId | null) => void
}

/** Answers with a JSON body. */
export function replyJson(response: ServerResponse, status: number, body: unknown, headers?: Headers): void {
  replyText(response, status, JSON.stringify(body), headers)
}

/** Answers with a body that is JSON text already, unless the client has gone. */
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
  endHeard(response, body, !response.shouldKeepAlive || headers.connection === 'close')
}

/**
 * Ends an answer, with its last words; one that closes the connection not before the request has arrived: a connection
 * that is closed while its client still sends takes the answer with it.
 */
export function endHeard(
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

/** Answers with a body whose longest piece is bytes already. */
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
  endHeard(response, after)
}

type Headers = Record<string, string | number | readonly string[]>

/** Every refusal on an HTTP path is a JSON-RPC error: no HTML, no path and no stack ever reaches a client. */
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

/** What a new request gets while calls in flight are being finished. */
export function refuseStopping(response: ServerResponse, id: RequestId | null = null): void {
  refuse(response, 503, 'The server is shutting down', { id, headers: { connection: 'close' } })
}

/** What whoever wants a session gets when all there are have calls being answered. */
export function refuseFull(response: ServerResponse, full: NoRoom, id: RequestId | null = null): void {
  refuse(response, 503, full.reason, { id, headers: { 'retry-after': String(full.seconds) } })
}

export function refuseMethod(response: ServerResponse, allowed: readonly string[]): void {
  refuse(response, 405, 'Method not allowed', { headers: { allow: allowed.join(', ') } })
}

/** Characters from which a text is long. */
const long = 16 * 1024

/**
 * A long text in bytes, a short one as it is. Putting a text together only notes its pieces: whoever measures it or
 * sends it copies all of them, each for itself, and a stream does both. Bytes are made once.
 */
export const bytesIfLong = (text: string): string | Uint8Array =>
  text.length < long ? text : Buffer.from(text)
