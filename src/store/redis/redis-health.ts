import { randomBytes } from 'node:crypto'
import { now, within } from '../../process/clock.ts'
import type { HeldSessions } from './held-sessions.ts'
import type { RedisLink } from './link/redis-link.ts'
import { tryCommands } from './link/try-commands.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Interval of health checks of this process and Redis in milliseconds. */
const checkInterval = 250

/** Heartbeat interval to Redis in milliseconds. */
const heartbeatInterval = 1_000

/** Seconds without a heartbeat after which a process counts as gone. */
const leaseFor = 10

/**
 * Milliseconds of blocking after which others may have continued without this process, so that its knowledge may be
 * outdated.
 */
const stalled = 750

/** Maximum milliseconds that a request waits for the resync. */
const doubtLimit = 1_000

/** Milliseconds within which other processes restore what Redis has lost. */
const filling = 10_000

export interface HealthParts {
  readonly link: RedisLink
  readonly keys: RedisKeys
  readonly bus: RedisBus
  readonly held: HeldSessions
}

/** Detects when Redis fails, recovers or was flushed, and when this process has missed messages. */
export class RedisHealth {
  readonly #parts: HealthParts
  readonly #back: (() => Promise<unknown>)[] = []
  #timer: NodeJS.Timeout | undefined
  #looked = now()
  #asked = -heartbeatInterval
  #said = Number.NEGATIVE_INFINITY
  #asking = false
  #opening = false
  /** Pending until this process may rely on its knowledge again. */
  #unsure: Promise<void> | undefined
  /** When Redis last may have lost data that others will restore. */
  #lost = now()
  /** What this process announces about itself. */
  about: unknown = null

  constructor(parts: HealthParts) {
    this.#parts = parts
    const { link, bus } = parts
    // Opening subscribes itself, and cannot have missed anything.
    link.hearing.on('ready', () => this.#opening || this.#doubt(this.#hear()))
    bus.on('refill', () => {
      this.#lost = now()
      this.#doubt(this.#readAgain())
    })
    bus.on('here', (from, [, asks]) =>
      asks === true ? void bus.tell(from, 'here', this.about, false) : undefined,
    )
  }

  /** @param listener runs when Redis has recovered or was flushed. */
  onBack(listener: () => Promise<unknown>): void {
    this.#back.push(listener)
  }

  begin(): void {
    this.#timer ??= setInterval(() => this.#look(), checkInterval)
    this.#timer.unref()
    this.say(true)
  }

  current(): Promise<void> | undefined {
    this.#heedStall()
    return this.#unsure && within(this.#unsure, doubtLimit, undefined)
  }

  /** Whether other processes may still be restoring lost data. */
  get filling(): boolean {
    return now() - this.#lost < filling
  }

  /** Whether a missing session may have just been lost. */
  async mayHaveLost(): Promise<boolean> {
    const { link, keys } = this.#parts
    if (this.filling) return true
    const [epoch, filled] = await link.each((pipeline) => pipeline.exists(keys.epoch).exists(keys.filling))
    if (epoch === 0) void this.#refill()
    return epoch === 0 || filled === 1
  }

  /**
   * Connects, and checks that Redis works.
   * @throws Error if it does not.
   */
  async open(): Promise<void> {
    const { hearing } = this.#parts.link
    this.#opening = true
    try {
      await this.#open()
    } catch (error) {
      if (hearing.status === 'ready') this.#doubt(this.#hear())
      throw error
    } finally {
      this.#opening = false
    }
  }

  async #open(): Promise<void> {
    const { link, keys, bus } = this.#parts
    const [asks, hears] = await Promise.allSettled([link.commands.connect(), link.hearing.connect()])
    if (asks.status === 'rejected') throw asks.reason
    if (hears.status === 'rejected') throw hears.reason
    const [, epoch] = await link.each((pipeline) =>
      pipeline.set(keys.lease(bus.name), '1', 'EX', leaseFor).exists(keys.epoch),
    )
    await tryCommands(link, keys, bus.name)
    await bus.listen()
    if (epoch === 0) await this.#refill()
    else this.#lost = -filling
  }

  async end(): Promise<void> {
    if (this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
    const { link, keys, bus } = this.#parts
    const leaves = link.each((pipeline) => pipeline.del(keys.lease(bus.name)).hdel(keys.offers, bus.name))
    await leaves.catch(() => undefined)
    await bus.tellAll('bye')
  }

  /** After a suspension, resyncs once for all waiting requests. */
  #heedStall(): void {
    if (now() - this.#looked <= stalled) return
    this.#looked = now()
    this.#doubt(this.#parts.bus.catchUp())
  }

  #look(): void {
    const { link, bus } = this.#parts
    this.#heedStall()
    this.#looked = now()
    const due = link.fault === undefined ? heartbeatInterval : checkInterval
    if (now() - this.#asked >= due) void this.ask()
    if (now() - this.#said >= bus.heartbeatInterval) this.say(false)
  }

  /** Announces this process to the others. @param asks whether they should announce themselves too. */
  say(asks: boolean): void {
    this.#said = now()
    void this.#parts.bus.tellAll('here', this.about, asks)
  }

  /** Sends a heartbeat, which is a write, and checks whether Redis was flushed. */
  async ask(): Promise<void> {
    if (this.#asking) return
    const { link, keys, bus } = this.#parts
    this.#asked = now()
    this.#asking = true
    try {
      const [, epoch] = await link.each((pipeline) =>
        pipeline.set(keys.lease(bus.name), '1', 'EX', leaseFor).exists(keys.epoch),
      )
      if (epoch === 0) await this.#refill()
      else if (link.fault !== undefined) await this.#recover()
    } catch {
      // The link has logged the failure.
    } finally {
      this.#asking = false
    }
  }

  /** Redis was flushed: all processes restore what they hold; until then, missing data proves nothing. */
  async #refill(): Promise<void> {
    const { link, keys, bus } = this.#parts
    await link.each((pipeline) =>
      pipeline.set(keys.filling, '1', 'PX', filling).set(keys.epoch, randomBytes(8).toString('hex'), 'NX'),
    )
    await bus.tellAll('refill')
    await this.#recover()
  }

  async #recover(): Promise<void> {
    this.#lost = now()
    this.#parts.link.works()
    this.#doubt(this.#readAgain())
    await this.#unsure
  }

  async #readAgain(): Promise<void> {
    for (const listener of this.#back) await listener()
  }

  /** Resubscribes; messages may have been missed. */
  async #hear(): Promise<void> {
    await this.#parts.bus.listen()
    this.#lost = now()
    await this.#readAgain()
    this.say(true)
  }

  /** Marks the knowledge about sessions as unreliable until this settles. */
  #doubt(until: Promise<void>): void {
    const doubt: Promise<void> = Promise.all([this.#unsure, until.catch(() => undefined)]).then(() => {
      if (this.#unsure === doubt) this.#unsure = undefined
    })
    this.#unsure = doubt
  }
}
