import type { Child } from './child.ts'

/** Those who wait for a generation that can serve. */
export class Arrivals {
  #waiting: ((outcome: Child | string) => void)[] = []

  /** Resolves with the next generation, or with why there is none. */
  next(): Promise<Child | string> {
    return new Promise((resolve) => void this.#waiting.push(resolve))
  }

  settle(outcome: Child | string): void {
    for (const resolve of this.#waiting.splice(0)) resolve(outcome)
  }
}
