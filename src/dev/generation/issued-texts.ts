/**
 * Finds what a client is given to come back with in an answer that comes in pieces, such as a `requestState`
 * (2026-07-28, patterns/mrtr): the texts under one name.
 */
export class IssuedTexts {
  readonly #name: string
  readonly #whole: RegExp
  readonly #begun: RegExp
  /** The end of what has been seen, as far as it may be the beginning of another. */
  #rest = ''

  /** @param name letters alone. */
  constructor(name: string) {
    this.#name = `"${name}"`
    this.#whole = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`, 'g')
    this.#begun = new RegExp(`"${name}"\\s*(?::\\s*(?:"(?:[^"\\\\]|\\\\.)*\\\\?)?)?$`)
  }

  /** Those that are complete with this piece. */
  take(piece: string): string[] {
    const text = this.#rest + piece
    const found = [...text.matchAll(this.#whole)]
    const last = found.at(-1)
    const left = last ? text.slice(last.index + last[0].length) : text
    this.#rest = this.#begun.exec(left)?.[0] ?? left.slice(1 - this.#name.length)
    return found.map(([, issued = '']) => JSON.parse(issued) as string)
  }
}
