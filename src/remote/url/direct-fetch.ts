import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http'
import { Agent as HttpsAgent, request as overHttps } from 'node:https'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { createBrotliDecompress, createUnzip } from 'node:zlib'
import { idleConnections } from '../../process/idle-connections.ts'
import { outgoingFetch } from '../../process/proxy/outgoing-fetch.ts'
import { namesProxy, proxyFor } from '../../process/proxy/proxy-for.ts'
import { plainHeaders, webHeaders } from '../../transports/web/web-headers.ts'
import { AnswerTooLong } from './answer-too-long.ts'
import { WholeAnswer } from './whole-answer.ts'

type Fetch = typeof globalThis.fetch

/** Idle timeout of a non-stream response in milliseconds, as in `fetch`. */
const idleTimeout = 300_000

const ways = {
  'http:': { send: overHttp, agent: new HttpAgent(idleConnections) },
  'https:': { send: overHttps, agent: new HttpsAgent(idleConnections) },
} as const

/**
 * A `fetch` for the official client on Node's own HTTP, which takes a fraction of the CPU time. An ordinary response
 * becomes a `WholeAnswer`, all others a `Response`. Requests with a proxy, redirects or non-text bodies are left to
 * `fetch`.
 * @param limit maximum bytes of an ordinary response.
 * @throws AnswerTooLong for a longer one; TypeError with a cause, as from `fetch`; the reason of an aborted signal.
 */
export function directFetch(limit: number): Fetch {
  return async (input, init = {}) => {
    const url = input instanceof URL ? input : input instanceof Request ? undefined : new URL(input)
    const { body, signal } = init
    if (!url || !isDirect(url) || init.redirect !== 'manual' || (body && typeof body !== 'string'))
      return outgoingFetch(input, init)
    signal?.throwIfAborted()
    const { send, agent } = ways[url.protocol as keyof typeof ways]
    const headers = plainHeaders(init.headers)
    const request = send(url, {
      method: init.method ?? 'GET',
      agent,
      headers: { 'accept-encoding': 'gzip, deflate, br', ...headers },
    })
    const abort = () => request.destroy()
    signal?.addEventListener('abort', abort, { once: true })
    const over = () => signal?.removeEventListener('abort', abort)
    try {
      const incoming = await answerTo(request, body || undefined)
      if (!isOrdinary(incoming)) return streamed(incoming, url, over)
      const bytes = await bytesOf(incoming, limit)
      over()
      return new WholeAnswer(incoming, url, bytes) as unknown as Response
    } catch (error) {
      over()
      signal?.throwIfAborted()
      throw error instanceof AnswerTooLong ? error : new TypeError('fetch failed', { cause: error })
    }
  }
}

const isDirect = (url: URL): boolean =>
  url.protocol in ways && !(namesProxy(process.env) && proxyFor(url, process.env))

/** Whether it is an ordinary response, as nearly all are: JSON, or the acceptance of a notification. */
const isOrdinary = ({ statusCode, headers }: IncomingMessage): boolean =>
  statusCode === 202 || (statusCode === 200 && /^application\/json\b/.test(headers['content-type'] ?? ''))

function answerTo(request: ClientRequest, body: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on('error', reject).once('response', resolve)
    request.setTimeout(idleTimeout, () => request.destroy(new Error(`no answer in ${idleTimeout / 1000} s`)))
    request.end(body)
  })
}

/** Reads the body. Node reports a truncated response as aborted, which would be misleading here. */
function bytesOf(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (length: number) => {
      size += length
      if (size <= limit) return true
      incoming.destroy()
      reject(new AnswerTooLong(limit))
      return false
    }
    const announced = Number(incoming.headers['content-length'] ?? 0)
    if (announced > limit && !take(announced)) return
    decoded(incoming)
      .on('data', (chunk: Buffer) => take(chunk.length) && chunks.push(chunk))
      .once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
      .on('error', reject)
    incoming.on('error', reject)
  })
}

/** The decompressed body. */
function decoded(incoming: IncomingMessage): Readable {
  const encoding = incoming.headers['content-encoding']?.trim().toLowerCase()
  if (encoding === 'br') return incoming.pipe(createBrotliDecompress())
  return /^(?:x-)?gzip$|^deflate$/.test(encoding ?? '') ? incoming.pipe(createUnzip()) : incoming
}

function streamed(incoming: IncomingMessage, url: URL, over: () => void): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', headers } = incoming
  incoming.once('close', over)
  // Streams have no idle timeout.
  if (status === 200) incoming.setTimeout(0)
  const body = decoded(incoming)
  if (body !== incoming) incoming.once('error', (error) => body.destroy(error))
  const empty = [101, 204, 205, 304].includes(status)
  if (empty) incoming.resume()
  const web = empty ? null : (Readable.toWeb(body) as WebStream<Uint8Array> as ReadableStream<Uint8Array>)
  const response = new Response(web, { status, statusText, headers: webHeaders(headers) })
  return Object.defineProperty(response, 'url', { value: url.href })
}
