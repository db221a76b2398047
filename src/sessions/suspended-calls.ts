import { randomBytes } from 'node:crypto'

/** Something a handler asks the client while its call is being answered. */
export interface Ask {
  method: string
  params?: Record<string, unknown> | undefined
}

/** How far a call has come: it is done, or it needs answers before it can go on. */
export type Progress<T> = { done: T } | { asks: Record<string, Ask>; state: string }

/** Milliseconds a client has to come back with its answers. */
const answerLimit = 10 * 60_000
/** Calls kept waiting at the most; the oldest gives way. */
const waitingLimit = 1_000

/** A `requestState` that names no call waiting here, or one of another tool, arguments or caller. */
export class UnknownState extends Error {
  readonly code = -32602

  constructor() {
    super('Invalid or expired requestState')
  }
}

/**
 * Handlers that ask the client in the modern era, where a server cannot send requests: the call is answered
 * with what is asked, the handler stays where it is, and the client's retry lets it go on (2026-07-28,
 * patterns/mrtr). Handlers are never run twice. The state that names a waiting call is random and good once.
 */
export class SuspendedCalls<T, D> {
  readonly #waiting = new Map<string, SuspendedCall<T, D>>()

  /**
   * @param binding what a retry must repeat: tool, arguments and caller.
   * @param data kept with the call while it waits.
   */
  start(
    binding: string,
    data: D,
    run: (ask: (ask: Ask) => Promise<unknown>) => Promise<T>,
  ): Promise<Progress<T>> {
    return this.#next(new SuspendedCall(binding, data, run))
  }

  /**
   * Lets a waiting call go on with the client's answers, by key.
   * @param renew is handed the call's data before the handler goes on.
   * @throws UnknownState for a state that is not the one this binding was given.
   */
  resume(
    state: string,
    binding: string,
    answers: Record<string, unknown>,
    renew: (data: D) => void,
  ): Promise<Progress<T>> {
    const call = this.#waiting.get(state)
    if (!call || call.binding !== binding) throw new UnknownState()
    this.#waiting.delete(state)
    renew(call.data)
    call.answer(answers)
    return this.#next(call)
  }

  /** Whether a state is of the kind given out here. */
  owns(state: unknown): state is string {
    return typeof state === 'string' && state.startsWith(statePrefix)
  }

  /** Whether a call waits under this state. */
  waits(state: string): boolean {
    return this.#waiting.has(state)
  }

  async #next(call: SuspendedCall<T, D>): Promise<Progress<T>> {
    const step = await call.step()
    if ('done' in step) return step
    const state = statePrefix + randomBytes(32).toString('base64url')
    this.#waiting.set(state, call)
    const expire = () => {
      if (this.#waiting.delete(state)) call.abandon('the client did not answer in time')
    }
    setTimeout(expire, answerLimit).unref()
    if (this.#waiting.size > waitingLimit) this.#dropOldest()
    return { asks: step.asks, state }
  }

  #dropOldest(): void {
    const [state, call] = this.#waiting.entries().next().value ?? []
    if (state === undefined) return
    this.#waiting.delete(state)
    call?.abandon('too many calls wait for their clients')
  }
}

const statePrefix = 'fastmcp.'

interface Open {
  ask: Ask
  resolve: (answer: unknown) => void
  reject: (error: Error) => void
}

class SuspendedCall<T, D> {
  readonly binding: string
  readonly data: D
  readonly #outcome: Promise<{ done: T }>
  readonly #open = new Map<string, Open>()
  #asked = 0
  #wake: () => void = () => undefined

  constructor(binding: string, data: D, run: (ask: (ask: Ask) => Promise<unknown>) => Promise<T>) {
    this.binding = binding
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
