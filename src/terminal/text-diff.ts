import { structuredPatch } from 'diff'
import { paint } from './output.ts'

/** What changes from one text to another, as lines for a person: `+` and `-` with two lines around them. */
export function diffLines(name: string, before: string | undefined, after: string | undefined): string[] {
  const title = before === undefined ? `${name} (new)` : after === undefined ? `${name} (removed)` : name
  const { hunks } = structuredPatch(name, name, before ?? '', after ?? '', '', '', { context: 2 })
  const lines = hunks.flatMap((hunk, index) => [...(index > 0 ? ['  …'] : []), ...hunk.lines.map(painted)])
  return [paint.bold(title), ...lines.map((line) => `  ${line}`)]
}

function painted(line: string): string {
  if (line.startsWith('+')) return paint.accent(line)
  return line.startsWith('-') ? paint.failure(line) : line
}
