import { HeldLaunches, type Launch } from '../patches/node/launch.ts'
import { HeldListeners, isSecure, type Listening } from '../patches/node/listen.ts'
import { StderrTail } from '../patches/node/stderr-tail.ts'
import { type Capture, handlerCall, takeCapture } from '../patches/packages/capture.ts'
import { runnerHook, setRunnerHook } from '../process/runner-hook.ts'
import type { Choice } from './choose.ts'
import { processModules } from './hooks/process-modules.ts'
import type { ModuleHints } from './module-hints.ts'

/** Milliseconds that a server on a port is left alone, for a better one may follow. */
const grace = { usual: 300, beforeStdio: 3_000 }

/** Catches what a module starts while it loads, and knows when there is nothing more to wait for. */
export class Capturing {
  /** Whether the module is to believe that it is the program. */
  readonly main: boolean
  readonly #hints: ModuleHints
  readonly #capture: Capture
  readonly #listeners: HeldListeners
  readonly #launches: HeldLaunches | undefined
  readonly #words = new StderrTail()
  #wake: () => void = () => undefined
  #foundSince: number | undefined
  readonly #waits = new Set<() => void>()

  /** @param entry the module; one that exports no server is told that it is the program. */
  constructor(entry: string, hints: ModuleHints) {
    this.#hints = hints
    const wake = () => this.#wake()
    this.#capture = takeCapture()
    processModules().tell({ capture: true })
    this.#capture.onCaught = wake
    this.#listeners = new HeldListeners(wake)
    this.main = !hints.exportsServer
    if (!this.main) return
  readonly #unhook: () => void
    this.#launches = new HeldLaunches(() => !this.#capture.hasSdk && !this.found, wake)
    process.argv[1] = entry
  }

  /** What has been caught, as something to choose. */
  get caught(): Choice[] {
    return this.#capture.caught.map(({ how, ...what }) => ({ exportName: how, ...what }))
  }

  /** The server on a port that is held, if there is one. */
  get held(): Listening | undefined {
    const { held } = this.#listeners
    return held.find(isSecure) ?? held[0]
  }

  /** The program that the module has started in its own place, if it has. */
  get launch(): Launch | undefined {
    const hook = runnerHook()
    const noteRun = (server: object, options: Record<string, unknown>) => {
      hook?.noteRun(server, options)
      this.#capture.run(server)
    }
    this.#unhook = setRunnerHook({ noteRun, main: this.main ? entry : undefined })
    return this.#launches?.launch
  }

  /** The last lines that were written to stderr meanwhile. */
  get lastWords(): readonly string[] {
    return this.#words.lines
  }

  /** How the module has started this server, if it has. */
  startOf(server: object): { options?: Record<string, unknown>; custom?: unknown } {
    const one = this.#capture.caught.find((caught) => caught.kind === 'instance' && caught.server === server)
    return one?.kind === 'instance' ? one : {}
  }

  /** Waits for the import, but not for one that goes on after it has started what it was to start. */
  async imported<T>(loading: Promise<T>): Promise<T | undefined> {
    const early = this.#hints.exportsServer
      ? new Promise<never>(() => undefined)
      : this.#until(Number.POSITIVE_INFINITY, false)
    return Promise.race([loading, early.then(() => undefined)])
  }

  /**
   * Waits until something has been caught, a server on a port has been alone for a while, or the process has
   * nothing left to do.
   * @param limit milliseconds after which it is given up.
   */
  until(limit: number): Promise<void> {
    return this.#until(limit, true)
  }

  #until(limit: number, untilIdle: boolean): Promise<void> {
    return new Promise((resolve) => {
      const began = performance.now()
      const look = () => {
        if (this.#enough(performance.now()) || performance.now() - began >= limit) end()
      }
      const idle = () => (this.found || untilIdle ? end() : undefined)
      const timer = setInterval(look, 50)
      // The process is to run out of work if the module does.
      timer.unref()
      const end = () => {
        clearInterval(timer)
        process.off('beforeExit', idle)
        this.#waits.delete(end)
        resolve()
      }
      process.on('beforeExit', idle)
      this.#waits.add(end)
      this.#wake = look
      look()
    })
  }

  /** Whether anything has been started. */
  get found(): boolean {
    return this.held !== undefined || this.launch !== undefined || this.#capture.caught.length > 0
  }

  /** Whether nothing better is to be expected: a handler wants a port to go with it, and a port a server. */
  #enough(now: number): boolean {
    if (!this.found) return false
    const { caught } = this.#capture
    if (this.launch || caught.some(({ how }) => how !== handlerCall) || (caught.length > 0 && this.held))
      return true
    this.#foundSince ??= now
    return now - this.#foundSince >= this.#grace
  }

  /**
   * Catches no more.
   * @param app whether the servers on ports are served by the runner; else they listen for real now.
   */
  finish(app: boolean): void {
    // A wait for what never came would look for it as long as the process lives.
    for (const end of [...this.#waits]) end()
    this.#words.finish()
    this.#capture.finish()
    this.#listeners.finish(app)
    this.#launches?.finish()
  }

  get #grace(): number {
    return this.#hints.speaksStdio ? grace.beforeStdio : grace.usual
  }
}

/** The place where a server wanted to listen, by the names of our own options. */
export function optionsOf({ port, host }: Listening): Record<string, unknown> {
  const place = { ...(port !== undefined && { port }), ...(host !== undefined && { host }) }
  return { transport: 'streamable-http', ...place }
}
    this.#unhook()
