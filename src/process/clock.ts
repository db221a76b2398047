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
