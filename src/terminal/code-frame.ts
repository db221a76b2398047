import { paint } from './output.ts'

/** Where something is wrong in a user's source; line and column count from 1. */
export interface Place {
  file: string
  line: number
  column: number
  lineText: string
  /** The line before, when it is known. */
  before?: string | undefined
}

/** The offending line with a caret under the column, as people know it from compilers. */
export function codeFrame({ line, column, lineText, before }: Place): string[] {
  const width = String(line).length
  const gutter = (mark: string, number: string) => `  ${mark} ${number.padStart(width)} │ `
  const frame = before === undefined ? [] : [gutter(' ', String(line - 1)) + before.trimEnd()]
  // A minified line would fill the screen; the caret needs only its neighbourhood.
  const start = lineText.length > 160 ? Math.max(0, column - 80) : 0
  const visible = lineText.slice(start, start + 160).trimEnd()
  frame.push(gutter(paint.failure('>'), String(line)) + visible)
  frame.push(gutter(' ', '') + ' '.repeat(Math.max(0, column - 1 - start)) + paint.failure('^'))
  return frame
}
