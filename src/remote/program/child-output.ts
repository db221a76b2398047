import type { Readable } from 'node:stream'
import { asMessage, type JsonRpcMessage, messageFault, usableId } from '../../protocol/jsonrpc.ts'
import { type TruncatedMessage, truncated } from '../../protocol/truncated-message.ts'
import { byteWords } from '../../terminal/byte-words.ts'
import { LineSplitter } from '../../transports/stdio-lines.ts'

export interface OutputEvents {
  /** @returns what is settled once the message has been taken on. */
  message(message: JsonRpcMessage): void | Promise<void>
  /** A message that can be handed to nobody, and why. */
  lost(message: TruncatedMessage, fault: string): void
  /** A line that was not meant to be a message. */
  stray(text: string): void
}

/** Characters of messages that may wait to be taken on before the program has to wait. */
const untakenLimit = 1024 * 1024

/** Reads what a program prints, no faster than it is taken on. */
export class ChildOutput {
  readonly #stdout: Readable
  readonly #events: OutputEvents
  #untaken = 0
  #last = false

  /** @param limit bytes of one message. */
  constructor(stdout: Readable, limit: number, events: OutputEvents) {
    this.#stdout = stdout
    this.#events = events
    const lines = new LineSplitter(limit, {
      line: (text) => this.#read(text),
      tooLong: () => undefined,
      skipped: (head, tail) => events.lost(truncated(head, tail), `it is longer than ${byteWords(limit)}`),
    })
    stdout.on('data', (chunk: Buffer) => {
      lines.push(chunk)
      if (this.#untaken > untakenLimit && !this.#last) stdout.pause()
    })
    stdout.once('end', () => lines.end())
  }

  /** The program has ended: what is left in the pipe is all there will be. */
  last(): void {
    this.#last = true
    this.#stdout.resume()
  }

  #read(text: string): void {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return this.#events.stray(text)
    }
    // Versions of 2025-03-26 and before know several messages in one.
    for (const one of Array.isArray(value) ? value : [value]) this.#take(one, text)
  }

  #take(value: unknown, text: string): void {
    const fault = messageFault(value)
    if (fault === undefined) return this.#hand(asMessage(value), text.length)
    const id = usableId(value)
    const { method, jsonrpc } = Object(value) as Record<string, unknown>
    if (id === null && jsonrpc !== '2.0') return this.#events.stray(text)
    const known = { ...(id !== null && { id }), ...(typeof method === 'string' && { method }) }
    this.#events.lost(known, fault)
  }

  #hand(message: JsonRpcMessage, size: number): void {
    const taken = this.#events.message(message)
    if (!taken) return
    this.#untaken += size
    const done = () => {
      this.#untaken -= size
      if (this.#untaken <= untakenLimit) this.#stdout.resume()
    }
    taken.then(done, done)
  }
}
