import { performance } from 'node:perf_hooks'

/**
 * Milliseconds on a monotonic clock, which neither a change of the system time nor user code that replaces `Date` or
 * `performance` affects.
 */
export const now: () => number = performance.now.bind(performance)

/** Clamps a timer delay: Node treats more than 24 days as one millisecond. */
export const timerDelay = (milliseconds: number): number => Math.min(milliseconds, 2 ** 31 - 1)

/**
 * The result of a promise, or `late` if it takes longer than `limit`. Rejects as the promise does.
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

/** Milliseconds by which a late timer indicates that the process was suspended or blocked. */
const stall = 250

/**
 * As `within`, but without counting time for which this process was suspended: the result may have arrived long ago.
 */
export async function withinAwake<T, L>(promise: Promise<T>, limit: number, late: L): Promise<T | L> {
  const missing = Symbol('missing')
  // Two attempts are enough on a machine that is always late.
  for (let tried = 0; tried < 2; tried++) {
    const began = now()
    const found = await within<T, symbol>(promise, limit, missing)
    if (found !== missing) return found as T
    if (now() - began < limit + stall) return late
  }
  return within(promise, limit, late)
}
