import { randomBytes } from 'node:crypto'
import { workerName } from '../process/runner-hook.ts'
import { digestOf } from '../protocol/digest.ts'
import { Budget, type Holder } from './budget.ts'

/** Something a handler asks the client while its call is being answered. */
export interface Ask {
  method: string
  params?: Record<string, unknown> | undefined
}

/** How far a call has come: it is done, or it needs answers before it can go on. */
export type Progress<T> = { done: T } | { asks: Record<string, Ask>; state: string }

/** What a retry must repeat: tool, arguments and caller, as text; and the caller, where callers are known. */
export interface Binding {
  readonly text: string
  readonly caller: string | undefined
}

/** Milliseconds a client has to come back with its answers. */
const answerLimit = 10 * 60_000
/** Bytes that a waiting call counts for beside its arguments: a handler that waits holds more than those. */
const leastBytes = 64 * 1024

/** What all calls that wait in this process keep together. */
const shared = new Budget()

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
  readonly #waiting = new Map<string, Waiting<T, D>>()
  readonly #budget: Budget

  constructor(budget = shared) {
    this.#budget = budget
  }

  /** @param data kept with the call while it waits. */
  start(
    binding: Binding,
    data: D,
    run: (ask: (ask: Ask) => Promise<unknown>) => Promise<T>,
  ): Promise<Progress<T>> {
    return this.#next(new SuspendedCall(data, run), binding)
  }

  /**
   * Lets a waiting call go on with the client's answers, by key.
   * @param renew is handed the call's data before the handler goes on.
   * @throws UnknownState for a state that is not the one this binding was given.
   */
  resume(
    state: string,
    binding: Binding,
    answers: Record<string, unknown>,
    renew: (data: D) => void,
  ): Promise<Progress<T>> {
    const waiting = this.#waiting.get(state)
    if (waiting?.binding !== digestOf(binding.text)) throw new UnknownState()
    waiting.leave()
    renew(waiting.call.data)
    waiting.call.answer(answers)
    return this.#next(waiting.call, binding)
  }

  /** Whether a state is of the kind given out here. */
  owns(state: unknown): state is string {
    return typeof state === 'string' && state.startsWith(statePrefix)
  }

  /** Whether a call waits under this state. */
  waits(state: string): boolean {
    return this.#waiting.has(state)
  }

  /** Ends the calls that wait. */
  close(): void {
    for (const waiting of [...this.#waiting.values()]) waiting.drop('the server is shutting down')
  }

  async #next(call: SuspendedCall<T, D>, binding: Binding): Promise<Progress<T>> {
    const step = await call.step()
    if ('done' in step) return step
    const name = workerName()
    const state = `${statePrefix}${name === undefined ? '' : `${name}.`}${randomBytes(32).toString('base64url')}`
    const leave = () => {
      this.#waiting.delete(state)
      this.#budget.release(waiting)
    }
    const waiting = new Waiting(call, binding, leave)
    this.#waiting.set(state, waiting)
    this.#budget.hold(waiting, leastBytes + Buffer.byteLength(binding.text))
    return { asks: step.asks, state }
  }
}

const statePrefix = 'fastmcp.'

/** A call that waits for its client to come back. */
class Waiting<T, D> implements Holder {
  readonly owner: unknown
  readonly call: SuspendedCall<T, D>
  readonly binding: string
  readonly #left: () => void
  readonly #timer: NodeJS.Timeout

  constructor(call: SuspendedCall<T, D>, binding: Binding, left: () => void) {
    this.owner = binding.caller ?? this
    this.call = call
    // The text itself may be as long as the arguments of a call.
    this.binding = digestOf(binding.text)
    this.#left = left
    this.#timer = setTimeout(() => this.drop('the client did not answer in time'), answerLimit).unref()
  }

  /** It waits no longer. */
  leave(): void {
    clearTimeout(this.#timer)
    this.#left()
  }

  giveUp(): boolean {
    this.drop('too many calls wait for their clients')
    return true
  }

  /** It waits no longer, and its handler is told why. */
  drop(reason: string): void {
    this.leave()
    this.call.abandon(reason)
  }
}

interface Open {
  ask: Ask
  resolve: (answer: unknown) => void
  reject: (error: Error) => void
}

/** A call whose handler can ask its client, and waits meanwhile where it is. */
class SuspendedCall<T, D> {
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
