import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { jsonText } from '../../protocol/json-text.ts'
import type { Mounted } from './mounted.ts'

/** What Express adds to a request of Node's. */
interface ExpressParts {
  /** The whole path, where `url` is only what follows the mount path. */
  originalUrl?: string
  baseUrl?: string
  /** What `express.json()` has read. */
  body?: unknown
}

/** A listener for `node:http` and Express. */
export const nodeListener =
  (mounted: Mounted) =>
  (incoming: IncomingMessage & ExpressParts, response: ServerResponse): void => {
    const request = incoming.body !== undefined && incoming.readableEnded ? readAgain(incoming) : incoming
    request.url = incoming.originalUrl ?? incoming.url ?? '/'
    mounted.handle(request, response, incoming.baseUrl)
  }

/** The same request with a body that can be read, made of what a middleware has made of it. */
function readAgain({ method, headers, body }: IncomingMessage & ExpressParts): IncomingMessage {
  const text = typeof body === 'string' || body instanceof Uint8Array ? body : jsonText(body)
  // They are of the body that came, which was decoded.
  const { 'content-encoding': _encoding, 'content-length': _length, ...kept } = headers
  const again = Object.assign(Readable.from([Buffer.from(text)]), { method, headers: kept, complete: true })
  return again as unknown as IncomingMessage
}
