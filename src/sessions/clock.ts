import { performance } from 'node:perf_hooks'

/**
 * Milliseconds on a clock that nobody can set: neither whoever sets the machine's, nor user code that replaces
 * `Date` or `performance` later on.
 */
export const now: () => number = performance.now.bind(performance)
