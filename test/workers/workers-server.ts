import assert from 'node:assert/strict'
import { textOf } from '../support/clients.ts'
import {
  listening,
  patience,
  type RunOptions,
  root,
  type Started,
  serveHttp,
  startFastmcp,
} from '../support/program.ts'
import { call } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'

type Headers = Record<string, string>

/** A server of several processes. */
export class WorkersServer implements AsyncDisposable {
  readonly url: URL
  readonly running: Started
  readonly count: number

  private constructor(running: Started & { url: URL }, count: number) {
    this.running = running
    this.url = running.url
    this.count = count
  }

  static async start(
    fixture: string,
    { count = 3, args = [], ...options }: RunOptions & { count?: number; args?: readonly string[] } = {},
  ): Promise<WorkersServer> {
    const file = fixture.startsWith('/') ? fixture : `${root}test/fixtures/workers/${fixture}`
    const running = await serveHttp(file, ['--workers', String(count), ...args], options)
    return new WorkersServer(running, count).#complete()
  }

  /** One of programs, which are started for each session. */
  static async exec(count: number, words: readonly string[]): Promise<WorkersServer> {
    const args = ['run', '-t', 'http', '-p', '0', '--workers', String(count), ...words]
    const running = await listening(startFastmcp(args))
    return new WorkersServer(running, count).#complete()
  }

  /** The first serves; the others start after it, which takes a busy machine its time. */
  async #complete(): Promise<this> {
    const all = new RegExp(`${this.count} workers? serves?`)
    await this.running
      .until(all)
      .catch(() => this.running.until(all))
      .catch(() => this.running.until(all))
    return this
  }

  /** Calls a tool of a session, each time over a new connection, which the next worker takes. */
  async call(headers: Headers, name: string, args: Record<string, unknown> = {}): Promise<string> {
    const answer = await call(this.url, { ...headers, connection: 'close' }, name, args)
    assert.equal(answer.status, 200, `${name}: ${answer.status} ${JSON.stringify(answer)}`)
    return textOf(answer.result)
  }

  open(): Promise<Headers> {
    return openSession(this.url)
  }

  /** Calls a tool until so many different processes have answered. Returns all answers. */
  async callAll(headers: Headers, name: string, count = this.count): Promise<string[]> {
    const answers: string[] = []
    const seen = new Set<string>()
    const end = Date.now() + patience
    while (seen.size < count && Date.now() < end) {
      const answer = await this.call(headers, name)
      answers.push(answer)
      seen.add(answer.split(' ')[0] ?? '')
    }
    assert.equal(seen.size, count, `only ${[...seen]} answered`)
    return answers
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.running[Symbol.asyncDispose]()
  }
}
