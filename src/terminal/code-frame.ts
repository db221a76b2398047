import { paint } from './output.ts'

/** Where something is wrong in a user's source; line and column count from 1. */
export interface SourcePosition {
  file: string
  line: number
  column: number
  lineText: string
  /** The line before, when it is known. */
  before?: string | undefined
}

/** The offending line with a caret under the column, as people know it from compilers. */
export function codeFrame({ line, column, lineText, before }: SourcePosition): string[] {
  const width = String(line).length
  const gutter = (mark: string, number: string) => `  ${mark} ${number.padStart(width)} │ `
  // A minified line would fill the screen; the caret needs only its neighbourhood.
  const start = lineText.length > 160 ? Math.max(0, column - 80) : 0
  const near = (text: string) => text.slice(start, start + 160).trimEnd()
  // A tab is as wide as the terminal makes it, above and below.
  const margin = lineText.slice(start, column - 1).replace(/[^\t]/g, ' ')
  return [
    ...(before === undefined ? [] : [gutter(' ', String(line - 1)) + near(before)]),
    gutter(paint.failure('>'), String(line)) + near(lineText),
    gutter(' ', '') + margin.padEnd(column - 1 - start) + paint.failure('^'),
  ]
}
