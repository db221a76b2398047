import { request as open } from 'node:http'
import { type JsonRpcMessage, usableId } from '../../protocol/jsonrpc.ts'
import type { ProcessAddress } from '../../store/siblings.ts'
import { type Exchange, refuse } from '../http/http-reply.ts'
import { forwardedHeaders } from '../http/raw-headers.ts'

/** The header with the key of a peer port. */
export const peerKeyHeader = 'x-fastmcp-peer-key'

/** Milliseconds within which a process must start to respond; after that it counts as unresponsive. */
const answerLimit = 30_000

/**
 * Forwards a request to another process of the same server, and streams its response back.
 * @param message the request's body, if it has been read already.
 */
export function forward(
  { request, response }: Exchange,
  { port, key }: ProcessAddress,
  message?: JsonRpcMessage,
): Promise<void> {
  const body = message === undefined ? undefined : Buffer.from(JSON.stringify(message))
  const { method, url: path } = request
  const asked = open({
    ...{ host: '127.0.0.1', port, method, path, agent: false },
    headers: peerHeaders(request.rawHeaders, { key }, body),
  })
  const late = setTimeout(() => asked.destroy(new Error('late')), answerLimit)
  asked.on('response', (answer) => {
    clearTimeout(late)
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, forwardedHeaders(answer.rawHeaders))
    // The head of a streamed response must not be delayed.
    response.flushHeaders()
    answer.on('error', () => response.destroy())
    answer.pipe(response)
  })
  asked.on('error', () => {
    clearTimeout(late)
    if (response.headersSent) response.destroy()
    else refuse(response, 503, goneWords, { id: usableId(message), headers: { 'retry-after': '1' } })
  })
  asked.end(body)
  return new Promise((resolve) => {
    response.once('close', () => {
      clearTimeout(late)
      asked.destroy()
      resolve()
    })
  })
}

const goneWords = 'The process that had this request to answer has ended'

/** The headers for forwarding a request to a peer port. */
export function peerHeaders(
  raw: readonly string[],
  { key }: Pick<ProcessAddress, 'key'>,
  body: Buffer | string | undefined,
): Record<string, string | string[] | number> {
  const headers = { ...withoutLength(forwardedHeaders(raw)), [peerKeyHeader]: key, connection: 'close' }
  return body === undefined ? headers : { ...headers, 'content-length': Buffer.byteLength(body) }
}

function withoutLength({ 'content-length': _, ...headers }: Record<string, string | string[]>) {
  return headers
}
