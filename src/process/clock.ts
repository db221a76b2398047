import { performance } from 'node:perf_hooks'

/**
 * Milliseconds on a clock that nobody can set: neither whoever sets the machine's, nor user code that replaces
 * `Date` or `performance` later on.
 */
export const now: () => number = performance.now.bind(performance)

/** Milliseconds that a timer can wait for: Node takes more than 24 days for one millisecond. */
export const timerDelay = (milliseconds: number): number => Math.min(milliseconds, 2 ** 31 - 1)

/**
 * What a promise comes to, or `late` where that takes more than so many milliseconds. It fails as the promise does.
 * @param limit milliseconds; `Infinity` for none.
 */
export async function within<T, L>(promise: Promise<T>, limit: number, late: L): Promise<T | L> {
  if (limit === Number.POSITIVE_INFINITY) return promise
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<L>((resolve) => {
    timer = setTimeout(resolve, timerDelay(limit), late)
  })
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}

/** Milliseconds by which a timer is late when the process was stopped, or held up by something else. */
const stall = 250

/** As `within`, but the time for which this process was stopped does not count: what is waited for may have come long ago. */
export async function withinAwake<T, L>(promise: Promise<T>, limit: number, late: L): Promise<T | L> {
  const missing = Symbol('missing')
  // On a machine that is never in time, twice is enough.
  for (let tried = 0; tried < 2; tried++) {
    const began = now()
    const found = await within<T, symbol>(promise, limit, missing)
    if (found !== missing) return found as T
    if (now() - began < limit + stall) return late
  }
  return within(promise, limit, late)
}
