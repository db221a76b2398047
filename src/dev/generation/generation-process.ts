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
 * Owns the child process that user code runs in. Its stdout is the front's stderr, so that nothing it prints can
 * reach the protocol; its stdin stays silent; and it ends with the front, whatever user code is doing.
 */
export class GenerationProcess {
  readonly #send: (report: Report) => Promise<void>
  readonly #exit: ExitGuard
  readonly #signals: StopSignals
  readonly #stdin = silenceStdin()
  readonly ports = new WatchedPorts()
  readonly #files = new UsedFiles((path) => void this.report({ type: 'wrote', path }))
  #serving = false
  /** A port that another process has: what is done about that is up to the front, whatever user code does. */
  #lost: Error | undefined
  /** Whether there is a generation before this one that may have what it wants. */
  #replaces = false
  #failLoad: (error: unknown) => void = () => undefined
  /** Fails with what nobody has caught before it serves. */
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
        // A save of what it has read may let it go on.
        void this.tellRead([])
        // Nothing that is still to be awaited is told any more.
        const fault = this.#lost?.message ?? (this.#replaces ? lockWords(this.#files.lock) : undefined)
        if (fault !== undefined) void this.#tellLost(fault)
        return this.#exit.exit(code)
      },
      whileServing: (code) => void this.report({ type: 'leaving', code }),
    })
    // The front decides when a generation stops; a terminal sends its Ctrl-C to all of us at once.
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

  /** What comes of something that is done before it serves, unless user code throws something uncaught meanwhile. */
  orFault<T>(going: Promise<T>): Promise<T> {
    return Promise.race([going, this.#fault])
  }

  /** @throws CliError (exit 3) when loading crashes the process or can never finish. */
  async loading<T>(load: () => Promise<T>, { file, shown, replaces }: LoadOrder): Promise<T> {
    this.#files.begin(file, process.cwd())
    this.#replaces = replaces
    // A port that the generation before still has is one that this one is to have.
    if (replaces) this.ports.onFault = (error) => isConflict(error) && this.#lose(error)
    // Only what user code does may keep the process busy, so that it can be seen to have nothing left to do.
    process.channel?.unref()
    let idle = false
    const onIdle = () => {
      // Nobody went on when it had nothing to do: an import that never ends is for the front to give up.
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

  /** Whether user code that does not load may want what the generation before has. */
  conflicts(error: unknown): boolean {
    return this.#replaces && (isConflict(error) || this.#files.lock !== undefined)
  }

  serving(): void {
    this.#serving = true
    this.ports.finish()
    this.#exit.serving()
  }

  /** Tells what has been read, now that user code has loaded or failed to. */
  tellRead(modules: readonly string[]): Promise<void> {
    return this.report({ type: 'read', read: { ...this.#files.end(), modules } })
  }

  readonly report = (report: Report): Promise<void> => this.#send(report)

  /** Ends as after a stop signal: the user's own handlers run, within their time limit. */
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

/** Milliseconds between looks whether the port is free, and for which user code waits for that. */
const portInterval = 50
const portPatience = 1_000

let wanted: number | undefined

/**
 * Opens the port that debuggers connect to, or closes it so that another generation can have it. Resolves when it is
 * open, or has not become free: the generation before may stand at a breakpoint, and gives it up when it goes on.
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
    // Node says loudly on stderr that it cannot open a port, so that it is only told to when it can.
    if (!(await isFree(port))) await delay(portInterval, undefined, { ref: false })
    else if (wanted === port) inspector.open(port, '127.0.0.1')
  }
}
