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
  /** The port to serve on, where the settings leave it open. */
  readonly port: number | undefined
  /** Seconds without a sign of life after which a process is replaced; 0 for any number. */
  readonly timeout: number
  readonly log: Log
}

/** Milliseconds between questions for a sign of life. */
const beat = 1_000

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Starts the processes that serve, keeps what they share, and replaces those that end. */
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
  #lastBeat = now()
  #finish: (code: number) => void = () => undefined

  constructor(options: PrimaryOptions) {
    this.#options = options
    this.#records = new Records(options.log)
  }

  /** Serves until it is told to stop. Returns the exit code. */
  async run(): Promise<number> {
    const finished = new Promise<number>((resolve) => {
      this.#finish = resolve
    })
    cluster.setupPrimary({ stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    for (const signal of stopSignals) process.on(signal, () => this.#stop(signal))
    const beating = this.#options.timeout > 0 ? setInterval(() => this.#beat(), beat) : undefined
    // The others wait for the first, which compiles what all load, and finds what is wrong with it.
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
    // What is wrong with it has been said, and would be said of every other.
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
    // The second one is an order.
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

  /** Replaces those that are stuck: calls of theirs fail, and their sessions go on at others. */
  #beat(): void {
    const late = now() - this.#lastBeat > 2 * beat
    this.#lastBeat = now()
    const { timeout, log } = this.#options
    for (const worker of this.#workers) {
      if (!worker.serving) continue
      // Whoever was stuck itself has heard of nobody.
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
