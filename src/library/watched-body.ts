/** Bytes that may wait for a client that does not read, beside the message being sent. */
const unreadLimit = 4 * 1024 * 1024

/**
 * The same body, and word of its end, whichever side ends it. What sends it heeds no back-pressure, so that it is
 * taken at once and breaks off for a client that leaves too much unread.
 */
export function watchedBody(body: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let ended = false
  const end = () => {
    if (!ended) onEnd()
    ended = true
  }
  const take = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    try {
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        if ((controller.desiredSize ?? 0) < -unreadLimit) throw new Error('it left more than 4 MiB unread')
        controller.enqueue(next.value)
      }
      if (!ended) controller.close()
    } catch (error) {
      controller.error(error)
      await reader.cancel(error).catch(() => undefined)
    }
    end()
  }
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => void take(controller),
      cancel: (reason) => {
        end()
        return reader.cancel(reason)
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  )
}
