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
}

/** Several replicas of a server behind one address, and the Redis that they share. */
export class ReplicaServers implements AsyncDisposable {
  readonly redis: RedisServer
  readonly balancer: RoundRobin
  readonly running: Started[]
  readonly #start: (port: number) => Started

  private constructor(
    redis: RedisServer,
    balancer: RoundRobin,
    running: Started[],
    start: (port: number) => Started,
  ) {
    this.redis = redis
    this.balancer = balancer
    this.running = running
    this.#start = start
  }

  static async start(
    fixture: string,
    { count = 2, args = [], env = {}, redis: config = [] }: ReplicaOptions = {},
  ): Promise<ReplicaServers> {
    const redis = await RedisServer.start(...config)
    const file = fixture.startsWith('/') ? fixture : `${root}test/fixtures/workers/${fixture}`
    const start = (port: number) =>
      startFastmcp(['run', file, '-t', 'http', '-p', `${port}`, ...args], {
        env: { FASTMCP_REDIS: redis.url, ...env },
      })
    const running = Array.from({ length: count }, () => start(0))
    try {
      const ports = await Promise.all(running.map(portOf))
      return await ReplicaServers.#over(redis, ports, running, start)
    } catch (error) {
      await Promise.all([redis, ...running].map((one) => one[Symbol.asyncDispose]()))
      throw error
    }
  }

  static async #over(
    redis: RedisServer,
    ports: number[],
    running: Started[],
    start: (port: number) => Started,
  ) {
    return new ReplicaServers(redis, await RoundRobin.over(ports), running, start)
  }

  get url(): URL {
    return this.balancer.url
  }

  /** The address of one of them. */
  urlOf(at: number): URL {
    return new URL(`http://127.0.0.1:${this.balancer.ports[at]}/mcp`)
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
    await this.redis[Symbol.asyncDispose]()
  }
}

/** The port on which one listens, which takes a busy machine its time. */
async function portOf(running: Started): Promise<number> {
  const look = () => running.until(/listening on ([^\s"]+)/)
  const [, url = ''] = await look().catch(look).catch(look)
  return Number(new URL(url).port)
}
