import { HeldLaunches, type Launch } from '../patches/node/launch.ts'
import { HeldListeners, isSecure, type Listening } from '../patches/node/listen.ts'
import { StderrTail } from '../patches/node/stderr-tail.ts'
import { type Capture, handlerCall, takeCapture } from '../patches/packages/capture.ts'
import { runnerHook, setRunnerHook } from '../process/runner-hook.ts'
import type { Choice } from './choose.ts'
import type { ModuleHints } from './module-hints.ts'

/** Milliseconds to wait after a server on a port was caught, since a better one may follow. */
const grace = { usual: 300, beforeStdio: 3_000 }

/**
 * Milliseconds after which a message says what we are waiting for: while a module loads, after it has loaded, and for
 * other ports.
 */
const waits = { loading: 5_000, loaded: 2_000, ports: 1_000 }

/** Readable names of Node's active resources. */
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

/** Captures what a module starts while it loads, and decides when there is nothing more to wait for. */
export class Capturing {
  /** Whether the module is made to believe that it is the main module. */
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
   * @param entry the module; one that exports no server is made to believe that it is the main module.
   * @param launches whether a child process that it starts to run in its place is held too.
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

  /** The captured servers, as choices. */
  get caught(): Choice[] {
    return this.#capture.caught.map(({ how, ...what }) => ({ exportName: how, ...what }))
  }

  /** The held server that wanted to listen on a port, if any. */
  get held(): Listening | undefined {
    const { held } = this.#listeners
    return held.find(isSecure) ?? held[0]
  }

  /** The child process that the module started to run in its place, if any. */
  get launch(): Launch | undefined {
    return this.#launches?.launch
  }

  /** The last stderr lines written meanwhile, without ours. */
  get lastWords(): readonly string[] {
    return this.#words.lines.filter((line) => !line.startsWith('fastmcp: '))
  }

  /** How the module started this server, if it did. */
  startOf(server: object): { options?: Record<string, unknown>; custom?: unknown } {
    const one = this.#capture.caught.find((caught) => caught.kind === 'instance' && caught.server === server)
    return one?.kind === 'instance' ? one : {}
  }

  /**
   * Waits for the import, unless the module has already started its server.
   * @param onWaiting is called once with the reason for a long wait.
   */
  async imported<T>(loading: Promise<T>, onWaiting: (what: string) => void): Promise<T | undefined> {
    const early = this.#hints.exportsServer
      ? new Promise<never>(() => undefined)
      : this.#until(Number.POSITIVE_INFINITY, false, onWaiting)
    return Promise.race([loading, early.then(() => undefined)])
  }

  /**
   * Waits until something was captured, a server on a port has been the only one for a while, or the event loop is
   * empty.
   * @param limit milliseconds after which it stops waiting.
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
        if (untilIdle && waited >= waits.ports) this.#listeners.overlookOthers()
        if (this.#said || waited < (untilIdle ? waits.loaded : waits.loading)) return
        this.#said = true
        onWaiting(untilIdle ? 'has not started a server yet' : 'is still loading')
      }
      const idle = () => (this.found || untilIdle ? end() : undefined)
      const timer = setInterval(look, 50)
      // Unreferenced, so that the event loop becomes empty when the module has nothing left to do.
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

  /** What keeps the process alive, as far as Node reports it. */
  get pending(): readonly string[] {
    const since = process.getActiveResourcesInfo().filter((one) => !this.#before.has(one))
    return [...new Set(since.flatMap((one) => resources[one] ?? []))]
  }

  /** Whether anything has been captured. */
  get found(): boolean {
    return this.held !== undefined || this.launch !== undefined || this.#capture.caught.length > 0
  }

  /** Whether nothing better is expected: a handler is usually followed by a port, and a port by a server. */
  #enough(now: number): boolean {
    if (!this.found) return false
    const { caught } = this.#capture
    if (this.launch || caught.some(({ how }) => how !== handlerCall) || (caught.length > 0 && this.held))
      return true
    this.#foundSince ??= now
    return now - this.#foundSince >= this.#grace
  }

  /**
   * Stops capturing.
   * @param app whether the runner serves the held ports; otherwise they really listen now.
   */
  finish(app: boolean): void {
    // Otherwise an unfinished wait would keep polling for the lifetime of the process.
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
