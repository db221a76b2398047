import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BoundedWriter } from './bounded-writer.ts'

/**
 * Writes a web-standard `Response` to Node's, streaming its body; ends quietly when the client leaves.
 * @param dropped given for a body whose producer heeds no back-pressure: a client that does not read is dropped.
 */
export async function writeResponse(
  response: ServerResponse,
  web: Response,
  dropped?: (reason: string) => void,
): Promise<void> {
  for (const [name, value] of web.headers) {
    if (name !== 'set-cookie' && name !== 'connection') response.setHeader(name, value)
  }
  const cookies = web.headers.getSetCookie()
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  response.writeHead(web.status)
  if (!web.body || response.req.method === 'HEAD') {
    response.end()
    return
  }
  response.flushHeaders()
  if (dropped) return pump(web.body, response, new BoundedWriter(response, dropped))
  await pipeline(Readable.fromWeb(web.body), response).catch(() => response.destroy())
}

/** Takes everything at once, or it would pile up where nothing bounds it. */
async function pump(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
  writer: BoundedWriter,
): Promise<void> {
  const reader = body.getReader()
  response.once('close', () => void reader.cancel().catch(() => undefined))
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) void writer.write(next.value)
    response.end()
  } catch {
    response.destroy()
  }
}
