import { oneLine } from '../terminal/printable.ts'

/** The first sentence or line of a description, for a table. */
export function firstLine(text: string | undefined, width = 100): string {
  const line = oneLine((text ?? '').trim().split(/\r?\n/)[0] ?? '')
  return line.length > width ? `${line.slice(0, width - 1)}…` : line
}

/** `1 tool, 2 prompts`; what there is none of is left out. */
export function counted(counts: readonly (readonly [count: number, word: string])[]): string {
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`)
  return parts.length > 0 ? parts.join(', ') : 'nothing'
}
