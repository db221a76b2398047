import type { Slots } from '../../protocol/source.ts'

/** Milliseconds that a conversation waits for a slot: a program that is told to end takes up to three seconds. */
const patience = 10_000
/** Milliseconds between two looks at who could leave. */
const glance = 500
/** Conversations that may wait at once, or as many as there are slots. */
const queue = 256

/** A slot that a program has. */
export interface Slot {
  /** Its program has been told to end. */
  leave(): void
  /** Its program has ended. */
  release(): void
}

/** The slots for the programs of one gateway: each conversation has one of its own, and there are only so many. */
export class ProgramSlots implements Slots {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #taken = 0
  /** Those of them whose programs are ending. */
  #leaving = 0
  #makeRoom: (subject: string | undefined) => boolean = () => false
  #tell: () => void = () => undefined

  constructor(most: number) {
    this.#most = most
  }

  get full(): boolean {
    return this.#taken - this.#leaving + this.#waiting.length >= this.#most
  }

  onFull(makeRoom: (subject: string | undefined) => boolean): void {
    this.#makeRoom = makeRoom
  }

  onChange(listener: () => void): void {
    this.#tell = listener
  }

  /**
   * A slot for a program, at the cost of an idle one where there is none.
   * @param subject for whom, where callers are known.
   * @throws Error when none becomes free in time.
   */
  async take(subject: string | undefined): Promise<Slot> {
    if (this.#taken < this.#most) this.#taken++
    else await this.#wait(subject)
    this.#tell()
    return this.#slot()
  }

  #wait(subject: string | undefined): Promise<void> {
    if (this.#waiting.length >= Math.max(this.#most, queue)) return Promise.reject(new Error(this.#words))
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        clearInterval(look)
      }
      const next = () => {
        settle()
        resolve()
      }
      const timer = setTimeout(() => {
        settle()
        this.#waiting.splice(this.#waiting.indexOf(next), 1)
        this.#tell()
        reject(new Error(this.#words))
      }, patience)
      // Whoever is busy now may be idle in a moment; and the program of one that was idle may have ended before.
      const look = setInterval(() => this.#clear(subject), glance)
      this.#waiting.push(next)
      this.#tell()
      // What has been told to leave for this one may not have come to it yet.
      setImmediate(() => this.#clear(subject))
    })
  }

  /** Every slot that is being left is one for somebody who waits; the others need somebody to leave. */
  #clear(subject: string | undefined): void {
    if (this.#waiting.length > this.#leaving) this.#makeRoom(subject)
  }

  get fullWords(): string | undefined {
    return this.full ? this.#words : undefined
  }

  get #words(): string {
    return `all ${this.#most} programs that may run at once (--max-processes) are in use`
  }

  #slot(): Slot {
    let [left, released] = [false, false]
    const leave = () => {
      if (left || released) return
      left = true
      this.#leaving++
      this.#tell()
    }
    return {
      leave,
      release: () => {
        if (released) return
        released = true
        if (left) this.#leaving--
        const next = this.#waiting.shift()
        if (next) next()
        else this.#taken--
        this.#tell()
      },
    }
  }
}
