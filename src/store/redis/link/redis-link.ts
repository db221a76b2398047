import type { ChainableCommander, Redis, RedisOptions } from 'ioredis'
import { now } from '../../../process/clock.ts'
import { loadIoredis } from './load-ioredis.ts'
import { isLasting, isTimeout, redisFault } from './redis-faults.ts'
import { type Log, type RedisPlace, shownPlace } from './redis-place.ts'

/** Milliseconds that Redis gets to answer, and to be connected to; and until the same fault is said again. */
const limits = { command: 1_000, connect: 2_000, retry: 500, again: 10_000 } as const

/** Answers that stay out, one after the other, after which the connection is taken for one that leads nowhere. */
const silent = 3

/** The two connections of a process: one that asks, and one that hears what others say. */
export class RedisLink {
  readonly commands: Redis
  readonly hearing: Redis
  readonly #shown: string
  readonly #log: Log
  /** Why the last thing that was asked was not done; nothing while all is well. */
  fault: string | undefined
  /** Whether only a change of the configuration mends it, as far as is known. */
  lasting = false
  /** Whether Redis has ever done what it was asked. */
  #worked = false
  #timeouts = 0
  /** Whether it is still being found out whether it works, or no longer of interest. */
  #quiet = true
  #said: { readonly why: string; readonly at: number } | undefined

  constructor(place: RedisPlace, log: Log) {
    const { Redis: Client } = loadIoredis()
    this.#shown = shownPlace(place.url)
    this.#log = log
    const options = optionsFor(place)
    this.commands = new Client(place.url, {
      ...options,
      commandTimeout: limits.command,
      enableOfflineQueue: false,
    })
    this.hearing = new Client(place.url, { ...options, autoResubscribe: false })
    // What is wrong is said by what fails; a listener is there because an error without one ends the process.
    for (const one of [this.commands, this.hearing]) one.on('error', (error) => this.#failed(error))
    this.commands.on('close', () => this.#failed(new Error('Connection is closed')))
  }

  /** Several commands as one, which are all done or none. @throws Error when they are not. */
  async all(build: (multi: ChainableCommander) => ChainableCommander): Promise<unknown[]> {
    return this.#watched(build(this.commands.multi()).exec())
  }

  /** Several commands at once, about keys that need not have anything to do with each other. */
  async each(build: (pipeline: ChainableCommander) => ChainableCommander): Promise<unknown[]> {
    return this.#watched(build(this.commands.pipeline()).exec())
  }

  async #watched(asked: Promise<[Error | null, unknown][] | null>): Promise<unknown[]> {
    try {
      const answers = (await asked) ?? []
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
    if (this.fault !== undefined) this.#log('info', `--redis: ${this.#shown} works again`)
    this.fault = undefined
  }

  /** From now on it is said when it does not work. */
  begin(): void {
    this.#quiet = false
    if (this.fault !== undefined) this.#say(this.fault)
  }

  #failed(error: unknown): void {
    if (isTimeout(error) && ++this.#timeouts % silent === 0) this.commands.disconnect(true)
    const why = redisFault(error)
    if (this.fault === undefined && !this.#quiet) this.#say(why)
    this.fault ??= why
    this.lasting ||= isLasting(error)
  }

  /** What comes and goes is said now and then. */
  #say(why: string): void {
    if (this.#said?.why === why && now() - this.#said.at < limits.again) return
    this.#said = { why, at: now() }
    const then = this.#worked
      ? 'Sessions held here go on; requests of others get 503 until it does'
      : 'Until it does, no session can be opened'
    this.#log('warning', `--redis: ${this.#shown} does not work: ${why}. ${then}.`)
  }

  close(): void {
    this.#quiet = true
    this.commands.disconnect()
    this.hearing.disconnect()
  }
}

const optionsFor = ({ password }: RedisPlace): RedisOptions => ({
  ...(password !== undefined && { password }),
  lazyConnect: true,
  connectTimeout: limits.connect,
  connectionName: 'fastmcp',
  disableClientInfo: true,
  // It asks for more than an ACL may allow; what is not ready says so by failing.
  enableReadyCheck: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  keepAlive: 5_000,
  retryStrategy: (times) => Math.min(times * 50, limits.retry),
  // A primary that has become a replica is left for the one that has taken its place.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
})
