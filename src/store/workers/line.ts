/** A message between the processes of a server: its kind and arguments. */
export type Word = readonly [kind: string, ...about: unknown[]]

/** An IPC channel, seen from either end. */
export interface Carrier {
  send(message: object, done: (error: Error | null) => void): unknown
  /** @param hear is called with every incoming message, ours or not. */
  onMessage(hear: (message: unknown) => void): void
}

/** A message on the channel. User code may use the same channel, so ours are marked. */
interface Sent {
  readonly fastmcp: 'workers'
  readonly word?: Word
  /** The id of a request or response. */
  readonly ask?: number
  readonly answer?: number
  readonly value?: unknown
  readonly fault?: string
}

/** Handles a message; its result is sent back if it is a request. */
export type Answerer = (word: Word) => unknown

/** Messages and requests between two processes, in both directions. */
export class Line {
  readonly #carrier: Carrier
  readonly #open = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  #answerer: Answerer
  #count = 0
  #closed = false

  constructor(carrier: Carrier, answerer: Answerer) {
    this.#carrier = carrier
    this.#answerer = answerer
    carrier.onMessage((message) => this.#hear(message))
  }

  /** Sets the handler. */
  answerBy(answerer: Answerer): void {
    this.#answerer = answerer
  }

  tell(...word: Word): void {
    this.#send({ fastmcp: 'workers', word })
  }

  /** @throws Error if the other end fails or is gone. */
  ask(...word: Word): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error(goneWords))
    return new Promise((resolve, reject) => {
      const ask = ++this.#count
      this.#open.set(ask, { resolve, reject })
      this.#send({ fastmcp: 'workers', word, ask })
    })
  }

  /** The other end is gone: fails pending requests. */
  close(): void {
    this.#closed = true
    for (const { reject } of this.#open.values()) reject(new Error(goneWords))
    this.#open.clear()
  }

  #send(message: Sent): void {
    if (this.#closed) return
    this.#carrier.send(message, (error) => error && this.close())
  }

  #hear(message: unknown): void {
    if (!isSent(message)) return
    const { word, ask, answer } = message
    if (answer !== undefined) return this.#answered(answer, message)
    if (word === undefined) return
    if (ask === undefined) return void this.#answerer(word)
    void this.#answer(ask, word)
  }

  async #answer(ask: number, word: Word): Promise<void> {
    try {
      this.#send({ fastmcp: 'workers', answer: ask, value: await this.#answerer(word) })
    } catch (error) {
      this.#send({
        fastmcp: 'workers',
        answer: ask,
        fault: error instanceof Error ? error.message : String(error),
      })
    }
  }

  #answered(answer: number, { value, fault }: Sent): void {
    const open = this.#open.get(answer)
    this.#open.delete(answer)
    if (fault === undefined) open?.resolve(value)
    else open?.reject(new Error(fault))
  }
}

const goneWords = 'the other process is gone'

const isSent = (message: unknown): message is Sent =>
  typeof message === 'object' && message !== null && (message as Partial<Sent>).fastmcp === 'workers'
