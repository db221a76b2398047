import { now, withinAwake } from '../../process/clock.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { heedLimit } from '../workers/heed-limit.ts'
import type { RedisLink } from './link/redis-link.ts'
import type { RedisKeys } from './redis-keys.ts'
import { RedisPeers } from './redis-peers.ts'
import type { Seal } from './seal.ts'

/** A message between replicas: its kind and arguments. */
export type Word = readonly [kind: string, ...about: unknown[]]

/** Handles a message; its sender is answered once this resolves. */
export type Hear = (from: string, about: readonly unknown[]) => unknown

interface Sent {
  readonly from: string
  readonly word: Word
  /** The id of a request; the receiver acknowledges it. */
  readonly ask?: number
}

/** Milliseconds within which all processes resubscribe after an outage. */
const gathering = 2_000

/** The message bus of replicas, with one channel for all and one for each. */
export class RedisBus {
  readonly name: string
  readonly #link: RedisLink
  readonly #keys: RedisKeys
  readonly #seal: Seal
  readonly #hearers = new Map<string, Hear>()
  readonly #peers = new RedisPeers()
  readonly #open = new Map<number, (from: string) => void>()
  #count = 0
  /** When this process subscribed: before that, missing messages mean nothing. */
  #hears = now()
  /** Whether the subscription is down. */
  #deaf = true

