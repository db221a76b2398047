import { within } from '../../process/clock.ts'
import type { HookOutcome } from '../../protocol/auth.ts'
import { hookLimit } from '../../serve/auth/ask-hook.ts'
import type { Order, WireRequest } from '../protocol/wire.ts'
import { outcomeFromWire, type WireOutcome } from '../protocol/wire-auth.ts'

/** Milliseconds that a generation gets on top of its hook, which is timed there. */
const wireGrace = 2_000
const tooLate: HookOutcome = {
  kind: 'failed',
  status: 503,
  fault: 'the server cannot authenticate callers: its process is busy',
}

/** Callers that a generation is asked about. */
export class RemoteChecks {
  readonly #send: (order: Order) => void
  readonly #open = new Map<number, (outcome: HookOutcome | undefined) => void>()
  #count = 0
  #limit = hookLimit + wireGrace

  constructor(send: (order: Order) => void) {
    this.#send = send
  }

  get size(): number {
    return this.#open.size
  }

  /** Somebody may be looking at the hook in a debugger. */
  beUntimed(): void {
    this.#limit = Number.POSITIVE_INFINITY
  }

  /** Resolves with nothing when the generation dies over it. */
  check(request: WireRequest): Promise<HookOutcome | undefined> {
    const check = ++this.#count
    const outcome = new Promise<HookOutcome | undefined>((resolve) => {
      this.#open.set(check, resolve)
      this.#send({ type: 'check', check, request })
    })
    return within(outcome, this.#limit, tooLate).finally(() => this.#open.delete(check))
  }

  settle(check: number, outcome: WireOutcome): void {
    this.#open.get(check)?.(outcomeFromWire(outcome))
    this.#open.delete(check)
  }

  fail(): void {
    for (const resolve of this.#open.values()) resolve(undefined)
    this.#open.clear()
  }
}
