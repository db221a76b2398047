import { patience } from './program.ts'

/** What has arrived so far, and a way to wait for more. */
export class Heard<T> {
  readonly #all: T[] = []
  #wake: () => void = () => undefined

  add(one: T): void {
    this.#all.push(one)
    this.#wake()
  }

  /** Waits for that many, and gives all there are. @throws Error when they do not arrive in time. */
  atLeast(count: number): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`only ${this.#all.length} of ${count}: ${JSON.stringify(this.#all)}`)),
        patience,
      )
      this.#wake = () => {
        if (this.#all.length < count) return
        clearTimeout(timer)
        resolve([...this.#all])
      }
      this.#wake()
    })
  }
}
