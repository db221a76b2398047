import { cutMessage, type TruncatedMessage } from '../../protocol/truncated-message.ts'

/** Bytes kept of either end of an event that is too long; half of the least limit there is. */
const edge = 512
const [lineFeed, carriageReturn] = [10, 13]

/**
 * Passes a stream of server-sent events on, but for those of more bytes than a limit. Each goes on in one piece: the
 * official client's parser begins anew with every piece of an event.
 */
export class EventBound {
  readonly #limit: number
  readonly #lost: (message: TruncatedMessage) => string | undefined
  #parts: Uint8Array[] = []
  #size = 0
  #lineLength = 0
  #before = 0

  /** @param lost is told of each event that was left out; returns one to put in its place, if any. */
  constructor(limit: number, lost: (message: TruncatedMessage) => string | undefined) {
    this.#limit = limit
    this.#lost = lost
  }

  transform(chunk: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>): void {
    let start = 0
    while (start < chunk.length) {
      const end = this.#endOfEvent(chunk, start)
      this.#hold(chunk.subarray(start, end))
      if (end === undefined) return
      this.flush(controller)
      start = end
    }
  }

  /** What ends without an empty line goes on as it is. */
  flush(controller: TransformStreamDefaultController<Uint8Array>): void {
    const [parts, size] = [this.#parts, this.#size]
    this.#parts = []
    this.#size = 0
    if (size === 0) return
    if (size <= this.#limit) return controller.enqueue(wholeOf(parts))
    const [head = nothing, tail = nothing] = parts
    const [, data = ''] = /(?:^|[\r\n])data: ?([^\r\n]*)/.exec(textOf(head)) ?? []
    const instead = this.#lost(cutMessage(data, textOf(tail).trimEnd()))
    if (instead !== undefined) controller.enqueue(new TextEncoder().encode(`data: ${instead}\n\n`))
  }

  /** Where the event that goes on at `start` ends in this chunk; an empty line ends it (HTML, Server-sent events). */
  #endOfEvent(chunk: Uint8Array, start: number): number | undefined {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      const before = this.#before
      this.#before = byte
      if (byte !== lineFeed && byte !== carriageReturn) this.#lineLength++
      else if (byte === carriageReturn || before !== carriageReturn) {
        const ended = this.#lineLength === 0
        this.#lineLength = 0
        if (ended) return at + 1
      }
    }
    return undefined
  }

  /** Of an event that is too long its two ends are kept. */
  #hold(part: Uint8Array): void {
    this.#size += part.length
    this.#parts.push(part)
    if (this.#size <= this.#limit) return
    const whole = wholeOf(this.#parts)
    this.#parts = [whole.slice(0, edge), whole.slice(-edge)]
  }
}

const nothing = new Uint8Array()
const wholeOf = (parts: readonly Uint8Array[]) =>
  parts.length === 1 ? (parts[0] ?? nothing) : Buffer.concat(parts)
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