  constructor(name: string, link: RedisLink, keys: RedisKeys, seal: Seal) {
    this.name = name
    this.#link = link
    this.#keys = keys
    this.#seal = seal
    link.hearing.on('message', (_channel: string, text: string) => this.#heard(text))
    link.hearing.on('close', () => {
      this.#deaf = true
    })
    this.on('heeded', (from, [ask]) => this.#open.get(Number(ask))?.(from))
    this.on('echo', (_, [ask]) => this.#open.get(Number(ask))?.(name))
  }

  on(kind: string, hear: Hear): void {
    this.#hearers.set(kind, hear)
  }

  /** Subscribes. Messages sent before are lost, and others may have been offline for as long. */
  async listen(): Promise<void> {
    await this.#link.hearing.subscribe(this.#keys.all, this.#keys.channel(this.name))
    if (!this.#deaf) return
    this.#hears = now()
    this.#deaf = false
  }

  /** Whether the subscription is down, so that no reply would arrive. */
  get deaf(): boolean {
    return this.#deaf
  }

  /** @returns the number of receivers; undefined if it could not be sent. */
  async tell(to: string, ...word: Word): Promise<number | undefined> {
    const said = this.#publish([this.#keys.channel(to)], { from: this.name, word })
    const heard = await said.catch(() => undefined)
    return heard === 0 && this.#link.cluster ? this.#isLeased(to) : heard
  }

  /** In a cluster receivers cannot be counted, so a process's lease tells whether it is alive. */
  async #isLeased(name: string): Promise<number> {
    const lease = this.#keys.lease(name)
    return this.#link
      .each((pipeline) => pipeline.exists(lease))
      .then(
        ([there]) => Number(there),
        () => 0,
      )
  }

  /** @returns the number of receivers, including this process. */
  async tellAll(...word: Word): Promise<number> {
    return this.#publish([this.#keys.all], { from: this.name, word }).catch(() => 0)
  }

  /** All other processes that were recently active. */
  get others(): string[] {
    return this.#peers.names
  }

  /** Resolves once all of these processes have handled a message, died or timed out. */
  async askAll(names: readonly string[], ...word: Word): Promise<void> {
    const to = names.filter((one) => one !== this.name)
    if (to.length === 0) return
    const waited = new Set(to.filter((one) => this.lives(one) && !this.#peers.isSlow(one)))
    // A message for few processes is not published to all.
    const few = 2 * to.length <= this.#peers.names.length
    await this.#asked(
      few ? to.map((one) => this.#keys.channel(one)) : [this.#keys.all],
      word,
      (from) => {
        waited.delete(from)
        return waited.size === 0
      },
      waited.size === 0,
    )
    for (const one of waited) this.#peers.noteSlow(one)
  }

  /**
   * Resolves once this process has received everything that was sent while it was unresponsive, and all others wait for
   * it again: they had continued without it.
   */
  async catchUp(): Promise<void> {
    // It has received nothing from others either.
    this.#hears = now()
    await this.askAll(this.others, 'awake')
    const ask = ++this.#count
    await this.#asked([this.#keys.channel(this.name)], ['echo', ask], () => true, false, ask)
  }

  async #asked(
    channels: readonly string[],
    word: Word,
    done: (from: string) => boolean,
    already: boolean,
    ask = ++this.#count,
  ): Promise<void> {
    const heeded = new Promise<void>((resolve) => {
      this.#open.set(ask, (from) => void (done(from) && resolve()))
    })
    try {
      await this.#publish(channels, { from: this.name, word, ask })
      if (!already) await withinAwake(heeded, heedLimit, undefined)
    } catch {
      // The store has the truth, and is read once everything works again.
    } finally {
      this.#open.delete(ask)
    }
  }

  /** When messages started to arrive, on the clock of `now()`: earlier ones may have been missed. */
  get since(): number {
    return Math.max(this.#hears, this.#link.since)
  }

  /** Whether a silent process may still be alive: the subscription is down, or has been until recently. */
  get unsure(): boolean {
    return this.#link.fault !== undefined || this.#deaf || now() - this.since < gathering
  }

  /** Interval of this process's heartbeats to the others in milliseconds. */
  get heartbeatInterval(): number {
    return this.#peers.heartbeatInterval
  }

  /** Whether a process is alive, as far as is known. */
  lives(name: string): boolean {
    // While the subscription is down, silence means nothing.
    return (
      this.#peers.has(name) && (this.#link.fault !== undefined || !this.#peers.isSilent(name, this.#hears))
    )
  }

  /** Records that a process has no subscription any more. */
  gone(name: string): void {
    this.#peers.gone(name)
  }

  /** What a process has announced about itself. */
  about(name: string): unknown {
    return this.lives(name) ? this.#peers.about(name) : undefined
  }

  /** @returns the number of receivers. */
  async #publish(channels: readonly string[], sent: Sent): Promise<number> {
    const text = this.#seal.close(JSON.stringify(sent), 'bus')
    const heard = await this.#link.each((pipeline) =>
      channels.reduce((saying, channel) => saying.publish(channel, text), pipeline),
    )
    return heard.reduce<number>((sum, count) => sum + Number(count), 0)
  }

  #heard(text: string): void {
    const sent = this.#read(text)
    if (!sent) return
    const { from, word, ask } = sent
    const [kind, ...about] = word
    if (from === this.name && kind !== 'echo') return
    if (kind === 'bye') this.gone(from)
    else if (from !== this.name) this.#peers.heard(from, kind === 'here' ? { said: about[0] } : undefined)
    void this.#act(from, kind, about, kind === 'echo' ? undefined : ask)
  }

  async #act(from: string, kind: string, about: readonly unknown[], ask: number | undefined): Promise<void> {
    try {
      await this.#hearers.get(kind)?.(from, about)
    } catch {
      // The sender continues without this process.
    }
    if (ask !== undefined) await this.tell(from, 'heeded', ask)
  }

  /** @returns undefined for messages encrypted with another key, and for foreign ones. */
  #read(text: string): Sent | undefined {
    try {
      const sent: unknown = JSON.parse(this.#seal.open(text, 'bus'))
      return isSent(sent) ? sent : undefined
    } catch {
      return undefined
    }
  }
}

const isSent = (value: unknown): value is Sent =>
  isRecord(value) &&
  typeof value.from === 'string' &&
  Array.isArray(value.word) &&
  typeof value.word[0] === 'string'
