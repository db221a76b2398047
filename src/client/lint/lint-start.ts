import type { Finding } from './finding.ts'

const warning = (check: string, subject: string, text: string, remedy: string): Finding => ({
  level: 'warning',
  check,
  subject,
  path: '',
  text,
  clients: [],
  remedy,
})

/** What a module prints while it loads is kept off the protocol by us, and not by everybody who may start it. */
export function lintNoise(count: number): Finding[] {
  if (count === 0) return []
  const text = `${count} ${count === 1 ? 'line' : 'lines'} printed to stdout while loading, which breaks stdio under plain node`
  return [warning('stdout', 'module', text, 'print to stderr')]
}

/** Milliseconds. Half of what the least patient clients wait for a server that they start. */
const slowStart = 5000

/** A server that starts slowly works when it is tried by hand, but impatient clients time out. */
export function lintStart(took: number): Finding[] {
  if (took < slowStart) return []
  const text = `it takes ${Math.round(took / 1000)} s to start, and some clients wait no longer than 10 s`
  return [warning('slow-start', 'server', text, 'do what takes long after it has connected')]
}
