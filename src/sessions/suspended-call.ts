/** Something a handler asks the client while its call is being answered. */
export interface Ask {
  method: string
  params?: Record<string, unknown> | undefined
}

interface Open {
  ask: Ask
  resolve: (answer: unknown) => void
  reject: (error: Error) => void
}

/** A call whose handler can ask its client, and waits meanwhile where it is. */
export class SuspendedCall<T, D> {
  readonly data: D
  readonly #outcome: Promise<{ done: T }>
  readonly #open = new Map<string, Open>()
  #asked = 0
  #wake: () => void = () => undefined

  /** @param data kept with it while it waits. */
  constructor(data: D, run: (ask: (ask: Ask) => Promise<unknown>) => Promise<T>) {
    this.data = data
    this.#outcome = run((ask) => this.#ask(ask)).then((done) => ({ done }))
    // Whoever waits for the next step hears of a failure; between two steps nobody does.
    this.#outcome.catch(() => undefined)
  }

  /** Waits until the handler is done, or has asked all it is going to ask for now. */
  async step(): Promise<{ done: T } | { asks: Record<string, Ask> }> {
    const asked = new Promise<void>((resolve) => {
      this.#wake = resolve
      if (this.#open.size > 0) resolve()
    })
    const first = await Promise.race([this.#outcome, asked])
    if (first) return first
    // What is asked together goes out together, so that a person is not asked one by one.
    await new Promise((resolve) => setImmediate(resolve))
    return { asks: Object.fromEntries([...this.#open].map(([key, { ask }]) => [key, ask])) }
  }

  answer(answers: Record<string, unknown>): void {
    for (const [key, open] of [...this.#open]) {
      if (!Object.hasOwn(answers, key)) continue
      this.#open.delete(key)
      open.resolve(answers[key])
    }
  }

  abandon(reason: string): void {
    for (const { reject } of this.#open.values()) reject(new Error(reason))
    this.#open.clear()
  }

  #ask(ask: Ask): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#asked++
      this.#open.set(`input-${this.#asked}`, { ask, resolve, reject })
      this.#wake()
    })
  }
}
