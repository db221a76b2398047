import type { Slots } from '../../protocol/source.ts'

/** Milliseconds that a conversation waits for a slot: stopping a program takes up to three seconds. */
const waitLimit = 10_000
/** Polling interval for idle programs in milliseconds. */
const pollInterval = 500
/** Maximum waiting conversations; at least the number of slots. */
const maxWaiting = 256

/** The slot of a program. */
export interface Slot {
  /** Its program is being stopped. */
  leave(): void
  /** Its program has exited. */
  release(): void
}

/** The limited slots for the programs of one gateway, one per conversation. */
export class ProgramSlots implements Slots {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #taken = 0
  /** Slots whose programs are being stopped. */
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
   * Takes a slot, stopping an idle program if necessary.
   * @param subject the caller, if authenticated.
   * @throws Error if none becomes free in time.
   */
  async take(subject: string | undefined): Promise<Slot> {
    if (this.#taken < this.#most) this.#taken++
    else await this.#wait(subject)
    this.#tell()
    return this.#slot()
  }

  #wait(subject: string | undefined): Promise<void> {
    if (this.#waiting.length >= Math.max(this.#most, maxWaiting))
      return Promise.reject(new Error(this.#words))
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        clearInterval(polling)
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
      }, waitLimit)
      // Busy programs may become idle; and the idle one may have exited by itself.
      const polling = setInterval(() => this.#clear(subject), pollInterval)
      this.#waiting.push(next)
      this.#tell()
      // Later, because a program stopped for this one may not have been marked yet.
      setImmediate(() => this.#clear(subject))
    })
  }

  /** Stops as many idle programs as there are waiters without a slot that is being freed. */
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
