// Puts into words what became of test files.
import { closingLine } from './totals.mjs'

/** A line for a file, and of what failed in it everything there is to tell. */
export function fileReport(result) {
  const { file, tests, faults, output, ms } = result
  const { passed, failed, skipped } = totalsOf([result])
  const counts = [`${passed} passed`, failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`]
  const head = `${failed > 0 ? '✖' : '✔'} ${file}  ${counts.filter(Boolean).join(', ')} (${(ms / 1000).toFixed(1)} s)`
  const left = of(tests, 'skipped').map(({ name, why }) => `  - ${name}${why ? `: ${why}` : ''}`)
  const words = [head, ...left]
  if (failed > 0) {
    words.push(...faults.map((fault) => `  ✖ the file itself: ${fault}`))
    words.push(...of(tests, 'failed').map(failureReport))
    if (output.trim() !== '') words.push(`  the file printed:\n${indented(output.trimEnd(), 4)}`)
  }
  return words.join('\n')
}

const of = (tests, wanted) => tests.filter(({ outcome }) => outcome === wanted)

const failureReport = ({ name, ms, error, words }) =>
  [`  ✖ ${name} (${ms} ms)`, indented(error, 4), ...words.map((word) => indented(word, 4))].join('\n')

const indented = (text, by) => text.replaceAll(/^(?=.)/gm, ' '.repeat(by))

/** How many tests of some files passed, failed and were skipped; a file that failed by itself counts as one. */
export function totalsOf(results) {
  const tests = results.flatMap((result) => result.tests)
  const faults = results.flatMap((result) => result.faults)
  return {
    passed: of(tests, 'passed').length,
    failed: of(tests, 'failed').length + faults.length,
    skipped: of(tests, 'skipped').length,
  }
}

/** Prints the files in which something failed. */
export function showFailures(results) {
  for (const result of results) if (totalsOf([result]).failed > 0) console.log(`\n${fileReport(result)}`)
}

/** Prints what failed once more, by its names, at the end of a run, where it is looked for. */
export function nameFailures(results) {
  for (const { file, tests, faults } of results) {
    for (const { name } of of(tests, 'failed')) console.log(`failed: ${file}: ${name}`)
    for (const fault of faults) console.log(`failed: ${file}: ${fault}`)
  }
}

/** The tests that took longest, the longest first. */
export function slowest(results, count) {
  const all = results.flatMap(({ file, tests }) => tests.map(({ name, ms }) => ({ file, name, ms })))
  const first = all.sort((one, other) => other.ms - one.ms).slice(0, count)
  return first
    .map(({ file, name, ms }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${file}: ${name}`)
    .join('\n')
}

/** The files that took most of the processor, and what all of them took. */
export function dearest(results, count) {
  const all = results.flatMap(({ file, cpu }) => (cpu === undefined ? [] : [{ file, cpu }]))
  const first = all.sort((one, other) => other.cpu - one.cpu).slice(0, count)
  const total = all.reduce((sum, { cpu }) => sum + cpu, 0)
  return [...first, { file: 'all of them', cpu: total }]
    .map(({ file, cpu }) => `${cpu.toFixed(1).padStart(7)} s of the processor  ${file}`)
    .join('\n')
}

/** Prints the line that closes a run, and ends it. */
export function closeWith(results) {
  const totals = totalsOf(results)
  console.log(closingLine(totals))
  process.exit(totals.failed > 0 ? 1 : 0)
}
