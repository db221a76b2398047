import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Writes a web-standard `Response` to Node's, streaming its body; ends quietly when the client leaves. */
export async function writeResponse(response: ServerResponse, web: Response): Promise<void> {
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
  await pipeline(Readable.fromWeb(web.body), response).catch(() => response.destroy())
}
