import { now, withinAwake } from '../../process/clock.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { heedLimit } from '../workers/heed-limit.ts'
import type { RedisLink } from './link/redis-link.ts'
import type { RedisKeys } from './redis-keys.ts'
import { RedisPeers } from './redis-peers.ts'
import type { Seal } from './seal.ts'

/** One word between replicas, by its kind, with what it is about. */
export type Word = readonly [kind: string, ...about: unknown[]]

/** Acts on a word; who has asked hears once it resolves. */
export type Hear = (from: string, about: readonly unknown[]) => unknown

interface Sent {
  readonly from: string
  readonly word: Word
  /** Which question this is; whoever acts on it says so. */
  readonly ask?: number
}

/** Milliseconds in which all listen again after nobody could be heard. */
const gathering = 2_000

/** What replicas say to each other, on one channel that all hear and one for each. */
export class RedisBus {
  readonly name: string
  readonly #link: RedisLink
  readonly #keys: RedisKeys
  readonly #seal: Seal
  readonly #hearers = new Map<string, Hear>()
  readonly #peers = new RedisPeers()
  readonly #open = new Map<number, (from: string) => void>()
  #count = 0
  /** Since when others can be heard: before that, silence says nothing of them. */
  #hears = now()
  /** Whether nobody can be heard now. */
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

  /** Listens from now on. What was said meanwhile was not heard, and others may have been silent for as long. */
  async listen(): Promise<void> {
    await this.#link.hearing.subscribe(this.#keys.all, this.#keys.channel(this.name))
    if (!this.#deaf) return
    this.#hears = now()
    this.#deaf = false
  }

  /** Whether nobody can be heard now, so that no answer would be. */
  get deaf(): boolean {
    return this.#deaf
  }

  /** @returns how many have heard it; nothing when it could not be said. */
  async tell(to: string, ...word: Word): Promise<number | undefined> {
    const said = this.#publish([this.#keys.channel(to)], { from: this.name, word })
    const heard = await said.catch(() => undefined)
    return heard === 0 && this.#link.cluster ? this.#isLeased(to) : heard
  }

  /** Who has gone is found out by its lease where nobody can count who hears. */
  async #isLeased(name: string): Promise<number> {
    const lease = this.#keys.lease(name)
    return this.#link
      .each((pipeline) => pipeline.exists(lease))
      .then(
        ([there]) => Number(there),
        () => 0,
      )
  }

  /** @returns how many have heard it, this process with them. */
  async tellAll(...word: Word): Promise<number> {
    return this.#publish([this.#keys.all], { from: this.name, word }).catch(() => 0)
  }

  /** All others that have been heard of lately. */
  get others(): string[] {
    return this.#peers.names
  }

  /** Resolves once all of these that live have acted on a word, or have had their time. */
  async askAll(names: readonly string[], ...word: Word): Promise<void> {
    const to = names.filter((one) => one !== this.name)
    if (to.length === 0) return
    const waited = new Set(to.filter((one) => this.lives(one) && !this.#peers.isSlow(one)))
    // What few have to hear is not brought to all.
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
   * Resolves once everything has been heard that was said while this process was silent, and all others wait for it again:
   * they have gone on without one that has let them wait.
   */
  async catchUp(): Promise<void> {
    // Of others it has heard nothing either.
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
      // What is kept is right, and is read when all is well again.
    } finally {
      this.#open.delete(ask)
    }
  }

  /** Since when words arrive, on the clock of `now()`: some of what was said before may have been missed. */
  get since(): number {
    return Math.max(this.#hears, this.#link.since)
  }

  /** Whether who is not heard may be there: nobody can be heard now, or not all have been since that was so. */
  get unsure(): boolean {
    return this.#link.fault !== undefined || this.#deaf || now() - this.since < gathering
  }

  /** Milliseconds between two signs of life of this process to the others. */
  get beat(): number {
    return this.#peers.beat
  }

  /** Whether a process answers, as far as is known. */
  lives(name: string): boolean {
    // While nothing can be heard, silence says nothing.
    return (
      this.#peers.has(name) && (this.#link.fault !== undefined || !this.#peers.isSilent(name, this.#hears))
    )
  }

  /** Nobody hears a process any more. */
  gone(name: string): void {
    this.#peers.gone(name)
  }

  /** What a process has said of itself. */
  about(name: string): unknown {
    return this.lives(name) ? this.#peers.about(name) : undefined
  }

  /** @returns how many have heard it. */
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
      // Whoever has said it goes on without this process.
    }
    if (ask !== undefined) await this.tell(from, 'heeded', ask)
  }

  /** @returns nothing for what replicas with another key have said, and for what none has. */
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
