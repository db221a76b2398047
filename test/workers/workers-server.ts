import assert from 'node:assert/strict'
import { textOf } from '../support/clients.ts'
import { patience, type RunOptions, root, type Started, startFastmcp } from '../support/program.ts'
import { call } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'

type Headers = Record<string, string>

/** A server of several processes. */
export class WorkersServer implements AsyncDisposable {
  readonly url: URL
  readonly running: Started
  readonly count: number

  private constructor(running: Started, url: string, count: number) {
    this.running = running
    this.url = new URL(url)
    this.count = count
  }

  static start(
    fixture: string,
    { count = 3, args = [], ...options }: RunOptions & { count?: number; args?: readonly string[] } = {},
  ): Promise<WorkersServer> {
    const file = fixture.startsWith('/') ? fixture : `${root}test/fixtures/workers/${fixture}`
    return WorkersServer.run([file, ...args], count, options)
  }

  /** @param words what is run, and how. */
  static async run(
    words: readonly string[],
    count: number,
    options: RunOptions = {},
  ): Promise<WorkersServer> {
    const args = ['run', '-t', 'http', '-p', '0', '--workers', String(count), ...words]
    const running = startFastmcp(args, options)
    try {
      const [, url = ''] = await inTime(running, /listening on ([^\s"]+)/)
      await inTime(running, new RegExp(`${count} workers? serves?`))
      return new WorkersServer(running, url, count)
    } catch (error) {
      await running[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Waits for words of the log that a process which starts has to say. */
  until(pattern: RegExp): Promise<RegExpExecArray> {
    return inTime(this.running, pattern)
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

/** One process after another starts, which takes a busy machine its time. */
const inTime = (running: Started, pattern: RegExp): Promise<RegExpExecArray> =>
  running
    .until(pattern)
    .catch(() => running.until(pattern))
    .catch(() => running.until(pattern))
