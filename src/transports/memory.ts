import type { Channel } from '../protocol/channel.ts'
import { jsonText } from '../protocol/json-text.ts'
import { type JsonRpcMessage, messageText } from '../protocol/jsonrpc.ts'
import { type Pipe, type PipeHandlers, takeValue } from './pipe.ts'

/** A pipe within one process. Messages are passed as JSON text, so that neither side shares objects with the other. */
export class MemoryPipe implements Pipe {
  /** The client's end, in the shape of the official SDKs' `Transport`. */
  readonly client: Channel
  #handlers: PipeHandlers | undefined
  #closing: Promise<void> | undefined

  /** @param onClose is called once, when either end closes; the client's `close()` waits for it. */
  constructor(onClose: () => Promise<void>) {
    this.client = {
      start: () => Promise.resolve(),
      send: async (message) => {
        if (this.#closing !== undefined) throw new Error('the connection is closed')
        const value: unknown = JSON.parse(jsonText(message))
        queueMicrotask(() => {
          const handlers = this.#handlers
          if (handlers) takeValue(value, handlers.message, (error) => this.send(error))
        })
      },
      close: () => {
        // Set first, because the callback closes both ends again.
        this.#closing ??= Promise.resolve().then(() => this.#close(onClose))
        return this.#closing
      },
    }
  }

  start(handlers: PipeHandlers): void {
    this.#handlers = handlers
  }

  send(message: JsonRpcMessage): void {
    const copy: JsonRpcMessage = JSON.parse(messageText(message))
    queueMicrotask(() => this.client.onmessage?.(copy))
  }

  abandon(): void {
    // There is no per-request resource to release.
  }

  endStreams(): void {
    // The only stream also carries responses.
  }

  end(): void {
    void this.client.close()
  }

  flushed(): Promise<void> {
    return Promise.resolve()
  }

  async #close(onClose: () => Promise<void>): Promise<void> {
    this.#handlers?.ended()
    this.#handlers = undefined
    await onClose()
    this.client.onclose?.()
  }
}
