import stringWidth from 'fast-string-width'
import { cut } from './cell.ts'
import { unitsOf } from './line-units.ts'

/** The narrowest terminal that lines are laid out for, in columns. */
const least = 40
/** What stands between the cells of a line; within one, words are a space apart. */
const gap = /(?<=\S) {2,}(?=\S)/
/** Source code beside its line numbers: its columns mean something, so that what is too wide is cut. */
const frame = /^ *(?:\S+ +)?\d* *\u2502 /
/** How a command goes on in the next line. */
const further = process.platform === 'win32' ? undefined : ' \\'

/**
 * Text laid out for a terminal: lines break between words, and go on under the column where their last cell began. A
 * word is never broken, such as a URL or a path; a command that is too wide goes on after a backslash, as a shell
 * takes it.
 * @param columns of the terminal; without them lines stay as they are.
 * @param hang columns that a line goes on further right than it began, where it begins at the margin.
 */
export function fitted(text: string, columns: number | undefined, hang = 2): string {
  if (!columns) return text
  const width = Math.max(columns, least)
  return text
    .split('\n')
    .map((line) => (stringWidth(line) <= width ? line : broken(line, width, hang)))
    .join('\n')
}

function broken(line: string, width: number, hang: number): string {
  if (frame.test(line)) return cut(line, width)
  const indent = / */.exec(line)?.[0].length ?? 0
  const page = new Page(width, indent, hang)
  let rest = line.slice(indent)
  for (let space = 0; ; ) {
    const found = gap.exec(rest)
    page.cell(found ? rest.slice(0, found.index) : rest, space)
    if (!found) return page.text
    space = found[0].length
    rest = rest.slice(found.index + space)
  }
}

/** The lines that one line becomes. */
class Page {
  readonly #width: number
  #done = ''
  #line: string
  /** Columns that the next line begins with. */
  #hang: number

  constructor(width: number, indent: number, hang: number) {
    this.#width = width
    this.#line = ' '.repeat(indent)
    // What begins far to the right goes on below something already.
    this.#hang = indent === 0 ? hang : indent > 6 ? indent : indent + 2
  }

  get text(): string {
    return this.#done + this.#line
  }

  /** @param space columns between the cell and the one before. */
  cell(cell: string, space: number): void {
    const start = stringWidth(this.#line) + space
    // Half of the width is enough for words; with less, they stand below.
    const roomy = space > 0 && start <= this.#width / 2
    if (roomy) this.#hang = start
    if (roomy || this.#fits(cell, space)) this.#line += ' '.repeat(space)
    else this.#next()
    for (const unit of unitsOf(cell)) this.#put(unit.text, unit.words)
  }

  #put(text: string, words: readonly string[]): void {
    const space = this.#line === '' || this.#line.endsWith(' ') ? 0 : 1
    if (this.#fits(text, space)) {
      this.#line += ' '.repeat(space) + text
      return
    }
    this.#next()
    if (further === undefined || words.length < 2 || this.#fits(text, 0)) this.#line += text
    else this.#command(words)
  }

  #command([first = '', ...rest]: readonly string[]): void {
    this.#line += first
    for (const word of rest) {
      if (this.#fits(word + further, 1)) this.#line += ` ${word}`
      else {
        this.#line += further
        this.#next()
        this.#line += `  ${word}`
      }
    }
  }

  readonly #fits = (text: string, space: number) =>
    stringWidth(this.#line) + space + stringWidth(text) <= this.#width

  #next(): void {
    if (this.#line.trim() === '') return
    this.#done += `${this.#line.trimEnd()}\n`
    this.#line = ' '.repeat(this.#hang)
  }
}
