import type { About } from '../protocol/ipc.ts'

/** What came of loading user code into a generation. */
export type LoadOutcome =
  | { ok: true; about: About }
  /** `superseded` when it was given up for a newer one; `conflict` when another process has what it needs. */
  | { ok: false; superseded: boolean; conflict: boolean; message: string; details: readonly string[] }

/** Milliseconds that a process gets to come up. */
const startLimit = 60_000

/** One load of user code into a generation, settled by whatever comes of it first. */
export class Loading {
  readonly outcome: Promise<LoadOutcome>
  readonly #shown: string
  readonly #limit: number
  #settle: (outcome: LoadOutcome) => void = () => undefined
  #timer: NodeJS.Timeout | undefined

  /**
   * @param shown how the file is called in messages.
   * @param limit milliseconds, counted from when the process is up; a busy machine is not the user's fault.
   */
  constructor(shown: string, limit: number) {
    this.#shown = shown
    this.#limit = limit
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve
    })
    this.#timer = setTimeout(() => this.failed('the server process did not start'), startLimit)
  }

  /** The process is up, and user code begins to load. */
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

  /** It is given up for a newer one. */
  supersede(): void {
    this.#end({ ok: false, superseded: true, conflict: false, message: '', details: [] })
  }

  #end(outcome: LoadOutcome): void {
    clearTimeout(this.#timer)
    this.#settle(outcome)
  }
}
