import { AsyncLocalStorage } from 'node:async_hooks'
import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as delay } from 'node:timers/promises'

/** How much of what one program says is kept, in characters: a report is read by people. */
const most = 20_000
/** How long a program may take to end once it is told to, in milliseconds. */
const farewell = 10_000

/** How long its last words may take once it has ended, in milliseconds. */
const lastWords = 1_000

/** One program that a cell has started, what it said on stderr, and how it ended. */
export class Program {
  readonly child: ChildProcess
  readonly ended: Promise<void>
  stderr = ''

  constructor(child: ChildProcess) {
    this.child = child
    // An official client's program is closed long after it has ended, since nobody reads its stdout then.
    this.ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    }).then(() => this.#saidAll())
    // Its streams are there once `spawn` has returned.
    process.nextTick(() => {
      child.stderr?.on('data', (chunk: Buffer) => {
        if (this.stderr.length < most) this.stderr += chunk
      })
    })
  }

  /** Its last words come after its end, unless a program of its own still has its stderr. */
  async #saidAll(): Promise<void> {
    const { stderr } = this.child
    if (!stderr || stderr.readableEnded || stderr.destroyed) return
    const late = new AbortController()
    const said = new Promise<void>((resolve) => stderr.once('close', resolve))
    await Promise.race([said, delay(lastWords, undefined, { signal: late.signal }).catch(() => undefined)])
    late.abort()
  }

  get runs(): boolean {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null
  }

  get code(): number | null {
    return this.child.exitCode
  }

  /** What it was and how it ended, in a line, and all that it said. */
  get words(): string {
    const how = this.runs
      ? 'runs'
      : `ended with ${this.child.exitCode ?? this.child.signalCode ?? 'no start'}`
    // What clients ask again and again while they wait for a save says nothing.
    const said = this.stderr.replace(/^.*tools\/call edition.*\n/gm, '').trimEnd()
    return `$ ${this.child.spawnargs.join(' ')}\n  ${how}\n${said.replace(/^/gm, '  | ')}`
  }

  /** Tells it to end, and ends it if it does not. */
  async stop(): Promise<void> {
    if (!this.runs) return
    this.child.kill('SIGTERM')
    const late = new AbortController()
    await Promise.race([
      this.ended,
      delay(farewell, undefined, { signal: late.signal }).catch(() => undefined),
    ])
    late.abort()
    if (this.runs) this.child.kill('SIGKILL')
    await this.ended
  }
}

const ours = new AsyncLocalStorage<Program[]>()

// Official clients start programs too; only Node itself sees every one of them.
subscribe('child_process', (message) => {
  ours.getStore()?.push(new Program((message as { process: ChildProcess }).process))
})

/** Does something, and puts every program that it starts, however deep in a library, into this list. */
export const collecting = <T>(programs: Program[], act: () => Promise<T>): Promise<T> =>
  ours.run(programs, act)

/** Does something whose programs belong to no cell, such as a tool that all of them use. */
export const uncollected = <T>(act: () => Promise<T>): Promise<T> => ours.exit(act)
