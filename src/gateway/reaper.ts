import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Ends the programs that a gateway has started when the gateway is killed: a small process that is told of each
 * and waits for the line to us to break. It costs one process for all of them.
 */
export class Reaper {
  readonly #script: URL
  #process: ChildProcess | undefined

  constructor(script: URL) {
    this.#script = script
  }

  watch(pid: number | undefined): void {
    if (pid === undefined) return
    this.#process ??= this.#start()
    this.#process.stdin?.write(`+${pid}\n`)
  }

  forget(pid: number | undefined): void {
    if (pid !== undefined) this.#process?.stdin?.write(`-${pid}\n`)
  }

  close(): void {
    this.#process?.stdin?.end()
  }

  #start(): ChildProcess {
    const { NODE_OPTIONS: _, ...env } = process.env
    const child = spawn(process.execPath, [fileURLToPath(this.#script)], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env,
    })
    child.on('error', () => undefined)
    child.stdin.on('error', () => undefined)
    child.unref()
    return child
  }
}
