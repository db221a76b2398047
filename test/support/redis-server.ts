import { once } from 'node:events'
import { connect } from 'node:net'
import { Redis } from 'ioredis'
import { freePort } from './free-port.ts'
import { type Started, start } from './program.ts'
import { redisProgram } from './redis-program.ts'

const program = redisProgram()

/** Why tests with a real Redis are skipped, if they are. */
export const redisSkip = program
  ? false
  : 'no redis-server: install one, or let FASTMCP_TEST_REDIS name it (apt-get could not download it)'

/** What has been said to a Redis since it was asked to tell. */
export interface Monitor {
  seen(): string
  close(): void
}

/** A Redis of a test's own. */
export class RedisServer implements AsyncDisposable {
  readonly port: number
  readonly #args: readonly string[]
  #running: Started
  #client: Redis | undefined

  private constructor(port: number, args: readonly string[], running: Started) {
    this.port = port
    this.#args = args
    this.#running = running
  }

  /** @param args what its configuration has besides, as flags. */
  static async start(...args: string[]): Promise<RedisServer> {
    const port = await freePort()
    return new RedisServer(port, args, await launch(port, args))
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Asks it something itself. */
  get client(): Redis {
    if (this.#client) return this.#client
    this.#client = new Redis(this.port, '127.0.0.1', { retryStrategy: () => 50, maxRetriesPerRequest: null })
    // A test kills the server on purpose.
    this.#client.on('error', () => undefined)
    return this.#client
  }

  /** Stops it as SIGSTOP does: it keeps its connections, and answers nothing. */
  pause(): void {
    this.#running.kill('SIGSTOP')
  }

  goOn(): void {
    this.#running.kill('SIGCONT')
  }

  /** It is gone, with all that it kept. */
  async kill(): Promise<void> {
    this.#running.kill('SIGKILL')
    await this.#running.exited
  }

  /** Starts it again on its port, empty. */
  async restart(): Promise<void> {
    this.#running = await launch(this.port, this.#args)
  }

  /** Hears all that is said to it, by hand: ioredis fails where something is said in the moment in which it begins to hear. */
  async monitor(): Promise<Monitor> {
    const socket = connect(this.port, '127.0.0.1', () => socket.write('MONITOR\r\n'))
    let text = ''
    socket.setEncoding('utf8').on('data', (more: string) => {
      text += more
    })
    socket.on('error', () => undefined)
    await once(socket, 'data')
    return { seen: () => text.replaceAll('\\"', '"'), close: () => void socket.destroy() }
  }

  /** How often each command was used, by name. */
  async commands(): Promise<Map<string, number>> {
    const text = await this.client.info('commandstats')
    return new Map(
      [...text.matchAll(/cmdstat_([^:]+):calls=(\d+)/g)].map(([, name = '', calls]) => [name, Number(calls)]),
    )
  }

  /** All that it keeps, as text. */
  async dump(): Promise<string> {
    const { client } = this
    const kept: unknown[] = []
    for (const key of await client.keys('*')) {
      const type = await client.type(key)
      if (type === 'hash') kept.push(key, await client.hgetall(key))
      else if (type === 'set') kept.push(key, await client.smembers(key))
      else if (type === 'stream') kept.push(key, await client.xrange(key, '-', '+'))
      else kept.push(key, type, await client.get(key))
    }
    return JSON.stringify(kept)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.disconnect()
    await this.#running[Symbol.asyncDispose]()
  }
}

async function launch(port: number, args: readonly string[]): Promise<Started> {
  const own = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    '/tmp',
    // What a primary passes on would be written there, and read by the next one that is started.
    '--repl-diskless-load',
    'swapdb',
  ]
  const running = start(program?.path ?? '', [...own, ...args], { env: program?.env ?? {} })
  await running.until(/Ready to accept connections/, 'stdout')
  return running
}
