import assert from 'node:assert/strict'
import { textOf } from '../support/clients.ts'
import { patience, root, type Started, startFastmcp } from '../support/program.ts'
import { call } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'
import { RedisServer } from '../support/redis-server.ts'
import { RoundRobin } from '../support/round-robin.ts'
import { Wire } from '../support/wire.ts'

export type Headers = Record<string, string>

export interface ReplicaOptions {
  readonly count?: number
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
  /** What the configuration of Redis has besides, as flags. */
  readonly redis?: readonly string[]
  /** Another Redis than one of their own. */
  readonly at?: { readonly url: string; readonly env?: Record<string, string> }
  /** Whether each has a way of its own to Redis, which can be cut. */
  readonly wired?: boolean
  /** Whether nobody may have emptied Redis before the first replica comes, as it looks to that one otherwise. */
  readonly kept?: boolean
}

/** Several replicas of a server behind one address, and the Redis that they share. */
export class ReplicaServers implements AsyncDisposable {
  #redis: RedisServer | undefined
  readonly balancer: RoundRobin
  readonly running: Started[]
  /** The way of each to Redis, where each has its own. */
  readonly wires: readonly Wire[]
  readonly #start: Start

  private constructor(
    redis: RedisServer | undefined,
    balancer: RoundRobin,
    { running, wires, start }: Parts,
  ) {
    this.#redis = redis
    this.balancer = balancer
    this.running = running
    this.wires = wires
    this.#start = start
  }

  static async start(
    fixture: string,
    {
      count = 2,
      args = [],
      env = {},
      redis: config = [],
      kept = false,
      at,
      wired = false,
    }: ReplicaOptions = {},
  ): Promise<ReplicaServers> {
    const redis = at ? undefined : await RedisServer.start(...config)
    if (kept) await redis?.client.set('fastmcp:epoch', 'a-test')
    const wires =
      redis && wired ? await Promise.all(Array.from({ length: count }, () => Wire.to(redis.port))) : []
    const urlFor = (nth: number) =>
      wires[nth] ? `redis://127.0.0.1:${wires[nth].port}` : (at?.url ?? redis?.url)
    const file = fixture.startsWith('/') ? fixture : `${root}test/fixtures/workers/${fixture}`
    const start: Start = (nth, port) =>
      // How soon it starts is not what is looked at here, and the machine is busy.
      startFastmcp(['run', file, '-t', 'http', '-p', `${port}`, '--load-timeout', '600', ...args], {
        env: { FASTMCP_REDIS: urlFor(nth), ...at?.env, ...env },
      })
    const running = Array.from({ length: count }, (_, nth) => start(nth, 0))
    try {
      const ports = await Promise.all(running.map(portOf))
      return new ReplicaServers(redis, await RoundRobin.over(ports), { running, wires, start })
    } catch (error) {
      await Promise.all([redis, ...running, ...wires].map((one) => one?.[Symbol.asyncDispose]()))
      throw error
    }
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

  /** Another Redis takes the place of the one that they share, and knows what that has passed on until now. */
  async failOver(): Promise<void> {
    const before = this.redis
    const next = await RedisServer.start()
    await next.client.replicaof('127.0.0.1', before.port)
    await this.until(async () => (await next.client.info('replication')).includes('master_link_status:up'))
    await before[Symbol.asyncDispose]()
    await next.client.replicaof('NO', 'ONE')
    this.#redis = next
    for (const wire of this.wires) wire.leadTo(next.port)
  }

  /** Starts one again that has ended, on its port. */
  async again(at: number): Promise<void> {
    const one = this.#start(at, this.balancer.ports[at] ?? 0)
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
    await Promise.all(this.wires.map((one) => one[Symbol.asyncDispose]()))
    await this.#redis?.[Symbol.asyncDispose]()
  }
}

type Start = (nth: number, port: number) => Started

interface Parts {
  readonly running: Started[]
  readonly wires: readonly Wire[]
  readonly start: Start
}

/** The port on which one listens, which takes a busy machine its time. */
async function portOf(running: Started): Promise<number> {
  const look = () => running.until(/listening on ([^\s"]+)/)
  const [, url = ''] = await look().catch(look).catch(look)
  return Number(new URL(url).port)
}
