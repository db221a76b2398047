import { randomBytes } from 'node:crypto'
import { now, within } from '../../process/clock.ts'
import type { HeldSessions } from './held-sessions.ts'
import type { RedisLink } from './link/redis-link.ts'
import { tryCommands } from './link/try-commands.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisKeys } from './redis-keys.ts'

/** Milliseconds between two looks at how this process and Redis are. */
const look = 250

/** Milliseconds between two signs of life to Redis. */
const beat = 1_000

/** Seconds without one after which a process is taken for gone. */
const leaseFor = 10

/** Milliseconds that others may have waited for this process in vain, which must not go by what it knows then. */
const stalled = 750

/** Milliseconds that a request waits for it at most. */
const doubtLimit = 1_000

/** Milliseconds for which others may still be writing what Redis has lost. */
const filling = 10_000

export interface HealthParts {
  readonly link: RedisLink
  readonly keys: RedisKeys
  readonly bus: RedisBus
  readonly held: HeldSessions
}

/** Sees when Redis fails, is back, or was emptied, and when this process has not heard what others have said. */
export class RedisHealth {
  readonly #parts: HealthParts
  readonly #back: (() => Promise<unknown>)[] = []
  #timer: NodeJS.Timeout | undefined
  #looked = now()
  #asked = -beat
  #said = Number.NEGATIVE_INFINITY
  #asking = false
  #opening = false
  /** What must be over before this process goes by what it knows. */
  #unsure: Promise<void> | undefined
  /** When Redis last may have lost something that others will write again. */
  #lost = now()
  /** What this process says of itself to the others. */
  about: unknown = null

  constructor(parts: HealthParts) {
    this.#parts = parts
    const { link, bus } = parts
    // What opens listens by itself, and has missed nothing before.
    link.hearing.on('ready', () => this.#opening || this.#doubt(this.#hear()))
    bus.on('refill', () => {
      this.#lost = now()
      this.#doubt(this.#readAgain())
    })
    bus.on('here', (from, [, asks]) =>
      asks === true ? void bus.tell(from, 'here', this.about, false) : undefined,
    )
  }

  /** @param listener does what is to be done when Redis works again, or has to be told again. */
  onBack(listener: () => Promise<unknown>): void {
    this.#back.push(listener)
  }

  begin(): void {
    this.#timer ??= setInterval(() => this.#look(), look)
    this.#timer.unref()
    this.say(true)
  }

  current(): Promise<void> | undefined {
    this.#heedStall()
    return this.#unsure && within(this.#unsure, doubtLimit, undefined)
  }

  /** Whether others may still be writing what Redis has lost. */
  get filling(): boolean {
    return now() - this.#lost < filling
  }

  /** Whether a session that is not there may have been, a moment ago. */
  async mayHaveLost(): Promise<boolean> {
    const { link, keys } = this.#parts
    if (this.filling) return true
    const [epoch, filled] = await link.each((pipeline) => pipeline.exists(keys.epoch).exists(keys.filling))
    if (epoch === 0) void this.#refill()
    return epoch === 0 || filled === 1
  }

  /**
   * Connects, and looks whether Redis does what it has to.
   * @throws Error when it does not.
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

  /** Who was stopped asks once what it has missed, however many requests have waited for it. */
  #heedStall(): void {
    if (now() - this.#looked <= stalled) return
    this.#looked = now()
    this.#doubt(this.#parts.bus.catchUp())
  }

  #look(): void {
    const { link, bus } = this.#parts
    this.#heedStall()
    this.#looked = now()
    const due = link.fault === undefined ? beat : look
    if (now() - this.#asked >= due) void this.ask()
    if (now() - this.#said >= bus.beat) this.say(false)
  }

  /** Tells the others that this process is there. @param asks whether they are to say the same. */
  say(asks: boolean): void {
    this.#said = now()
    void this.#parts.bus.tellAll('here', this.about, asks)
  }

  /** Shows Redis a sign of life, which it has to write, and looks whether it has been emptied. */
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
      // It has been said.
    } finally {
      this.#asking = false
    }
  }

  /** Nothing is there any more: all write again what they hold, and until they have, nobody knows what there was. */
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

  /** Words may have been missed while nothing was heard. */
  async #hear(): Promise<void> {
    await this.#parts.bus.listen()
    this.#lost = now()
    await this.#readAgain()
    this.say(true)
  }

  /** Until this is over, what is known of sessions is not gone by. */
  #doubt(until: Promise<void>): void {
    const doubt: Promise<void> = Promise.all([this.#unsure, until.catch(() => undefined)]).then(() => {
      if (this.#unsure === doubt) this.#unsure = undefined
    })
    this.#unsure = doubt
  }
}
