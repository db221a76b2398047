/** Finds the states that a client is given to come back with (2026-07-28, patterns/mrtr) in an answer that comes in pieces. */
export class IssuedStates {
  /** The end of what has been seen, as far as it may be the beginning of another. */
  #rest = ''

  /** Those that are complete with this piece. */
  take(piece: string): string[] {
    const text = this.#rest + piece
    const found = [...text.matchAll(whole)]
    const last = found.at(-1)
    const left = last ? text.slice(last.index + last[0].length) : text
    this.#rest = begun.exec(left)?.[0] ?? left.slice(1 - name.length)
    return found.map(([, state = '']) => JSON.parse(state) as string)
  }
}

const name = '"requestState"'
const whole = /"requestState"\s*:\s*("(?:[^"\\]|\\.)*")/g
const begun = /"requestState"\s*(?::\s*(?:"(?:[^"\\]|\\.)*\\?)?)?$/
