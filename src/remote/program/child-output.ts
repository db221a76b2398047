import type { Readable } from 'node:stream'
import { asMessage, type JsonRpcMessage, messageFault, usableId } from '../../protocol/jsonrpc.ts'
import { type TruncatedMessage, truncated } from '../../protocol/truncated-message.ts'
import { byteWords } from '../../terminal/byte-words.ts'
import { LineSplitter } from '../../transports/stdio-lines.ts'

export interface OutputEvents {
  /** @returns a promise that settles once the message was processed. */
  message(message: JsonRpcMessage): void | Promise<void>
  /** A message that cannot be delivered, with the reason. */
  lost(message: TruncatedMessage, fault: string): void
  /** A line that is not a message. */
  stray(text: string): void
}

/** Characters of unprocessed messages after which reading pauses. */
const untakenLimit = 1024 * 1024

/** Reads a program's output with back-pressure. */
export class ChildOutput {
  readonly #stdout: Readable
  readonly #events: OutputEvents
  #untaken = 0
  #last = false

  /** @param limit maximum bytes of one message. */
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

  /** The program has exited: the rest of the pipe is its last output. */
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
    // Revisions up to 2025-03-26 have batches.
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
