import cluster from 'node:cluster'
import { exitNow } from '../../patches/node/exit-guard.ts'
import { setWorkerName } from '../../process/runner-hook.ts'
import type { ProcessOwner } from '../../serve/process-owner.ts'
import type { WorkerParts } from '../../serve/workers/worker-parts.ts'
import type { ProcessAddress } from '../../store/siblings.ts'
import { Line } from '../../store/workers/line.ts'
import { WorkerStore } from '../../store/workers/worker-store.ts'
import { CliError, type ExitCode, exitCodes } from '../../terminal/errors.ts'

/** The environment variable that makes a process a worker; it is removed before user code runs. */
export const workerVariable = 'FASTMCP_WORKER'

/** Its content, as JSON. */
export interface Welcome {
  readonly name: string
  /** Whether it is the first worker, which prints messages for all. */
  readonly first: boolean
  /** The port that the first worker has bound. */
  readonly port?: number | undefined
}

/** Milliseconds that calls get when the primary is gone, and with it the port. */
const orphanLimit = 500

/** A worker's connection to the primary. */
export class WorkerLink implements WorkerParts {
  readonly store: WorkerStore
  readonly option = '--workers'
  readonly welcome: Welcome
  sessions: 'owner' | 'anywhere' = 'owner'
  readonly #line: Line
  #stop: (signal: NodeJS.Signals | undefined) => void = () => exitNow(exitCodes.ok)

  /** @returns undefined in a process that is not a worker. */
  static of(env: NodeJS.ProcessEnv): WorkerLink | undefined {
    const text = env[workerVariable]
    if (text === undefined || !cluster.isWorker) return undefined
    delete env[workerVariable]
    return new WorkerLink(JSON.parse(text) as Welcome)
  }

  private constructor(welcome: Welcome) {
    this.welcome = welcome
    setWorkerName(welcome.name)
    const send = process.send?.bind(process)
    this.#line = new Line(
      {
        send: (message, done) => send?.(message, undefined, undefined, done),
        onMessage: (hear) => process.on('message', hear),
      },
      (word) => this.#hear(word),
    )
    this.store = new WorkerStore(welcome.name, this.#line)
    cluster.worker?.on('error', endsWithChannel)
    process.prependListener('disconnect', () => {
      // Otherwise Node would exit this process in the middle of its calls.
      if (cluster.worker) cluster.worker.exitedAfterDisconnect = true
      this.#line.close()
      this.#stop(undefined)
    })
  }

  async keep(options: { store: string; maxSessions: number; expiry: number }): Promise<void> {
    // The primary is gone before this worker has started.
    const gone = () => exitNow(exitCodes.ok)
    const refused = (await this.#line.ask('keep sessions', options).catch(gone)) as Refused | null
    if (refused) throw new CliError(refused.code, refused.message, refused.details)
  }

  answersAt(address: ProcessAddress): void {
    this.#line.tell('answers', address)
  }

  /**
   * While user code loads, the IPC channel must not keep the event loop alive, so that a load that never finishes is
   * noticed.
   */
  async loading<T>(load: Promise<T>): Promise<T> {
    process.channel?.unref()
    try {
      return await load
    } finally {
      process.channel?.ref()
    }
  }

  /** Reports that it is serving, and stops when the primary says so. */
  serving(url: string | undefined, owner: ProcessOwner): void {
    this.#stop = (signal) =>
      owner.stop(signal ? { code: exitCodes.ok, signal } : { code: exitCodes.ok, limit: orphanLimit })
    this.#line.tell('serving', url)
  }

  #hear(word: readonly [string, ...unknown[]]): unknown {
    const [kind, signal] = word
    if (kind === 'ping') return true
    if (kind !== 'stop') return this.store.hear(word)
    this.#stop(signal as NodeJS.Signals)
    return undefined
  }
}

/**
 * Ignores errors of `cluster` messages to a primary that is gone, which is about to be noticed.
 * @throws any other error, which would be lost otherwise.
 */
function endsWithChannel(error: NodeJS.ErrnoException): void {
  const ofChannel =
    error.code === 'EPIPE' || error.code === 'ECONNRESET' || error.code === 'ERR_IPC_CHANNEL_CLOSED'
  if (!ofChannel && cluster.worker?.listenerCount('error') === 1) throw error
}

/** Why the session store could not be opened, as sent to a worker. */
export interface Refused {
  readonly code: ExitCode
  readonly message: string
  readonly details: readonly string[]
}
