import type { Order, Verdict, WireRequest } from './wire.ts'

/** Callers that a generation is asked about. */
export class RemoteChecks {
  readonly #send: (order: Order) => void
  readonly #open = new Map<number, (verdict: Verdict | undefined) => void>()
  #count = 0

  constructor(send: (order: Order) => void) {
    this.#send = send
  }

  get size(): number {
    return this.#open.size
  }

  /** Resolves with nothing when the generation dies over it. */
  check(request: WireRequest): Promise<Verdict | undefined> {
    const check = ++this.#count
    return new Promise((resolve) => {
      this.#open.set(check, resolve)
      this.#send({ type: 'check', check, request })
    })
  }

  settle(check: number, verdict: Verdict): void {
    this.#open.get(check)?.(verdict)
    this.#open.delete(check)
  }

  fail(): void {
    for (const resolve of this.#open.values()) resolve(undefined)
    this.#open.clear()
  }
}
