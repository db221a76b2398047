/** Default maximum bytes of one line; a longer one is skipped and answered with an error. */
export const lineLimit = 16 * 1024 * 1024

export interface LineHandlers {
  line(text: string): void
  /** A line exceeded the limit; it is skipped up to its newline. */
  tooLong(): void
  /** The skipped line has ended; these are its first and last characters. */
  skipped?(head: string, tail: string): void
}

/** Bytes that are retained of either end of a line that is too long. */
const edge = 1024

/** Splits a byte stream into lines, independent of chunks; UTF-8 is decoded per line, so characters are never split. */
export class LineSplitter {
  readonly #handlers: LineHandlers
  readonly #limit: number
  #chunks: Buffer[] = []
  #size = 0
  #skipping = false
  #head: Buffer = Buffer.alloc(0)
  #tail: Buffer = Buffer.alloc(0)

  /** @param limit maximum bytes of one line. */
  constructor(limit: number, handlers: LineHandlers) {
    this.#limit = limit
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

  /** The stream has ended; text without a final newline counts as a line. */
  end(): void {
    if (this.#size > 0) this.#emit()
  }

  #append(part: Buffer): void {
    if (this.#skipping) {
      this.#tail = lastOf(Buffer.concat([this.#tail, lastOf(part)]))
      return
    }
    this.#size += part.length
    if (this.#size <= this.#limit) {
      this.#chunks.push(part)
      return
    }
    this.#head = firstOf([...this.#chunks, part])
    this.#tail = lastOf(Buffer.concat([...this.#chunks.slice(-1).map(lastOf), lastOf(part)]))
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
    if (skipped) this.#handlers.skipped?.(this.#head.toString('utf8'), this.#tail.toString('utf8'))
    const text = skipped ? '' : (whole?.toString('utf8').trim() ?? '')
    if (text !== '') this.#handlers.line(text)
  }
}

const lastOf = (bytes: Buffer): Buffer => bytes.subarray(Math.max(0, bytes.length - edge))

/** A copy, so that it does not retain a larger buffer. */
function firstOf(chunks: readonly Buffer[]): Buffer {
  const few: Buffer[] = []
  let size = 0
  for (const chunk of chunks) {
    if (size >= edge) break
    few.push(chunk)
    size += chunk.length
  }
  return Buffer.from(Buffer.concat(few).subarray(0, edge))
}
