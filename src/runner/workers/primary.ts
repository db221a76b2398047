import cluster from 'node:cluster'
import { constants } from 'node:os'
import { HandedConnections } from '../../patches/node/handed-connections.ts'
import { now } from '../../process/clock.ts'
import type { Log } from '../../serve/serve-options.ts'
import { newProcessName } from '../../store/session-key.ts'
import type { Word } from '../../store/workers/line.ts'
import { exitCodes } from '../../terminal/errors.ts'
import { BackOff } from './back-off.ts'
import { Records } from './records.ts'
import { Worker } from './worker.ts'

export interface PrimaryOptions {
  readonly count: number
  /** The port to serve on, if the settings leave it open. */
  readonly port: number | undefined
  /** Seconds without a heartbeat after which a worker is replaced; 0 for never. */
  readonly timeout: number
  readonly log: Log
}

/** Heartbeat interval in milliseconds. */
const heartbeatInterval = 1_000

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Starts the workers, holds their shared state, and replaces those that exit. */
export class Primary {
  readonly #options: PrimaryOptions
  readonly #records: Records
  readonly #workers = new Set<Worker>()
  readonly #backOff = new BackOff()
  readonly #handed = new HandedConnections()
  #url: string | undefined
  #ready = 0
  #signal: NodeJS.Signals | undefined
  #stopping = false
  #code = 0
  #lastCheck = now()
  #finish: (code: number) => void = () => undefined

  constructor(options: PrimaryOptions) {
    this.#options = options
    this.#records = new Records(options.log)
  }

  /** Runs until it is stopped. Returns the exit code. */
  async run(): Promise<number> {
    const finished = new Promise<number>((resolve) => {
      this.#finish = resolve
    })
    cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    for (const signal of stopSignals) process.on(signal, () => this.#stop(signal))
    const beating =
      this.#options.timeout > 0 ? setInterval(() => this.#checkHeartbeats(), heartbeatInterval) : undefined
    // The others wait for the first, which compiles the code for all, and reports errors.
    this.#start(true)
    const code = await finished
    clearInterval(beating)
    await this.#records.close()
    return code
  }

  #start(first = false): void {
    if (this.#stopping) return
    const bound = this.#url === undefined ? undefined : Number(new URL(this.#url).port) || undefined
    const port = bound ?? this.#options.port
    const worker = new Worker(
      { name: newProcessName(), first, port },
      {
        word: (from, word) => this.#hear(from, word),
        serves: (one, url) => this.#serves(one, url),
        gone: (one, code, signal) => this.#gone(one, code, signal),
      },
      this.#handed,
    )
    this.#workers.add(worker)
    this.#records.join(worker)
  }

  #hear(from: Worker, word: Word): unknown {
    return this.#records.hear(from, word)
  }

  #serves(worker: Worker, url: string | undefined): void {
    const { count, log } = this.#options
    if (this.#stopping) return worker.line.tell('stop', this.#signal)
    const first = this.#url === undefined
    this.#url ??= url
    if (first) for (let more = 1; more < count; more++) this.#start()
    if (++this.#ready > count) log('info', `worker ${worker.pid} serves instead`)
    if (this.#ready === count) log('info', `${count} worker${count === 1 ? ' serves' : 's serve'}`)
  }

  #gone(worker: Worker, code: number | null, signal: string | null): void {
    this.#workers.delete(worker)
    this.#records.leave(worker)
    this.#handed.gone(worker.process, ![...this.#workers].some(({ serving }) => serving))
    const { log } = this.#options
    // The first worker has reported the error, which all others would repeat.
    if (this.#url === undefined) return this.#end(code ?? 1)
    if (this.#stopping) {
      this.#code ||= code ?? 0
      if (this.#workers.size === 0) this.#end(this.#code)
      return
    }
    const how = signal ? `was killed by ${signal}` : `exited with ${code}`
    const wait = this.#backOff.after(worker.served)
    const then = wait === 0 ? 'starting another' : `starting another in ${wait / 1000} s`
    log('warning', `worker ${worker.pid} ${how}; ${then}`)
    setTimeout(() => this.#start(), wait)
  }

  #stop(signal: NodeJS.Signals): void {
    // A second signal forces the stop.
    if (this.#signal) {
      this.#code = 128 + (constants.signals[signal] ?? 0)
      for (const worker of this.#workers) worker.kill()
      return
    }
    this.#signal = signal
    this.#stopping = true
    if (this.#workers.size === 0) return this.#end(exitCodes.ok)
    for (const worker of this.#workers) {
      if (worker.serving) worker.line.tell('stop', signal)
      else worker.kill()
    }
  }

  #end(code: number): void {
    this.#stopping = true
    this.#finish(code)
  }

  /** Replaces stuck workers: their calls fail, and their sessions continue in others. */
  #checkHeartbeats(): void {
    const late = now() - this.#lastCheck > 2 * heartbeatInterval
    this.#lastCheck = now()
    const { timeout, log } = this.#options
    for (const worker of this.#workers) {
      if (!worker.serving) continue
      // If the primary itself was blocked, missing heartbeats mean nothing.
      if (late) worker.heard = now()
      if (now() - worker.heard > timeout * 1000) {
        log(
          'error',
          `worker ${worker.pid} has not responded for ${timeout} s (--worker-timeout): replacing it`,
        )
        worker.kill()
      } else worker.ping()
    }
  }
}
