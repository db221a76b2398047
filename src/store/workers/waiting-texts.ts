/** Maximum queued texts and characters per session, and characters in total. */
export const waitingLimits = { count: 1_000, characters: 1024 * 1024, all: 64 * 1024 * 1024 } as const

interface Waiting {
  readonly texts: string[]
  characters: number
  /** How many of them were handed to the stream's worker, but not sent yet. */
  given: number
}

/** Texts for GET streams, queued until they are sent; the oldest are dropped first. */
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

  /** Hands out the texts that were not handed out yet. */
  give(key: string): string[] {
    const waiting = this.#bySession.get(key)
    if (!waiting) return []
    const texts = waiting.texts.slice(waiting.given)
    waiting.given = waiting.texts.length
    return texts
  }

  /** This many of the handed out texts have been sent. */
  sent(key: string, count: number): void {
    const waiting = this.#bySession.get(key)
    if (!waiting) return
    for (let at = Math.min(count, waiting.given); at > 0; at--) this.#drop(waiting)
    if (waiting.texts.length === 0) this.#bySession.delete(key)
  }

  /** The worker no longer has the stream: its unsent texts are queued again. */
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
