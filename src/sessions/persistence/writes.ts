/** Tracks pending writes to a store. */
export class Writes {
  #all: Promise<void> | undefined
  #count = 0

  /** Resolves once all pending writes are done; undefined if there are none. */
  get open(): Promise<void> | undefined {
    return this.#all
  }

  add(writing: Promise<void>): void {
    this.#count++
    const all = Promise.all([this.#all, writing]).then(() => undefined)
    this.#all = all
    void all.then(() => {
      if (--this.#count === 0) this.#all = undefined
    })
  }
}
