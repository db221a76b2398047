import { constants } from 'node:os'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ExitGuard, exitNow } from '../patches/node/exit-guard.ts'
import { type OwnedStdio, takeStdio } from '../patches/node/stdio-guard.ts'
import { StopSignals } from '../patches/node/stop-signals.ts'
import { heedUncaught } from '../patches/node/uncaught-exceptions.ts'
import { type GuardThread, guardThread } from '../process/guard-thread.ts'
import { codeOf, loadError, messageOf, stackOf } from '../terminal/errors.ts'
import type { Log, Running } from './serve-options.ts'

export interface OwnerOptions {
  /** What is being loaded, for messages. */
  file: string
  /** Milliseconds that loading may take; 0 for any number. */
  loadLimit: number
  log: Log
  /** Whether it ends with the process that has started it, whatever its code is doing; on stdio it always does. */
  withParent?: boolean
}

/** Milliseconds after which a process that nobody asks anything is watched all the same. */
const quiet = 1_000

interface Stop {
  code: number
  signal?: NodeJS.Signals
  limit?: number
}

/**
 * Owns the process while one server is loaded and served in it: its standard streams, signals, exit and
 * crashes. User code that reaches for any of these gets what it asked for once nothing in flight is lost by it.
 */
export class ProcessOwner {
  readonly stdio: OwnedStdio
  /** The exit code, once everything has been served. */
  readonly finished: Promise<number>
  readonly #options: OwnerOptions
  readonly #thread: GuardThread
  readonly #exit: ExitGuard
  readonly #signals: StopSignals
  readonly #deafen: () => void
  #running: Running | undefined
  #stopping = false
  #requestedCode: number | undefined
  #finish: (code: number) => void = () => undefined
  #failLoad: (error: unknown) => void = () => undefined

  /** It has been told to stop, and drains. */
  get stopping(): boolean {
    return this.#stopping
  }

  /** What the client on stdio is served with: once it has gone, there is nobody to stay for. */
  get stdioClient() {
    return {
      ...this.stdio,
      onGone: () => this.stop({ code: 0 }),
      onRequest: () => this.#thread.watchParent(),
    }
  }

  /** Where it says what happens. */
  get log(): Log {
    return this.#options.log
  }

  constructor(options: OwnerOptions) {
    this.#options = options
    this.finished = new Promise((resolve) => {
      this.#finish = resolve
    })
    const { loadLimit } = options
    this.#thread = guardThread({
      script: new URL('./guard-worker.cjs', import.meta.url),
      loadLimit,
      loadMessage: `fastmcp: ${options.file} did not finish loading in ${loadLimit / 1000} s`,
      onOrphaned: () => this.stop({ code: 0, limit: 500 }),
    })
    this.stdio = takeStdio(new URL('./user-worker.cjs', import.meta.url))
    this.#exit = new ExitGuard({
      whileLoading: (code) => this.#exitedWhileLoading(code),
      whileServing: (code) => this.#requestExit(code),
    })
    this.#signals = new StopSignals((signal) => this.stop({ code: 0, signal }))
    this.#deafen = heedUncaught({
      isServing: () => this.#running !== undefined,
      log: options.log,
      failLoad: (error) => this.#failLoad(error),
      crash: (error) => this.#crash(error),
    })
  }

  /** What is about to load may never end; where this is not said, it has loaded before. */
  watchLoad(): void {
    this.#thread.watchLoad()
  }

  /**
   * Waits for user code to load.
   * @throws CliError (exit 3) when it takes too long, crashes, or can never finish.
   */
  async loading<T>(load: Promise<T>): Promise<T> {
    const { file, loadLimit } = this.#options
    const failed = new Promise<never>((_, reject) => {
      this.#failLoad = reject
    })
    let idle = false
    const never = () => {
      if (idle) this.#failLoad(loadError(`${file} never finishes loading: its top-level await never settles`))
      // Whoever waits for a module to become idle goes on now, and then there is something to do again.
      idle = true
      setImmediate(() => undefined)
    }
    const late = () => {
      const limit = `${loadLimit / 1000} s`
      this.#failLoad(loadError(`${file} did not finish loading in ${limit}. Allow more with --load-timeout.`))
    }
    const timer = loadLimit > 0 ? setTimeout(late, loadLimit).unref() : undefined
    process.on('beforeExit', never)
    try {
      return await Promise.race([load, failed])
    } finally {
      clearTimeout(timer)
      process.off('beforeExit', never)
      this.#failLoad = () => undefined
    }
  }

  /** From now on a stop drains this server first. */
  serving(running: Running): void {
    this.#running = running
    this.#thread.loaded()
    // A server on stdio is its client's; one on a port may well outlive the shell that started it.
    if (running.url === undefined || this.#options.withParent)
      setTimeout(() => this.#thread.watchParent(), quiet).unref()
    this.#exit.serving()
  }

  /** Stops serving, in order, and settles `finished`. Asked again, it goes on as before. */
  stop(stop: Stop): void {
    if (this.#stopping) return
    this.#stopping = true
    void this.#drain(stop)
  }

  /** Ends the process with a code; listeners of user code for `exit` still run. */
  exit(code: number): never {
    return this.#exit.exit(code)
  }

  /** Gives the process back to an object that serves stdio and handles signals by itself. */
  release(): void {
    this.#thread.loaded()
    this.stdio.release()
    this.#exit.release()
    this.#signals.release()
    this.#deafen()
  }

  async #drain({ code, signal, limit }: Stop): Promise<void> {
    let drained = true
    try {
      drained = (await this.#running?.close(limit)) ?? true
    } catch (error) {
      this.#options.log('error', `stopping failed: ${messageOf(error)}`)
    }
    this.stdio.endUserInput()
    // User code that waits for the end of its stdin gets to hear of it.
    await nextTurn()
    if (signal && this.#requestedCode === undefined) await this.#signals.runUserHandlers(signal)
    const forced = drained ? undefined : signalCode(signal)
    this.#finish(forced ?? this.#requestedCode ?? code)
  }

  #requestExit(code: number): void {
    this.#options.log('info', `${this.#options.file} called process.exit(${code}): stopping`)
    this.#requestedCode ??= code
    this.stop({ code })
  }

  #exitedWhileLoading(code: number): never {
    this.#options.log('warning', `${this.#options.file} called process.exit(${code}) while it was loading`)
    return this.#exit.exit(code)
  }

  /** A file that opens the very port it is served on conflicts with itself. */
  #ownPort(error: unknown): string | undefined {
    const port = this.#running?.url && new URL(this.#running.url).port
    const taken = codeOf(error) === 'EADDRINUSE' && String(Reflect.get(Object(error), 'port')) === port
    return taken
      ? `${this.#options.file} opens port ${port} itself, where it is served. Serve it on another one with -p.`
      : undefined
  }

  #crash(error: unknown): void {
    this.#options.log('error', this.#ownPort(error) ?? `uncaught exception: ${stackOf(error)}`)
    if (this.#stopping) exitNow(1)
    this.stop({ code: 1, limit: 0 })
  }
}

/** The code by which a shell knows that a signal cut a process short. */
const signalCode = (signal: NodeJS.Signals | undefined) =>
  signal === undefined ? undefined : 128 + (constants.signals[signal] ?? 0)
