import type { Part } from './row.ts'

/** The rows that some words name: the number of a target, the name of a part, or a word of the row. All without any. */
export function chosen(parts: readonly Part[], words: readonly string[]): Part[] {
  if (words.length === 0) return [...parts]
  return parts
    .map((part) => ({
      ...part,
      rows: part.rows.filter(({ target, what }) =>
        words.some((word) =>
          /^\d+$/.test(word)
            ? Number(word) === target
            : part.name === word || what.toLowerCase().includes(word.toLowerCase()),
        ),
      ),
    }))
    .filter(({ rows }) => rows.length > 0)
}
