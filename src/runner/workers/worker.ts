import type { ChildProcess } from 'node:child_process'
import cluster, { type Worker as Child } from 'node:cluster'
import type { HandedConnections } from '../../patches/node/handed-connections.ts'
import { now } from '../../process/clock.ts'
import type { ProcessAddress } from '../../store/siblings.ts'
import { Line, type Word } from '../../store/workers/line.ts'
import type { Member } from '../../store/workers/switchboard.ts'
import { type Welcome, workerVariable } from './worker-link.ts'

/** Events of a worker. */
export interface WorkerEvents {
  /** A message from it; the returned value is the response. */
  word(worker: Worker, word: Word): unknown
  serves(worker: Worker, url: string | undefined): void
  gone(worker: Worker, code: number | null, signal: string | null): void
}

/** A worker as the primary sees it. */
export class Worker implements Member {
  readonly name: string
  readonly line: Line
  address: ProcessAddress | undefined
  /** When it started serving, if it has. */
  began: number | undefined
  /** When its last heartbeat arrived. */
  heard = now()
  readonly #child: Child

  constructor(welcome: Welcome, events: WorkerEvents, handed: HandedConnections) {
    this.name = welcome.name
    const child = cluster.fork({ [workerVariable]: JSON.stringify(welcome) })
    this.#child = child
    handed.watch(child.process)
    const carrier = {
      send: (message: object, done: (error: Error | null) => void) => {
        if (child.isConnected()) child.process.send(message, done)
      },
      onMessage: (hear: (message: unknown) => void) => void child.on('message', hear),
    }
    this.line = new Line(carrier, (word) => {
      const [kind, about] = word
      if (kind !== 'serving') return events.word(this, word)
      this.began = now()
      this.heard = now()
      return events.serves(this, about === undefined ? undefined : String(about))
    })
    // A failed send is handled by the exit event.
    child.on('error', () => undefined)
    child.once('exit', (code, signal) => {
      this.line.close()
      events.gone(this, code, signal)
    })
  }

  get serving(): boolean {
    return this.began !== undefined
  }

  /** Milliseconds since it started serving. */
  get served(): number {
    return this.began === undefined ? 0 : now() - this.began
  }

  get process(): ChildProcess {
    return this.#child.process
  }

  get pid(): number | undefined {
    return this.#child.process.pid
  }

  /** Requests a heartbeat. */
  ping(): void {
    this.line.ask('ping').then(
      () => {
        this.heard = now()
      },
      () => undefined,
    )
  }

  kill(): void {
    this.#child.process.kill('SIGKILL')
  }
}
