import { isRecord, type JsonRpcResponse } from '../../protocol/jsonrpc.ts'
import { faultOf } from '../conversation/call.ts'

/** Maximum characters of a response that are examined for errors. */
const looked = 256 * 1024

/**
 * The same response, with a callback at its end that says what was wrong with it.
 * @param told is called once with the fault, or undefined.
 */
export function watchedAnswer(response: Response, told: (fault: string | undefined) => void): Response {
  const { body, status, headers } = response
  const fallback = response.ok ? undefined : `status ${status}`
  if (!body) {
    told(fallback)
    return response
  }
  const reader = body.getReader()
  const watch = new AnswerWatch(headers.get('content-type')?.startsWith('text/event-stream') === true)
  const passed = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read().catch((error: unknown) => {
          told('broken off')
          throw error
        })
        if (value) {
          watch.take(value)
          return controller.enqueue(value)
        }
        if (!done) return
        told(watch.fault ?? fallback)
        controller.close()
      },
      cancel: (reason) => {
        told(watch.fault ?? 'cancelled')
        return reader.cancel(reason)
      },
    },
    // No read-ahead, so that the server sees the back-pressure of a slow client.
    { highWaterMark: 0 },
  )
  return new Response(passed, { status, headers })
}

/** Finds the response to the call in a stream. */
class AnswerWatch {
  readonly #decoder = new TextDecoder()
  readonly #events: boolean
  #text = ''
  #fault: string | undefined

  constructor(events: boolean) {
    this.#events = events
  }

  take(bytes: Uint8Array): void {
    if (this.#text.length > looked) return
    this.#text += this.#decoder.decode(bytes, { stream: true })
    if (!this.#events) return
    const events = this.#text.split(/\r?\n\r?\n/)
    this.#text = events.pop() ?? ''
    for (const event of events) this.#look(event.replace(/^(?:data: ?|(?:event|id|retry|:).*\n?)/gm, ''))
  }

  /** The fault, once the stream has ended. */
  get fault(): string | undefined {
    if (!this.#events) this.#look(this.#text)
    return this.#fault
  }

  /** Notifications and requests of the server have no result. */
  #look(text: string): void {
    if (!/"(?:error|isError)"/.test(text)) return
    try {
      const message: unknown = JSON.parse(text)
      if (isRecord(message) && !('method' in message) && ('error' in message || isRecord(message.result)))
        this.#fault = faultOf(message as unknown as JsonRpcResponse)
    } catch {
      // Not JSON, or truncated.
    }
  }
}
