import inspector from 'node:inspector'
import { setTimeout as delay } from 'node:timers/promises'
import { watchFileUse } from '../../patches/generation/file-use.ts'
import { WatchedPorts } from '../../patches/generation/watched-ports.ts'
import { ExitGuard, ExitRequested, exitNow } from '../../patches/node/exit-guard.ts'
import { takeParentLine } from '../../patches/node/parent-line.ts'
import { silenceStdin } from '../../patches/node/silent-stdin.ts'
import { StopSignals } from '../../patches/node/stop-signals.ts'
import { heedUncaught } from '../../patches/node/uncaught-exceptions.ts'
import { isFree } from '../../process/free-port.ts'
import { guardThread } from '../../process/guard-thread.ts'
import { loadError, stackOf } from '../../terminal/errors.ts'
import { say } from '../../terminal/output.ts'
import type { LoadOrder, Order, Report } from '../protocol/ipc.ts'
import { isConflict } from './conflict.ts'
import { UsedFiles } from './used-files.ts'

/**
 * Owns the child process in which user code runs. Its stdout is the front's stderr, so that its output never reaches
 * the protocol; its stdin is empty; and it exits with the front, whatever user code is doing.
 */
export class GenerationProcess {
  readonly #send: (report: Report) => Promise<void>
  readonly #exit: ExitGuard
  readonly #signals: StopSignals
  readonly #stdin = silenceStdin()
  readonly ports = new WatchedPorts()
  readonly #files = new UsedFiles((path) => void this.report({ type: 'wrote', path }))
  #serving = false
  /** The error of a port that another process has; the front decides what to do, even if user code handles it. */
  #lost: Error | undefined
  /** Whether a previous generation may hold its resources. */
  #replaces = false
  #failLoad: (error: unknown) => void = () => undefined
  /** Rejects with an uncaught error before it serves. */
  readonly #fault = new Promise<never>((_, reject) => {
    this.#failLoad = reject
  })

  constructor(obey: (order: Order) => void) {
    this.#send = takeParentLine(obey)
    const thread = guardThread({
      script: new URL('./guard-worker.cjs', import.meta.url),
      loadLimit: 0,
      loadMessage: '',
      onOrphaned: () => exitNow(0),
    })
    thread.watchParent()
    this.#exit = new ExitGuard({
      whileLoading: (code) => {
        // A change of a file that it has read may fix it.
        void this.tellRead([])
        // Called synchronously: after this, nothing asynchronous would be sent.
        const fault = this.#lost?.message ?? (this.#replaces ? lockWords(this.#files.lock) : undefined)
        if (fault !== undefined) void this.#tellLost(fault)
        return this.#exit.exit(code)
      },
      whileServing: (code) => void this.report({ type: 'leaving', code }),
    })
    // The front decides when a generation stops; a terminal sends Ctrl-C to the whole process group.
    this.#signals = new StopSignals(() => undefined)
    watchFileUse(this.#files.note)
    this.#fault.catch(() => undefined)
    heedUncaught({
      isServing: () => this.#serving,
      log: this.log,
      failLoad: (error) => this.#failLoad(error),
      crash: (error) => {
        this.log('error', `uncaught exception: ${stackOf(error)}`)
        exitNow(1)
      },
    })
  }

  log(level: 'warning' | 'error', message: string): void {
    say(`${level}: ${message}`)
  }

  /** Awaits a step before it serves, unless user code throws an uncaught error meanwhile. */
  orFault<T>(going: Promise<T>): Promise<T> {
    return Promise.race([going, this.#fault])
  }

  /** @throws CliError (exit 3) when loading crashes the process or can never finish. */
  async loading<T>(load: () => Promise<T>, { file, shown, replaces }: LoadOrder): Promise<T> {
    this.#files.begin(file, process.cwd())
    this.#replaces = replaces
    // A port conflict may be with the previous generation.
    if (replaces) this.ports.onFault = (error) => isConflict(error) && this.#lose(error)
    // Only user code should keep the event loop alive, so that an empty one is noticed.
    process.channel?.unref()
    let idle = false
    const onIdle = () => {
      // The event loop is empty but the import is pending: the front's limit applies.
      if (idle) process.channel?.ref()
      idle = true
      setImmediate(() => undefined)
    }
    process.on('beforeExit', onIdle)
    try {
      return await this.orFault(load())
    } catch (error) {
      throw error instanceof ExitRequested
        ? loadError(`${shown} ended the process while it was loading`)
        : error
    } finally {
      process.off('beforeExit', onIdle)
      process.channel?.ref()
    }
  }

  /** Whether user code may have failed because of a resource of the previous generation. */
  conflicts(error: unknown): boolean {
    return this.#replaces && (isConflict(error) || this.#files.lock !== undefined)
  }

  serving(): void {
    this.#serving = true
    this.ports.finish()
    this.#exit.serving()
  }

  /** Reports the files that were read, once user code has loaded or failed. */
  tellRead(modules: readonly string[]): Promise<void> {
    return this.report({ type: 'read', read: { ...this.#files.end(), modules } })
  }

  readonly report = (report: Report): Promise<void> => this.#send(report)

  /** Exits as after a stop signal: the user's own handlers run, within their time limit. */
  async end(): Promise<never> {
    this.#stdin.end()
    await this.#signals.runUserHandlers('SIGTERM')
    return this.#exit.exit(0)
  }

  #lose(error: Error): void {
    this.#lost = error
    this.#failLoad(error)
  }

  #tellLost(message: string): Promise<void> {
    return this.report({ type: 'failed', message, details: [], conflict: true })
  }
}

const lockWords = (path: string | undefined) => path && `it ended, and ${path} is there`

/** Polling interval for the port, and the maximum wait of user code for it, in milliseconds. */
const portInterval = 50
const portPatience = 1_000

let wanted: number | undefined

/**
 * Opens the debugger port, or closes it for another generation. Resolves when it is open or has not become free in
 * time: the previous generation may be paused at a breakpoint, and releases it when it continues.
 */
export async function debugOn(port: number | undefined): Promise<void> {
  wanted = port
  if (inspector.url() !== undefined) inspector.close()
  if (port === undefined) return
  const opened = openWhenFree(port)
  await Promise.race([opened, delay(portPatience, undefined, { ref: false })])
}

async function openWhenFree(port: number): Promise<void> {
  while (wanted === port && inspector.url() === undefined) {
    // Node prints to stderr if it cannot open the port, so wait until it is free.
    if (!(await isFree(port))) await delay(portInterval, undefined, { ref: false })
    else if (wanted === port) inspector.open(port, '127.0.0.1')
  }
}
