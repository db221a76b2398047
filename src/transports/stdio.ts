import type { Readable, Writable } from 'node:stream'
import { isTooDeep, tooDeep } from '../protocol/json-text.ts'
import { errorCodes, errorReply, type JsonRpcMessage, messageText } from '../protocol/jsonrpc.ts'
import { idIn } from '../protocol/truncated-message.ts'
import { type Pipe, type PipeHandlers, takeValue } from './pipe.ts'
import { LineSplitter, lineLimit } from './stdio-lines.ts'

/**
 * Newline-delimited JSON on a pair of streams (2025-11-25, stdio). Every invalid line gets an error response, since its
 * sender would otherwise wait for ever.
 */
export class Stdio implements Pipe {
  readonly #input: Readable
  readonly #output: Writable
  readonly #limit: number
  #broken = false
  #draining: Promise<void> | undefined
  #release: () => void = () => undefined

  /** @param limit maximum bytes of one message. */
  constructor(input: Readable, output: Writable, limit = lineLimit) {
    this.#input = input
    this.#output = output
    this.#limit = limit
  }

  start(handlers: PipeHandlers): void {
    const lines = new LineSplitter(this.#limit, {
      line: (text) => this.#parse(text, handlers),
      tooLong: () =>
        void this.#refuse(null, errorCodes.invalidRequest, `a message is larger than ${this.#limit} bytes`),
    })
    let ended = false
    const end = () => {
      if (ended) return
      ended = true
      lines.end()
      handlers.ended()
    }
    const data = (chunk: Buffer) => lines.push(chunk)
    const broken = () => {
      if (this.#broken) return
      this.#broken = true
      handlers.broken()
    }
    this.#input.on('data', data).once('end', end).once('close', end).once('error', end)
    this.#output.on('error', broken)
    this.#release = () => {
      this.#input.off('data', data).off('end', end).off('close', end).off('error', end)
      this.#output.off('error', broken)
    }
  }

  send(message: JsonRpcMessage): void | Promise<void> {
    if (this.#broken || this.#output.destroyed) return
    if (this.#output.write(`${messageText(message)}\n`)) return
    this.#draining ??= this.#drained()
    return this.#draining
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#output.off('drain', done).off('close', done).off('error', done)
        this.#draining = undefined
        resolve()
      }
      this.#output.once('drain', done).once('close', done).once('error', done)
    })
  }

  abandon(): void {
    // There is no per-request resource to release.
  }

  endStreams(): void {
    // The only stream also carries responses.
  }

  /** Restores the streams, so that other readers continue. */
  end(): void {
    this.#release()
    if (this.#input.listenerCount('data') > 0) return
    this.#input.pause()
    // An explicitly paused stream would stay paused for its next reader; this resets it.
    Reflect.set(this.#input, 'readableFlowing', null)
  }

  /** Resolves once all output has left the process, or the reader is gone. */
  flushed(): Promise<void> {
    if (this.#broken || this.#output.destroyed) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        this.#output.off('close', done)
        resolve()
      }
      this.#output.once('close', done)
      this.#output.write('', done)
    })
  }

  #parse(text: string, handlers: PipeHandlers): void {
    if (isTooDeep(text)) return void this.#refuse(idIn(text), errorCodes.invalidRequest, tooDeep)
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return void this.#refuse(null, errorCodes.parse, 'the line is not JSON')
    }
    takeValue(value, handlers.message, (error) => void this.send(error))
  }

  #refuse(id: string | number | null, code: number, message: string): void | Promise<void> {
    return this.send(errorReply(id, code, message))
  }
}
