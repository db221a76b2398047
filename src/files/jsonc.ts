import { messageOf } from '../terminal/errors.ts'

/** Parses JSON that may hold comments and trailing commas, as editors write configuration files. */
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

/** Node 20 names a position only, which nobody counts to. */
function withPosition(message: string, text: string): string {
  const position = /position (\d+)$/.exec(message)?.[1]
  if (position === undefined) return message
  const lines = text.slice(0, Number(position)).split('\n')
  return `${message} (line ${lines.length} column ${(lines.at(-1)?.length ?? 0) + 1})`
}

/** Keeps lines and columns where they are, for what is said of an error further down. */
const blank = (comment: string) => comment.replace(/[^\n]/g, ' ')
