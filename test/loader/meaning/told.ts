import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { type Json, mark } from './case.ts'

/** What a program has told of a case, or how it ended without. */
export type Told = { value: Json } | { code: number | string | null; stderr: string }

/** Milliseconds that a program may take to tell something, and then to end. */
const patience = { telling: 20_000, ending: 3_000 }

/** A program that has been started on a case's entry. */
export class Telling implements AsyncDisposable {
  readonly child: ChildProcess
  /** Whether it outlives its stdin. */
  lasting = false
  readonly #closed: Promise<unknown>
  #stderr = ''
  #heard: () => void = () => undefined

  constructor(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    this.child = spawn(command, args, { cwd, env, stdio: ['pipe', 'ignore', 'pipe'] })
    this.child.stdin?.on('error', () => undefined)
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      this.#heard()
    })
    this.#closed = new Promise((resolve) => this.child.once('close', resolve))
    void this.#closed.then(() => this.#heard())
  }

  get stderr(): string {
    return this.#stderr
  }

  /** The values that it has told so far. */
  get values(): Json[] {
    // At the beginning of a line alone: what fails may print the source that was to tell it.
    const lines = this.#stderr.split('\n').slice(0, -1)
    return lines.flatMap((line) => (line.startsWith(mark) ? [parsed(line.slice(mark.length))] : []))
  }

  /**
   * Waits for the value of this number, or the end.
   * @param without what the program says that goes on without a value.
   */
  async value(index = 0, without?: RegExp): Promise<Told> {
    await this.until(() => this.values.length > index || without?.test(this.#stderr) === true)
    const value = this.values[index]
    if (value !== undefined) return { value }
    const { exitCode, signalCode } = this.child
    return { code: this.#ended ? (exitCode ?? signalCode) : 'still running', stderr: this.#stderr }
  }

  /** Waits until something has been heard; `false` when it ends, or takes too long, before that. */
  async until(condition: () => boolean): Promise<boolean> {
    const late = delay(patience.telling, 'late' as const, { ref: false })
    for (;;) {
      if (condition()) return true
      if (this.#ended) return false
      const heard = new Promise<void>((resolve) => {
        this.#heard = resolve
      })
      if ((await Promise.race([heard, late])) === 'late') return condition()
    }
  }

  get #ended(): boolean {
    return this.child.stderr?.closed === true && (this.child.exitCode ?? this.child.signalCode) !== null
  }

  /** Lets it end as it does when its client has gone or says so, which is when some things are written. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.child.stdin?.end()
    if (this.lasting) this.child.kill('SIGTERM')
    await Promise.race([this.#closed, delay(patience.ending, undefined, { ref: false })])
    if (!this.#ended) this.child.kill('SIGKILL')
    await this.#closed
  }
}

/** What JSON cannot say is told as its text. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
