import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Answer } from '../../protocol/auth.ts'
import { BoundedWriter } from '../http/bounded-writer.ts'
import { endResponse } from '../http/http-reply.ts'
import type { AnyResponse } from './any-response.ts'
import { WebResponse } from './web-classes.ts'

/**
 * Writes a web-standard `Response` to a Node one, streaming its body; ends silently when the client disconnects.
 * @param dropped given for a body whose producer ignores back-pressure: a client that does not read is disconnected.
 */
export async function writeResponse(
  response: ServerResponse,
  web: AnyResponse,
  dropped?: (reason: string) => void,
): Promise<void> {
  setHeaders(response, web.headers)
  response.writeHead(web.status)
  const body = bodyOf(web)
  if (!body || response.req.method === 'HEAD') return endResponse(response)
  response.flushHeaders()
  if (dropped) return pump(body, response, new BoundedWriter(response, dropped))
  await pipeline(Readable.fromWeb(body), response, { end: false }).then(
    () => endResponse(response),
    () => response.destroy(),
  )
}

/** Writes a response that is plain data. */
export function writeAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.headersSent || response.destroyed) return
  setHeaders(response, headers)
  response.writeHead(status, { 'content-length': body.length })
  endResponse(response, body)
}

/** The same as a web-standard `Response`. */
export const answerToResponse = ({ status, headers, body }: Answer): Response =>
  new WebResponse(body.length > 0 ? new Uint8Array(body) : null, {
    status,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
  })

/** Replaces existing headers; repeated ones, such as cookies, are all sent. */
function setHeaders(response: ServerResponse, headers: Iterable<readonly [string, string]>): void {
  const seen = new Set<string>()
  for (const [name, value] of headers) {
    if (seen.has(name)) response.appendHeader(name, value)
    else if (name !== 'connection') response.setHeader(name, value)
    seen.add(name)
  }
}

/** Implementations older than Node's own have a Node stream as body. */
function bodyOf({ body }: AnyResponse): ReadableStream<Uint8Array> | null {
  const stream: unknown = body
  return stream instanceof Readable ? (Readable.toWeb(stream) as ReadableStream<Uint8Array>) : body
}

/** Reads everything immediately, since the producer's own buffer has no limit. */
async function pump(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
  writer: BoundedWriter,
): Promise<void> {
  const reader = body.getReader()
  response.once('close', () => void reader.cancel().catch(() => undefined))
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) void writer.write(next.value)
    endResponse(response)
  } catch {
    response.destroy()
  }
}
