/** Bytes of one line accepted at most; a longer one is skipped and answered with an error. */
export const lineLimit = 16 * 1024 * 1024

export interface LineHandlers {
  line(text: string): void
  /** A line went over the limit; it is skipped up to its newline. */
  tooLong(): void
}

/** Cuts a byte stream into lines, whatever the chunks; UTF-8 is decoded per line, so none is ever split. */
export class LineSplitter {
  readonly #handlers: LineHandlers
  #chunks: Buffer[] = []
  #size = 0
  #skipping = false

  constructor(handlers: LineHandlers) {
    this.#handlers = handlers
  }

  push(chunk: Buffer): void {
    let start = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.#append(chunk.subarray(start, end))
      this.#emit()
      start = end + 1
    }
    if (start < chunk.length) this.#append(chunk.subarray(start))
  }

  /** The stream has ended; what stands without a newline is a line too. */
  end(): void {
    if (this.#size > 0) this.#emit()
  }

  #append(part: Buffer): void {
    if (this.#skipping) return
    this.#size += part.length
    if (this.#size <= lineLimit) {
      this.#chunks.push(part)
      return
    }
    this.#chunks = []
    this.#skipping = true
    this.#handlers.tooLong()
  }

  #emit(): void {
    const whole = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks)
    const skipped = this.#skipping
    this.#chunks = []
    this.#size = 0
    this.#skipping = false
    const text = skipped ? '' : (whole?.toString('utf8').trim() ?? '')
    if (text !== '') this.#handlers.line(text)
  }
}
