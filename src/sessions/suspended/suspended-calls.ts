import { type AuthInfo, subjectOf } from '../../protocol/auth.ts'
import { digestOf } from '../../protocol/digest.ts'
import { jsonText } from '../../protocol/json-text.ts'
import { Budget, type Holder } from '../budget.ts'
import { isCallState, newCallState, UnknownState } from './call-state.ts'

/** Something a handler asks the client while its call is being answered. */
export interface Ask {
  method: string
  params?: Record<string, unknown> | undefined
}

/** How far a call has come: it is done, or it needs answers before it can go on. */
export type Progress<T> = { done: T } | { asks: Record<string, Ask>; state: string }

/** What a retry must repeat: tool, arguments and caller, as text; and the caller, where callers are known. */
interface Binding {
  readonly text: string
  readonly caller: string | undefined
}

/** A request of the modern era, as the official SDKs tell of it. */
interface ModernRequest {
  readonly mcpReq: {
    readonly requestState: () => unknown
    readonly inputResponses?: Record<string, unknown> | undefined
    readonly signal: AbortSignal
  }
  readonly http?: { readonly authInfo?: AuthInfo } | undefined
}

/** What lives as long as a call, over all the requests in which its client comes back to it. */
export interface CallLife<R> {
  /** The call goes on in this request. */
  renew(request: R): void
  /** From now on the call ends with its request. */
  follow(request: AbortSignal): void
  /** The request is answered, which is no reason to end the call. */
  leave(): void
}

/** Milliseconds a client has to come back with its answers. */
const answerLimit = 10 * 60_000
/** Bytes that a waiting call counts for beside its arguments: a handler that waits holds more than those. */
const leastBytes = 64 * 1024

/** What all calls that wait in this process keep together. */
const shared = new Budget()

/**
 * Handlers that ask the client in the modern era, where a server cannot send requests: the call is answered
 * with what is asked, the handler stays where it is, and the client's retry lets it go on (2026-07-28,
 * patterns/mrtr). Handlers are never run twice. The state that names a waiting call is random and good once.
 */
export class SuspendedCalls<T, R extends ModernRequest, L extends CallLife<R>> {
  readonly #waiting = new Map<string, Waiting<T, L>>()
  readonly #budget: Budget

  constructor(budget = shared) {
    this.#budget = budget
  }

  /**
   * Answers a request: begins its call, or lets the one go on that its client comes back to.
   * @param about what it asks for, which a retry must repeat.
   * @param life of the call, if it begins now.
   * @throws UnknownState for a state that was given out for another request.
   */
  async answer(
    request: R,
    about: readonly unknown[],
    life: L,
    run: (ask: (ask: Ask) => Promise<unknown>) => Promise<T>,
  ): Promise<Progress<T>> {
    const { requestState, inputResponses = {}, signal } = request.mcpReq
    const caller = subjectOf(request.http?.authInfo)
    const binding = { text: jsonText([...about, caller]), caller }
    const state = requestState()
    const waiting = this.owns(state) ? this.#taken(state, binding) : undefined
    const call = waiting ?? new SuspendedCall(life, run)
    waiting?.life.renew(request)
    waiting?.answer(inputResponses)
    // The SDK aborts this signal once the request is answered.
    call.life.follow(signal)
    return this.#next(call, binding).finally(() => call.life.leave())
  }

  /** The call that waits under a state, which is good once. */
  #taken(state: string, binding: Binding): SuspendedCall<T, L> {
    const waiting = this.#waiting.get(state)
    if (waiting?.binding !== digestOf(binding.text)) throw new UnknownState(state)
    waiting.leave()
    return waiting.call
  }

  /** Whether a state is of the kind given out here. */
  owns(state: unknown): state is string {
    return isCallState(state)
  }

  /** Whether a call waits under this state. */
  waits(state: string): boolean {
    return this.#waiting.has(state)
  }

  /** Ends the calls that wait. */
  close(): void {
    for (const waiting of [...this.#waiting.values()]) waiting.drop('the server is shutting down')
  }

  async #next(call: SuspendedCall<T, L>, binding: Binding): Promise<Progress<T>> {
    const step = await call.step()
    if ('done' in step) return step
    const state = newCallState()
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

/** A call that waits for its client to come back. */
class Waiting<T, L> implements Holder {
  readonly owner: unknown
  readonly call: SuspendedCall<T, L>
  readonly binding: string
  readonly #left: () => void
  readonly #timer: NodeJS.Timeout

  constructor(call: SuspendedCall<T, L>, binding: Binding, left: () => void) {
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
class SuspendedCall<T, L> {
  readonly life: L
  readonly #outcome: Promise<{ done: T }>
  readonly #open = new Map<string, Open>()
  #asked = 0
  #wake: () => void = () => undefined

  constructor(life: L, run: (ask: (ask: Ask) => Promise<unknown>) => Promise<T>) {
    this.life = life
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
