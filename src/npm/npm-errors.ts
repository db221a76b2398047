/** What begins a line of npm's that says what went wrong. */
const mark = /^npm (?:error|ERR!)\s*/

/**
 * The few lines out of a package manager's words that say what went wrong: it begins with them, and goes on with codes,
 * advice and where the log is. Where none is marked as an error, the last ones are the likeliest.
 */
export function tellingLines(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const faults = lines
    .filter((line) => /err/i.test(line))
    .map((line) => line.replace(mark, '').trim().slice(0, 200))
    .filter((line) => !/^\w*$|^(code|errno|syscall|path|dest) |^err(or)?( \d+)?$|^A complete log/i.test(line))
  return faults.length > 0 ? faults.slice(0, 4) : lines.slice(-4)
}
