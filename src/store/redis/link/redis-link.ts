import type { ChainableCommander, Cluster, Redis } from 'ioredis'
import { now, withinAwake } from '../../../process/clock.ts'
import { type Answers, apart } from './apart.ts'
import { connectRedis } from './connect-redis.ts'
import { limits } from './connection-options.ts'
import { type Log, type RedisConfig, shownRedisUrl } from './redis-config.ts'
import { isLasting, isTimeout, redisFault } from './redis-faults.ts'

/** Milliseconds until the same fault is said again. */
const again = 10_000

/** Answers that stay out, one after the other, after which the connection is taken for one that leads nowhere. */
const silent = 3

const late: Answers = [[new Error('Command timed out'), undefined]]

/** The two connections of a process: one that asks, and one that hears what others say. */
export class RedisLink {
  readonly commands: Redis | Cluster
  readonly hearing: Redis
  readonly #shown: string
  readonly #log: Log
  /** Why the last thing that was asked was not done; nothing while all is well. */
  fault: string | undefined
  /** When it last began to work again, on the clock of `now()`. */
  since = Number.NEGATIVE_INFINITY
  /** Whether only a change of the configuration mends it, as far as is known. */
  lasting = false
  /** Whether Redis has ever done what it was asked. */
  #worked = false
  #timeouts = 0
  /** Whether it is still being found out whether it works, or no longer of interest. */
  #quiet = true
  #closed = false
  #said: { readonly why: string; readonly at: number } | undefined

  constructor(config: RedisConfig, log: Log) {
    this.#shown = shownRedisUrl(config.url)
    this.#log = log
    const { commands, hearing } = connectRedis(config)
    this.commands = commands
    this.hearing = hearing
    // What is wrong is said by what fails; a listener is there because an error without one ends the process.
    const asking: NodeJS.EventEmitter = commands
    for (const one of [asking, hearing]) one.on('error', (error: unknown) => this.#failed(error))
    for (const one of [commands, hearing]) one.on('end', () => this.#connectAgain(one))
    asking.on('close', () => this.#failed(new Error('Connection is closed')))
  }

  /** Several commands as one, which are all done or none. @throws Error when they are not. */
  async all(build: (multi: ChainableCommander) => ChainableCommander): Promise<unknown[]> {
    return this.#watched(build(this.commands.multi()).exec())
  }

  /** Several commands at once, about keys that need not have anything to do with each other. */
  async each(build: (pipeline: ChainableCommander) => ChainableCommander): Promise<unknown[]> {
    const { cluster } = this
    if (!cluster) return this.#watched(build(this.commands.pipeline()).exec())
    // It may pass a command on from node to node.
    return this.#watched(apart(cluster, build), 2 * limits.command)
  }

  /** The nodes, where it is a cluster: there a word is counted for those alone who hear it at one node. */
  get cluster(): Cluster | undefined {
    return this.commands.isCluster ? (this.commands as Cluster) : undefined
  }

  async #watched(asked: Promise<Answers | null>, limit: number = limits.command): Promise<unknown[]> {
    try {
      const answers = (await withinAwake(asked, limit, late)) ?? []
      const failed = answers.find(([error]) => error)
      if (failed?.[0]) throw failed[0]
      this.#timeouts = 0
      this.lasting = false
      this.#worked = true
      return answers.map(([, value]) => value)
    } catch (error) {
      this.#failed(error)
      throw error
    }
  }

  /** It does again what it is asked. */
  works(): void {
    if (this.fault !== undefined) {
      this.#log('info', `--redis: ${this.#shown} works again`)
      this.since = now()
    }
    this.fault = undefined
  }

  /** From now on it is said when it does not work. */
  begin(): void {
    this.#quiet = false
    if (this.fault !== undefined) this.#say(this.fault)
  }

  #failed(error: unknown): void {
    if (isTimeout(error) && ++this.#timeouts % silent === 0) this.commands.disconnect(true)
    void this.cluster?.refreshSlotsCache()
    const why = redisFault(error)
    if (this.fault === undefined && !this.#quiet) this.#say(why)
    this.fault ??= why
    this.lasting ||= isLasting(error)
  }

  /** What comes and goes is said now and then. */
  #say(why: string): void {
    if (this.#said?.why === why && now() - this.#said.at < again) return
    this.#said = { why, at: now() }
    const then = this.#worked
      ? 'Sessions held here go on; requests of others get 503 until it does'
      : 'Until it does, no session can be opened'
    this.#log('warning', `--redis: ${this.#shown} does not work: ${why}. ${then}.`)
  }

  /** The client gives up where sentinels name another primary while it connects: nothing but the end of this process is final. */
  #connectAgain(one: Redis | Cluster): void {
    if (this.#closed) return
    setTimeout(() => this.#closed || one.connect().catch(() => undefined), limits.retry).unref()
  }

  close(): void {
    this.#closed = true
    this.#quiet = true
    this.commands.disconnect()
    this.hearing.disconnect()
  }
}
