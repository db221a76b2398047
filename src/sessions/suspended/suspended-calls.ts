import { type AuthInfo, subjectOf } from '../../protocol/auth.ts'
import { digestOf } from '../../protocol/digest.ts'
import { jsonText } from '../../protocol/json-text.ts'
import { Budget, type Holder } from '../budget.ts'
import { isCallState, newCallState, UnknownState } from './call-state.ts'

/** A request that a handler sends to the client during its call. */
export interface Ask {
  method: string
  params?: Record<string, unknown> | undefined
}

/** The state of a call: done, or waiting for the client's answers. */
export type Progress<T> = { done: T } | { asks: Record<string, Ask>; state: string }

/** What a retry must match: tool, arguments and caller, as text; and the caller, if authenticated. */
interface Binding {
  readonly text: string
  readonly caller: string | undefined
}

/** A modern request, as the official SDKs describe it. */
interface ModernRequest {
  readonly mcpReq: {
    readonly requestState: () => unknown
    readonly inputResponses?: Record<string, unknown> | undefined
    readonly signal: AbortSignal
  }
  readonly http?: { readonly authInfo?: AuthInfo } | undefined
}

/** What lives as long as a call, across all the requests with which its client resumes it. */
export interface CallLife<R> {
  /** The call continues in this request. */
  renew(request: R): void
  /** From now on the call ends when its request is aborted. */
  follow(request: AbortSignal): void
  /** The request has been answered, which must not end the call. */
  leave(): void
}

/** Milliseconds within which a client must return with its answers. */
const answerLimit = 10 * 60_000
/** Bytes that a suspended call is charged for besides its arguments: a suspended handler holds more than those. */
const leastBytes = 64 * 1024

/** The budget of all suspended calls of this process. */
const shared = new Budget()

/**
 * Lets handlers send requests to the client in the modern era, in which servers cannot: the call is answered with the
 * request, the handler stays suspended, and the client's retry resumes it (2026-07-28, patterns/mrtr). Handlers never
 * run twice. The state that identifies a suspended call is random and valid once.
 */
export class SuspendedCalls<T, R extends ModernRequest, L extends CallLife<R>> {
  readonly #waiting = new Map<string, Waiting<T, L>>()
  readonly #budget: Budget

  constructor(budget = shared) {
    this.#budget = budget
  }

  /**
   * Answers a request: starts its call, or resumes the one that its state names.
   * @param about what the request asks for, which a retry must match.
   * @param life of the call, if it starts now.
   * @throws UnknownState for a state that was issued for another request.
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

  /** Removes and returns the call of a state, which is valid once. */
  #taken(state: string, binding: Binding): SuspendedCall<T, L> {
    const waiting = this.#waiting.get(state)
    if (waiting?.binding !== digestOf(binding.text)) throw new UnknownState(state)
    waiting.leave()
    return waiting.call
  }

  /** Whether a state was issued by this package. */
  owns(state: unknown): state is string {
    return isCallState(state)
  }

  /** Whether a call is suspended under this state. */
  waits(state: string): boolean {
    return this.#waiting.has(state)
  }

  /** Ends the suspended calls. */
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

/** A suspended call that waits for its client to return. */
class Waiting<T, L> implements Holder {
  readonly owner: unknown
  readonly call: SuspendedCall<T, L>
  readonly binding: string
  readonly #left: () => void
  readonly #timer: NodeJS.Timeout

  constructor(call: SuspendedCall<T, L>, binding: Binding, left: () => void) {
    this.owner = binding.caller ?? this
    this.call = call
    // A digest, since the text can be as long as the arguments of a call.
    this.binding = digestOf(binding.text)
    this.#left = left
    this.#timer = setTimeout(() => this.drop('the client did not answer in time'), answerLimit).unref()
  }

  /** Stops waiting. */
  leave(): void {
    clearTimeout(this.#timer)
    this.#left()
  }

  evict(): boolean {
    this.drop('too many calls wait for their clients')
    return true
  }

  /** Stops waiting, and rejects the handler's request with the reason. */
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

/** A call whose handler can send its client requests, and is suspended meanwhile. */
class SuspendedCall<T, L> {
  readonly life: L
  readonly #outcome: Promise<{ done: T }>
  readonly #open = new Map<string, Open>()
  #asked = 0
  #wake: () => void = () => undefined

  constructor(life: L, run: (ask: (ask: Ask) => Promise<unknown>) => Promise<T>) {
    this.life = life
    this.#outcome = run((ask) => this.#ask(ask)).then((done) => ({ done }))
    // A failure rejects the current step; between two steps nothing listens to it.
    this.#outcome.catch(() => undefined)
  }

  /** Waits until the handler is done, or has sent all its current requests. */
  async step(): Promise<{ done: T } | { asks: Record<string, Ask> }> {
    const asked = new Promise<void>((resolve) => {
      this.#wake = resolve
      if (this.#open.size > 0) resolve()
    })
    const first = await Promise.race([this.#outcome, asked])
    if (first) return first
    // Concurrent requests are sent together, so that the user is not prompted one by one.
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
