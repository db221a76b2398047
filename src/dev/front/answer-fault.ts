import { isRecord, type JsonRpcResponse } from '../../protocol/jsonrpc.ts'
import { faultOf } from '../conversation/call.ts'

/** Characters of an answer that are looked at: with a longer one, only that it was answered is known. */
const looked = 256 * 1024

/**
 * The same answer, of which it is told at its end what was wrong with it.
 * @param told takes the fault in a word, and nothing where there is none; is called once.
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
    // Nothing is read ahead, so that a slow client is as slow for the server.
    { highWaterMark: 0 },
  )
  return new Response(passed, { status, headers })
}

/** Finds the answer to the call in what is sent for it. */
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

  /** What was wrong; asked at the end. */
  get fault(): string | undefined {
    if (!this.#events) this.#look(this.#text)
    return this.#fault
  }

  /** Notifications and what the server asks meanwhile have no result. */
  #look(text: string): void {
    if (!/"(?:error|isError)"/.test(text)) return
    try {
      const message: unknown = JSON.parse(text)
      if (isRecord(message) && !('method' in message) && ('error' in message || isRecord(message.result)))
        this.#fault = faultOf(message as unknown as JsonRpcResponse)
    } catch {
      // Not JSON, or only the beginning of it.
    }
  }
}
