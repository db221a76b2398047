import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Log } from '../../serve/serve-options.ts'

/**
 * Kills a gateway's programs if the gateway itself is killed: one small process that tracks all of them and waits for
 * the pipe to us to break.
 */
export class Reaper {
  readonly #script: URL
  readonly #log: Log
  readonly #watched = new Set<number>()
  #process: ChildProcess | undefined
  #closed = false
  #lost = false

  constructor(script: URL, log: Log) {
    this.#script = script
    this.#log = log
  }

  watch(pid: number | undefined): void {
    if (pid === undefined) return
    this.#watched.add(pid)
    if (this.#process) this.#tell(`+${pid}`)
    else this.#start()
  }

  forget(pid: number | undefined): void {
    if (pid === undefined) return
    this.#watched.delete(pid)
    this.#tell(`-${pid}`)
  }

  close(): void {
    this.#closed = true
    this.#process?.stdin?.end()
  }

  #tell(line: string): void {
    this.#process?.stdin?.write(`${line}\n`)
  }

  #start(): void {
    const { NODE_OPTIONS: _, ...env } = process.env
    const child = spawn(process.execPath, [fileURLToPath(this.#script)], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env,
    })
    this.#process = child
    child.once('error', (error) => this.#gone(error.message))
    child.once('exit', (code, signal) =>
      this.#gone(`${signal ? `it was killed by ${signal}` : `it exited with code ${code}`}`),
    )
    child.stdin.on('error', () => undefined)
    child.unref()
    for (const pid of this.#watched) this.#tell(`+${pid}`)
  }

  /** Restarted with the next program; its failure is logged once. */
  #gone(reason: string): void {
    this.#process = undefined
    if (this.#closed || this.#lost) return
    this.#lost = true
    const what = 'the process that ends programs when this one is killed'
    this.#log('warning', `${what} is gone (${reason}); they may be left running`)
  }
}
