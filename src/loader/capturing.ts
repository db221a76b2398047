import { HeldLaunches, type Launch } from '../patches/node/launch.ts'
import { HeldListeners, isSecure, type Listening } from '../patches/node/listen.ts'
import { StderrTail } from '../patches/node/stderr-tail.ts'
import { type Capture, handlerCall, takeCapture } from '../patches/packages/capture.ts'
import { runnerHook, setRunnerHook } from '../process/runner-hook.ts'
import type { Choice } from './choose.ts'
import type { ModuleHints } from './module-hints.ts'

/** Milliseconds that a server on a port is left alone, for a better one may follow. */
const grace = { usual: 300, beforeStdio: 3_000 }

/** Milliseconds after which it is said what is waited for, while a module loads and when it has; and other ports. */
const patience = { loading: 5_000, loaded: 2_000, ports: 1_000 }

/** What Node calls the things that a process waits for, in words. */
const resources: Readonly<Record<string, string>> = {
  Timeout: 'a timer',
  TCPServerWrap: 'an open port',
  TCPSocketWrap: 'a connection',
  TLSWrap: 'a connection',
  GetAddrInfoReqWrap: 'a name to be resolved',
  ProcessWrap: 'a program',
  FSEventWrap: 'watched files',
  StatWatcher: 'watched files',
  UDPWrap: 'a UDP socket',
}

/** Catches what a module starts while it loads, and knows when there is nothing more to wait for. */
export class Capturing {
  /** Whether the module is to believe that it is the program. */
  readonly main: boolean
  readonly #hints: ModuleHints
  readonly #capture: Capture
  readonly #listeners: HeldListeners
  readonly #unhook: () => void
  readonly #launches: HeldLaunches | undefined
  readonly #words = new StderrTail()
  #wake: () => void = () => undefined
  #foundSince: number | undefined
  readonly #waits = new Set<() => void>()
  readonly #before = new Set(process.getActiveResourcesInfo())
  #said = false

  /**
   * @param entry the module; one that exports no server is told that it is the program.
   * @param launches whether a program that it starts to run instead of itself is held, too.
   */
  constructor(entry: string, hints: ModuleHints, launches: boolean) {
    this.#hints = hints
    const wake = () => this.#wake()
    this.#capture = takeCapture()
    this.#capture.onCaught = wake
    this.#listeners = new HeldListeners(wake)
    this.main = !hints.exportsServer
    const hook = runnerHook()
    const noteRun = (server: object, options: Record<string, unknown>) => {
      hook?.noteRun(server, options)
      this.#capture.run(server)
    }
    this.#unhook = setRunnerHook({ noteRun, main: this.main ? entry : undefined })
    if (!this.main) return
    if (launches) this.#launches = new HeldLaunches(() => !this.#capture.hasSdk && !this.found, wake)
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

  /** The program that the module has started to run instead of itself, if it has. */
  get launch(): Launch | undefined {
    return this.#launches?.launch
  }

  /** The last lines that were written to stderr meanwhile, but for ours. */
  get lastWords(): readonly string[] {
    return this.#words.lines.filter((line) => !line.startsWith('fastmcp: '))
  }

  /** How the module has started this server, if it has. */
  startOf(server: object): { options?: Record<string, unknown>; custom?: unknown } {
    const one = this.#capture.caught.find((caught) => caught.kind === 'instance' && caught.server === server)
    return one?.kind === 'instance' ? one : {}
  }

  /**
   * Waits for the import, but not for one that goes on after it has started what it was to start.
   * @param onWaiting is told, once, what a long wait is for.
   */
  async imported<T>(loading: Promise<T>, onWaiting: (what: string) => void): Promise<T | undefined> {
    const early = this.#hints.exportsServer
      ? new Promise<never>(() => undefined)
      : this.#until(Number.POSITIVE_INFINITY, false, onWaiting)
    return Promise.race([loading, early.then(() => undefined)])
  }

  /**
   * Waits until something has been caught, a server on a port has been alone for a while, or the process has
   * nothing left to do.
   * @param limit milliseconds after which it is given up.
   */
  until(limit: number, onWaiting: (what: string) => void): Promise<void> {
    return this.#until(limit, true, onWaiting)
  }

  #until(limit: number, untilIdle: boolean, onWaiting: (what: string) => void): Promise<void> {
    return new Promise((resolve) => {
      const began = performance.now()
      const look = () => {
        const waited = performance.now() - began
        if (this.#enough(performance.now()) || waited >= limit) return end()
        if (this.found) return
        if (untilIdle && waited >= patience.ports) this.#listeners.overlookOthers()
        if (this.#said || waited < (untilIdle ? patience.loaded : patience.loading)) return
        this.#said = true
        onWaiting(untilIdle ? 'has not started a server yet' : 'is still loading')
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

  /** What the module keeps the process for, as far as Node names it. */
  get pending(): readonly string[] {
    const since = process.getActiveResourcesInfo().filter((one) => !this.#before.has(one))
    return [...new Set(since.flatMap((one) => resources[one] ?? []))]
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
    this.#unhook()
    this.#listeners.finish(app)
    this.#launches?.finish()
  }

  get #grace(): number {
    return this.#hints.speaksStdio ? grace.beforeStdio : grace.usual
  }
}

/** The address where a server wanted to listen, under the names of our own options. */
export function optionsOf({ port, host }: Listening): Record<string, unknown> {
  const address = { ...(port !== undefined && { port }), ...(host !== undefined && { host }) }
  return { transport: 'streamable-http', ...address }
}
