import type { GenerationHandle } from '../handle/generation-handle.ts'

/** Those who may wait at once, as many as while `fastmcp run` loads. */
const waitingLimit = 256

/** Those who wait for a generation that can serve. */
export class GenerationWaiters {
  #waiting: ((outcome: GenerationHandle | string) => void)[] = []

  /** Resolves with the next generation, or with why there is none. */
  next(): Promise<GenerationHandle | string> {
    if (this.#waiting.length >= waitingLimit)
      return Promise.resolve('Too many requests are waiting for the server to load')
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  settle(outcome: GenerationHandle | string): void {
    for (const resolve of this.#waiting.splice(0)) resolve(outcome)
  }
}
