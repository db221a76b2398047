/** Texts for the stream of a session that are kept at the most, and their characters. */
export const waitingLimits = { count: 1_000, characters: 1024 * 1024, all: 64 * 1024 * 1024 } as const

interface Waiting {
  readonly texts: string[]
  characters: number
  /** Of those, how many have been given to whoever has the stream, and not been sent yet. */
  given: number
}

/** What is for streams that clients open with GET, until it has been sent on one; what is oldest gives way. */
export class WaitingTexts {
  readonly #bySession = new Map<string, Waiting>()
  #characters = 0

  add(key: string, text: string): void {
    const waiting = this.#bySession.get(key) ?? { texts: [], characters: 0, given: 0 }
    this.#bySession.delete(key)
    this.#bySession.set(key, waiting)
    waiting.texts.push(text)
    this.#weigh(waiting, text.length)
    const { count, characters } = waitingLimits
    while (waiting.texts.length > count || (waiting.characters > characters && waiting.texts.length > 1))
      this.#drop(waiting)
    while (this.#characters > waitingLimits.all) {
      const [oldest] = this.#bySession.keys()
      if (oldest === undefined) return
      this.forget(oldest)
    }
  }

  /** Those that have not been given to anybody, who has them from now on. */
  give(key: string): string[] {
    const waiting = this.#bySession.get(key)
    if (!waiting) return []
    const texts = waiting.texts.slice(waiting.given)
    waiting.given = waiting.texts.length
    return texts
  }

  /** So many of those that were given have been sent. */
  sent(key: string, count: number): void {
    const waiting = this.#bySession.get(key)
    if (!waiting) return
    for (let at = Math.min(count, waiting.given); at > 0; at--) this.#drop(waiting)
    if (waiting.texts.length === 0) this.#bySession.delete(key)
  }

  /** Whoever had them no longer has the stream. */
  takeBack(key: string): void {
    const waiting = this.#bySession.get(key)
    if (waiting) waiting.given = 0
  }

  forget(key: string): void {
    this.#characters -= this.#bySession.get(key)?.characters ?? 0
    this.#bySession.delete(key)
  }

  #drop(waiting: Waiting): void {
    const text = waiting.texts.shift() ?? ''
    waiting.given = Math.max(0, waiting.given - 1)
    this.#weigh(waiting, -text.length)
  }

  #weigh(waiting: Waiting, more: number): void {
    waiting.characters += more
    this.#characters += more
  }
}
