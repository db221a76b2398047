import type { About } from '../protocol/ipc.ts'

/** The outcome of loading user code into a generation. */
export type LoadOutcome =
  | { ok: true; about: About }
  /** `superseded` if it was aborted for a newer one; `conflict` if another process holds a resource that it needs. */
  | { ok: false; superseded: boolean; conflict: boolean; message: string; details: readonly string[] }

/** Milliseconds that a process gets to start. */
const startLimit = 60_000

/** One load of user code into a generation, settled by the first outcome. */
export class Loading {
  readonly outcome: Promise<LoadOutcome>
  readonly #shown: string
  readonly #limit: number
  #settle: (outcome: LoadOutcome) => void = () => undefined
  #timer: NodeJS.Timeout | undefined

  /**
   * @param shown the name of the file in messages.
   * @param limit milliseconds, counted from when the process is up, so that a busy machine does not count.
   */
  constructor(shown: string, limit: number) {
    this.#shown = shown
    this.#limit = limit
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#timer = setTimeout(() => this.failed('the server process did not start'), startLimit)
  }

  /** The process is up, and user code starts loading. */
  begun(): void {
    clearTimeout(this.#timer)
    const limit = `${this.#limit / 1000} s`
    const late = () =>
      this.failed(`${this.#shown} did not finish loading in ${limit}. Allow more with --load-timeout.`)
    if (Number.isFinite(this.#limit)) this.#timer = setTimeout(late, this.#limit)
  }

  done(about: About): void {
    this.#end({ ok: true, about })
  }

  failed(message: string, details: readonly string[] = [], conflict = false): void {
    this.#end({ ok: false, superseded: false, conflict, message, details })
  }

  /** It is aborted for a newer one. */
  supersede(): void {
    this.#end({ ok: false, superseded: true, conflict: false, message: '', details: [] })
  }

  #end(outcome: LoadOutcome): void {
    clearTimeout(this.#timer)
    this.#settle(outcome)
  }
}
