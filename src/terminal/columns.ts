/** Two columns, the second aligned; a first one that is too wide gets a line of its own. */
export function column(rows: readonly (readonly [string, string])[], width = 34): string[] {
  return rows.map(([left, right]) => {
    if (left.length >= width) return `  ${left}\n  ${' '.repeat(width)}${right}`
    return `  ${left.padEnd(width)}${right}`
  })
}
