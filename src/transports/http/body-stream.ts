import type { IncomingMessage } from 'node:http'

/**
 * The body of a request as a web-standard stream, read no faster than its reader goes. What nobody has read when the
 * exchange is over is thrown away, so that a client that still sends can hear its answer.
 * @param over aborted when the exchange is over.
 */
export function bodyStream(request: IncomingMessage, over: AbortSignal): ReadableStream<Uint8Array> {
  let open: ReadableStreamDefaultController<Uint8Array> | undefined
  const discard = () => {
    open = undefined
    request.resume()
  }
  const finish = (settle: (controller: ReadableStreamDefaultController<Uint8Array>) => void) => {
    if (open) settle(open)
    open = undefined
  }
  const begin = () => {
    request.on('data', (chunk: Buffer) => {
      open?.enqueue(new Uint8Array(chunk))
      if (open && (open.desiredSize ?? 0) <= 0) request.pause()
    })
    request.once('end', () => finish((controller) => controller.close()))
    const cutOff = () => finish((controller) => controller.error(new Error('The body was cut off')))
    request.once('error', cutOff).once('close', cutOff)
  }
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        open = controller
        over.addEventListener('abort', discard, { once: true })
      },
      pull: () => {
        if (request.listenerCount('data') === 0) begin()
        request.resume()
      },
      cancel: discard,
    },
    { highWaterMark: 0 },
  )
}
