import { freePort } from '../support/free-port.ts'
import { type RunOptions, root, type Started, serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'

/** A server whose sessions are kept in a file, which can be killed and started again on the same port. */
export class KeptServer implements AsyncDisposable {
  readonly url: URL
  readonly file: string
  readonly #project = new Project({})
  readonly #server: string
  readonly #args: readonly string[]
  readonly #options: RunOptions
  #running: (Started & { url: URL }) | undefined

  private constructor(
    port: number,
    server: string,
    args: readonly string[],
    options: RunOptions,
    file?: string,
  ) {
    this.url = new URL(`http://127.0.0.1:${port}/mcp`)
    this.file = file ?? this.#project.path('sessions.db')
    this.#server = server.startsWith('/') ? server : `${root}test/fixtures/store/${server}`
    this.#args = args
    this.#options = options
  }

  static async start(
    server = 'kept.ts',
    { args = [], file, ...options }: RunOptions & { args?: readonly string[]; file?: string } = {},
  ): Promise<KeptServer> {
    const kept = new KeptServer(await freePort(), server, args, options, file)
    await kept.start()
    return kept
  }

  /** What the process that runs now has said. */
  get stderr(): string {
    return this.#running?.stderr ?? ''
  }

  get running(): Started {
    if (!this.#running) throw new Error('it does not run')
    return this.#running
  }

  async start(): Promise<void> {
    const args = ['-p', this.url.port, '--store', `file:${this.file}`, ...this.#args]
    this.#running = await serveHttp(this.#server, args, this.#options)
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#running?.kill(signal)
    await this.#running?.exited
  }

  async restart(signal?: NodeJS.Signals): Promise<void> {
    await this.kill(signal)
    await this.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#running?.[Symbol.asyncDispose]()
    this.#project[Symbol.dispose]()
  }
}
