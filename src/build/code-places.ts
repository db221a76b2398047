import { codeOnly } from '../loader/meaning/lexers.ts'

/** A part of a source. */
export interface Span {
  readonly from: number
  readonly end: number
}

/** What is put in place of a part of a source. */
export interface Edit extends Span {
  readonly text: string
}

/** A source, and the same with everything blank that only looks like code. */
export interface Source {
  readonly file: string
  readonly text: string
  readonly code: string
}

export const sourceOf = (file: string, text: string): Source => ({
  file,
  text,
  code: codeOnly(text, /x$/.test(file)),
})

/** The arguments of a call whose opening bracket is at a place, without the brackets. */
export function argumentsAt({ code }: Source, open: number): Span {
  let depth = 0
  for (let at = open; at < code.length; at++) {
    if ('([{'.includes(code[at] ?? ' ')) depth++
    if (')]}'.includes(code[at] ?? ' ') && --depth === 0) return { from: open + 1, end: at }
  }
  return { from: open + 1, end: code.length }
}

/** The source with its edits, none of which may overlap. */
export function edited({ text }: Pick<Source, 'text'>, edits: readonly Edit[]): string {
  let [changed, at] = ['', 0]
  for (const edit of edits.toSorted((a, b) => a.from - b.from)) {
    changed += text.slice(at, edit.from) + edit.text
    at = edit.end
  }
  return changed + text.slice(at)
}

/** Line and column of a place, which count from 1. */
export function lineAt({ text }: Pick<Source, 'text'>, place: number): { line: number; column: number } {
  const before = text.slice(0, place).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
