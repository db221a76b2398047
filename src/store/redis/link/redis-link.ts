import type { ChainableCommander, Cluster, Redis } from 'ioredis'
import { now, withinAwake } from '../../../process/clock.ts'
import { type Answers, apart } from './apart.ts'
import { connectRedis } from './connect-redis.ts'
import { limits } from './connection-options.ts'
import { type Log, type RedisConfig, shownRedisUrl } from './redis-config.ts'
import { isLasting, isTimeout, redisFault } from './redis-faults.ts'

/** Milliseconds until the same fault is logged again. */
const again = 10_000

/** Consecutive timeouts after which a connection counts as dead. */
const silent = 3

const late: Answers = [[new Error('Command timed out'), undefined]]

/** The two connections of a process: one for commands, and one for subscriptions. */
export class RedisLink {
  readonly commands: Redis | Cluster
  readonly hearing: Redis
  readonly #shown: string
  readonly #log: Log
  /** Why the last command failed; undefined if it succeeded. */
  fault: string | undefined
  /** When it last recovered, on the clock of `now()`. */
  since = Number.NEGATIVE_INFINITY
  /** Whether only a change of the configuration can fix it, as far as is known. */
  lasting = false
  /** Whether any command has ever succeeded. */
  #worked = false
  #timeouts = 0
  /** Whether failures are not logged: before the first check is done, and after closing. */
  #quiet = true
  #closed = false
  #said: { readonly why: string; readonly at: number } | undefined

  constructor(config: RedisConfig, log: Log) {
    this.#shown = shownRedisUrl(config.url)
    this.#log = log
    const { commands, hearing } = connectRedis(config)
    this.commands = commands
    this.hearing = hearing
    // Failures are reported by the commands; the listener exists because an unhandled `error` event would end the
    // process.
    const asking: NodeJS.EventEmitter = commands
    for (const one of [asking, hearing]) one.on('error', (error: unknown) => this.#failed(error))
    for (const one of [commands, hearing]) one.on('end', () => this.#connectAgain(one))
    asking.on('close', () => this.#failed(new Error('Connection is closed')))
  }

  /** Runs several commands as a transaction. @throws Error if it fails. */
  async all(build: (multi: ChainableCommander) => ChainableCommander): Promise<unknown[]> {
    return this.#watched(build(this.commands.multi()).exec())
  }

  /** Runs several independent commands at once. */
  async each(build: (pipeline: ChainableCommander) => ChainableCommander): Promise<unknown[]> {
    const { cluster } = this
    if (!cluster) return this.#watched(build(this.commands.pipeline()).exec())
    // A cluster may redirect a command from node to node.
    return this.#watched(apart(cluster, build), 2 * limits.command)
  }

  /** The cluster, if it is one: there, PUBLISH counts only the subscribers of a single node. */
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

  /** Records that Redis works again. */
  works(): void {
    if (this.fault !== undefined) {
      this.#log('info', `--redis: ${this.#shown} works again`)
      this.since = now()
    }
    this.fault = undefined
  }

  /** From now on failures are logged. */
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

  /** Logs recurring faults only occasionally. */
  #say(why: string): void {
    if (this.#said?.why === why && now() - this.#said.at < again) return
    this.#said = { why, at: now() }
    const then = this.#worked
      ? 'Sessions held here go on; requests of others get 503 until it does'
      : 'Until it does, no session can be opened'
    this.#log('warning', `--redis: ${this.#shown} does not work: ${why}. ${then}.`)
  }

  /** ioredis gives up if sentinels name another primary while it connects; this reconnects until the process closes. */
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
