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
  /** The file being loaded, for messages. */
  file: string
  /** Milliseconds that loading may take; 0 for no limit. */
  loadLimit: number
  log: Log
  /** Whether it exits when its parent process does, whatever its code is doing; on stdio it always does. */
  withParent?: boolean
}

/** Milliseconds after which a process without requests is watched anyway. */
const quiet = 1_000

interface Stop {
  code: number
  signal?: NodeJS.Signals
  limit?: number
}

/**
 * Owns the process while a server is loaded and served in it: standard streams, signals, exit and crashes. When user
 * code uses one of these, it gets what it asked for as soon as no call in flight is lost by it.
 */
export class ProcessOwner {
  readonly stdio: OwnedStdio
  /** Resolves with the exit code once serving has ended. */
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

  /** Whether it is draining after a stop. */
  get stopping(): boolean {
    return this.#stopping
  }

  /** The streams for the client on stdio: when it disconnects, the process stops. */
  get stdioClient() {
    return {
      ...this.stdio,
      onGone: () => this.stop({ code: 0 }),
      onRequest: () => this.#thread.watchParent(),
    }
  }

  /** The log of this process. */
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

  /** Watches the load, which may block for ever; without this call the file is known to have loaded before. */
  watchLoad(): void {
    this.#thread.watchLoad()
  }

  /**
   * Waits for user code to load.
   * @throws CliError (exit 3) when it times out, crashes, or can never finish.
   */
  async loading<T>(load: Promise<T>): Promise<T> {
    const { file, loadLimit } = this.#options
    const failed = new Promise<never>((_, reject) => {
      this.#failLoad = reject
    })
    let idle = false
    const never = () => {
      if (idle) this.#failLoad(loadError(`${file} never finishes loading: its top-level await never settles`))
      // Code that waits for the module to become idle continues now and may create new work.
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

  /** From now on a stop drains this server. */
  serving(running: Running): void {
    this.#running = running
    this.#thread.loaded()
    // A server on stdio belongs to its client; one on a port may well outlive the shell that started it.
    if (running.url === undefined || this.#options.withParent)
      setTimeout(() => this.#thread.watchParent(), quiet).unref()
    this.#exit.serving()
  }

  /** Stops serving gracefully, and settles `finished`. Further calls have no effect. */
  stop(stop: Stop): void {
    if (this.#stopping) return
    this.#stopping = true
    void this.#drain(stop)
  }

  /** Exits with a code; `exit` listeners of user code still run. */
  exit(code: number): never {
    return this.#exit.exit(code)
  }

  /** Hands the process over to an object that serves stdio and handles signals by itself. */
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
    // Lets user code that waits for the end of stdin see it.
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

  /** A file that opens the port that it is served on conflicts with itself. */
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

/** The exit code that tells a shell which signal ended a process. */
const signalCode = (signal: NodeJS.Signals | undefined) =>
  signal === undefined ? undefined : 128 + (constants.signals[signal] ?? 0)
