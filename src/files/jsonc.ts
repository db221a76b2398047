import { messageOf } from '../terminal/errors.ts'

/** Parses JSON with comments and trailing commas, as in configuration files of editors. */
export function parseJsonc(text: string): unknown {
  // Strings are matched first, so that what looks like a comment or comma inside one stays.
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(
      /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (comment: string, string: string | undefined) => string ?? blank(comment),
    )
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? ' ')
  try {
    return JSON.parse(plain)
  } catch (error) {
    throw new SyntaxError(withPosition(messageOf(error), plain))
  }
}

/** Adds line and column, since Node 20 reports only a character offset. */
function withPosition(message: string, text: string): string {
  const position = /position (\d+)$/.exec(message)?.[1]
  if (position === undefined) return message
  const lines = text.slice(0, Number(position)).split('\n')
  return `${message} (line ${lines.length} column ${(lines.at(-1)?.length ?? 0) + 1})`
}

/** Preserves lines and columns for error messages. */
const blank = (comment: string) => comment.replace(/[^\n]/g, ' ')
