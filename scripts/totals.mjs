// The line every test command closes with: how to write it, read it and add it up.

const closing = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m

export const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`

/** What the closing line in a text says; `undefined` when it holds none. */
export function totalsIn(text) {
  const found = closing.exec(text)
  if (!found) return undefined
  const [passed, failed, skipped] = found.slice(1).map((count) => Number(count ?? 0))
  return { passed, failed, skipped }
}

/** Adds what one command said, and how it ended: a build or a crash that fails counts, though no test has. */
export function add(total, { passed, failed, skipped } = { passed: 0, failed: 0, skipped: 0 }, code = 0) {
  total.passed += passed
  total.failed += code !== 0 && failed === 0 ? 1 : failed
  total.skipped += skipped
}
