import assert from 'node:assert/strict'
import { textOf } from '../support/clients.ts'
import { patience, root, type Started, startFastmcp } from '../support/program.ts'
import { call } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'
import { RedisServer } from '../support/redis-server.ts'
import { RoundRobin } from '../support/round-robin.ts'

export type Headers = Record<string, string>

export interface ReplicaOptions {
  readonly count?: number
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
  /** What the configuration of Redis has besides, as flags. */
  readonly redis?: readonly string[]
  /** Another Redis than one of their own. */
  readonly at?: { readonly url: string; readonly env?: Record<string, string> }
  /** Whether nobody may have emptied Redis before the first replica comes, as it looks to that one otherwise. */
  readonly kept?: boolean
}

/** Several replicas of a server behind one address, and the Redis that they share. */
export class ReplicaServers implements AsyncDisposable {
  readonly #redis: RedisServer | undefined
  readonly balancer: RoundRobin
  readonly running: Started[]
  readonly #start: (port: number) => Started

  private constructor(
    redis: RedisServer | undefined,
    balancer: RoundRobin,
    running: Started[],
    start: (port: number) => Started,
  ) {
    this.#redis = redis
    this.balancer = balancer
    this.running = running
    this.#start = start
  }

  static async start(
    fixture: string,
    { count = 2, args = [], env = {}, redis: config = [], kept = false, at }: ReplicaOptions = {},
  ): Promise<ReplicaServers> {
    const redis = at ? undefined : await RedisServer.start(...config)
    if (kept) await redis?.client.set('fastmcp:epoch', 'a-test')
    const place = { FASTMCP_REDIS: at?.url ?? redis?.url, ...at?.env }
    const file = fixture.startsWith('/') ? fixture : `${root}test/fixtures/workers/${fixture}`
    const start = (port: number) =>
      // How soon it starts is not what is looked at here, and the machine is busy.
      startFastmcp(['run', file, '-t', 'http', '-p', `${port}`, '--load-timeout', '600', ...args], {
        env: { ...place, ...env },
      })
    const running = Array.from({ length: count }, () => start(0))
    try {
      const ports = await Promise.all(running.map(portOf))
      return await ReplicaServers.#over(redis, ports, running, start)
    } catch (error) {
      await Promise.all([redis, ...running].map((one) => one?.[Symbol.asyncDispose]()))
      throw error
    }
  }

  static async #over(
    redis: RedisServer | undefined,
    ports: number[],
    running: Started[],
    start: (port: number) => Started,
  ) {
    return new ReplicaServers(redis, await RoundRobin.over(ports), running, start)
  }

  get redis(): RedisServer {
    if (!this.#redis) throw new Error('they have been given one')
    return this.#redis
  }

  get url(): URL {
    return this.balancer.url
  }

  /** The address of one of them. */
  urlOf(at: number): URL {
    return new URL(`http://127.0.0.1:${this.balancer.ports[at]}/mcp`)
  }

  /** Resolves once all have found out that they offer the same, after which they look no more. */
  async settled(): Promise<void> {
    const looks = async () => (await this.redis.commands()).get('hgetall')
    let before = await looks()
    await this.until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_200))
      const offers = await this.redis.client.hvals('fastmcp:offers')
      const all = offers.length === this.running.length && new Set(offers).size === 1 && !offers.includes('?')
      const [last, now] = [before, await looks()]
      before = now
      return all && last === now
    })
  }

  /** Starts one again that has ended, on its port. */
  async again(at: number): Promise<void> {
    const one = this.#start(this.balancer.ports[at] ?? 0)
    this.running[at] = one
    await portOf(one)
  }

  open(): Promise<Headers> {
    return openSession(this.url)
  }

  /** @param at the one that is called; whichever is next, without it. */
  async call(
    headers: Headers,
    name: string,
    args: Record<string, unknown> = {},
    at?: number,
  ): Promise<string> {
    const answer = await call(at === undefined ? this.url : this.urlOf(at), headers, name, args)
    assert.equal(answer.status, 200, `${name}: ${answer.status} ${JSON.stringify(answer)}`)
    return textOf(answer.result)
  }

  /** Tries for so many milliseconds until it is so. */
  async until(done: () => Promise<boolean>, limit = patience): Promise<number> {
    const began = performance.now()
    while (!(await done())) {
      if (performance.now() - began > limit) throw new Error(`not within ${limit} ms`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    return performance.now() - began
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.balancer[Symbol.asyncDispose]()
    await Promise.all(this.running.map((one) => one[Symbol.asyncDispose]()))
    await this.#redis?.[Symbol.asyncDispose]()
  }
}

/** The port on which one listens, which takes a busy machine its time. */
async function portOf(running: Started): Promise<number> {
  const look = () => running.until(/listening on ([^\s"]+)/)
  const [, url = ''] = await look().catch(look).catch(look)
  return Number(new URL(url).port)
}
