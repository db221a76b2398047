import { type CutMessage, cutMessage } from './cut-message.ts'

/** Bytes kept of either end of an event that is too long. */
const edge = 2048
const [lineFeed, carriageReturn] = [10, 13]
const nothing = new Uint8Array()

/** Passes a stream of server-sent events on, but for those of more bytes than a limit. */
export class EventBound {
  readonly #limit: number
  readonly #lost: (message: CutMessage) => string | undefined
  #size = 0
  #lineLength = 0
  #before = 0
  #skipping = false
  #head: Uint8Array = nothing
  #tail: Uint8Array = nothing

  /** @param lost is told of each event that was left out; returns one to put in its place, if any. */
  constructor(limit: number, lost: (message: CutMessage) => string | undefined) {
    this.#limit = limit
    this.#lost = lost
  }

  transform(chunk: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>): void {
    let start = 0
    while (start < chunk.length) {
      const end = this.#endOfEvent(chunk, start)
      this.#pass(chunk.subarray(start, end ?? chunk.length), controller)
      if (end === undefined) return
      this.#finish(controller)
      start = end
    }
  }

  /** What ends without an empty line is an event too, if it was too long. */
  flush(controller: TransformStreamDefaultController<Uint8Array>): void {
    if (this.#skipping) this.#finish(controller)
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

  #pass(part: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>): void {
    this.#size += part.length
    if (this.#head.length < edge) {
      this.#head = Buffer.concat([this.#head, part.subarray(0, edge - this.#head.length)])
    }
    this.#tail = part.length < edge ? Buffer.concat([this.#tail, part]).subarray(-edge) : part.subarray(-edge)
    if (this.#size <= this.#limit) return controller.enqueue(part)
    // Whoever reads what has gone on already must not take the next event for its rest.
    if (!this.#skipping) controller.enqueue(new TextEncoder().encode('\n\n'))
    this.#skipping = true
  }

  #finish(controller: TransformStreamDefaultController<Uint8Array>): void {
    const [head, tail, skipped] = [this.#head, this.#tail, this.#skipping]
    this.#size = 0
    this.#skipping = false
    this.#head = nothing
    this.#tail = nothing
    if (!skipped) return
    const [, data = ''] = /(?:^|[\r\n])data: ?([^\r\n]*)/.exec(textOf(head)) ?? []
    const instead = this.#lost(cutMessage(data, textOf(tail).trimEnd()))
    if (instead !== undefined) controller.enqueue(new TextEncoder().encode(`data: ${instead}\n\n`))
  }
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
