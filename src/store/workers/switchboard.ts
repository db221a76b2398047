import { within } from '../../process/clock.ts'
import type { Change } from '../../protocol/source.ts'
import { seenMethod } from '../seen-method.ts'
import type { Missed, RecordChange } from '../siblings.ts'
import type { SessionRecord, Store } from '../store.ts'
import { heedLimit } from './heed-limit.ts'
import type { Line, Word } from './line.ts'
import { MissedChanges } from './missed-changes.ts'
import { changedRecord } from './record-change.ts'
import { WaitingTexts } from './waiting-texts.ts'

/** A worker, as the primary that stores the sessions sees it. */
export interface Member {
  /** Its name in the ids that it issues: random at each start, and never reused. */
  readonly name: string
  readonly line: Line
}

type Handler = (from: Member, about: readonly unknown[]) => unknown

/**
 * Stores the sessions of several workers and routes their messages to each other. Knows which workers hold a session
 * and which has its client's GET stream; ordinary calls do not need it.
 */
export class Switchboard {
  readonly #store: Store
  readonly #members = new Map<string, Member>()
  readonly #holders = new Map<string, Set<Member>>()
  readonly #homes = new Map<string, Member>()
  readonly #owners = new Map<string, Member>()
  readonly #texts = new WaitingTexts()
  readonly #changes = new MissedChanges()
  /** The number of changes that each worker has certainly received, and will have received by its next request. */
  readonly #told = new Map<Member, { readonly heard: number; readonly next: number }>()
  #kept = 0
  readonly #saving = new Map<string, Promise<void>>()
  /** The number of messages by kind, for diagnostics. */
  readonly counts = new Map<string, number>()

  constructor(store: Store) {
    this.#store = store
  }

  join(member: Member): void {
    this.#members.set(member.name, member)
    this.#told.set(member, { heard: this.#changes.count, next: this.#changes.count })
  }

  /** A worker is gone: releases what it held. */
  leave(member: Member): void {
    this.#members.delete(member.name)
    for (const [key, holders] of this.#holders) if (holders.has(member)) this.#release(key, member)
    for (const [key, owner] of this.#owners) if (owner === member) this.#owners.delete(key)
    this.#told.delete(member)
  }

  /** A session was evicted from the store, though workers may hold it: drops what is queued for it. */
  forget(key: string): void {
    this.#texts.forget(key)
    this.#changes.end(key)
    if (!this.#holders.has(key)) this.#owners.delete(key)
  }

  /** Handles a worker's message; resolves once it is done. */
  readonly hear = (from: Member, [kind, ...about]: Word): unknown => {
    if (kind === 'sync') return this.#hearsAll(from)
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
    return this.#handlers[kind]?.(from, about)
  }

  readonly #handlers: Record<string, Handler> = {
    load: (from, [key]) => this.#load(from, String(key)),
    save: (from, [key, record, change]) =>
      this.#save(
        from,
        String(key),
        record as SessionRecord,
        (change ?? undefined) as RecordChange | undefined,
      ),
    keep: (from, [key, name, text]) =>
      this.#keep(from, String(key), String(name), text === null ? null : String(text)),
    renew: (_, [keys]) => this.#store.renew(keys as string[]),
    remove: (from, [key]) => this.#remove(from, String(key)),
    left: (from, [key]) => this.#release(String(key), from),
    pass: (from, [key, message, to]) => {
      const receivers =
        to === null || to === undefined ? this.#others(from, String(key)) : [this.#members.get(String(to))]
      return allHeard(receivers.map((member) => member?.line.ask('message', key, message)))
    },
    post: (_, [key, text]) => this.#post(String(key), String(text)),
    carry: (from, [key]) => this.#carry(from, String(key)),
    sent: (from, [key, count]) => {
      if (this.#homes.get(String(key)) === from) this.#texts.sent(String(key), Number(count))
    },
    dropped: (from, [key]) => this.#dropHome(String(key), from),
    announce: (from, [change]) => {
      this.#changes.add(change as Change)
      for (const member of this.#members.values()) if (member !== from) member.line.tell('offers', change)
    },
    claim: (from, [key]) => this.#claim(from, String(key)),
  }

  /** Handles `sync`: a worker sends it after it has received the previous response, and so all messages before that. */
  #hearsAll(member: Member): true {
    const heard = this.#told.get(member)?.next
    if (heard !== undefined) this.#told.set(member, { heard, next: this.#changes.count })
    return true
  }

  async #load(from: Member, key: string): Promise<unknown> {
    // Registered before it is read, so that this worker is notified of changes from now on.
    this.#hold(key, from)
    const stored = await this.#store.load(key)
    if (!stored) this.#release(key, from)
    return stored ?? null
  }

  /**
   * Sets a state value, and notifies the holders of the session.
   * @returns its sequence number among all writes, which the others are told: of two concurrent writes the later one
   * counts.
   */
  async #keep(from: Member, key: string, name: string, text: string | null): Promise<number> {
    const sequence = ++this.#kept
    await this.#store.keep(key, name, text ?? undefined)
    await this.#heeded(from, key, 'state', key, name, text, sequence)
    return sequence
  }

  /** In sequence per session, or the second would undo the first. */
  #save(from: Member, key: string, record: SessionRecord, change: RecordChange | undefined): Promise<void> {
    const fresh = change === undefined || change.method === 'initialize'
    this.#hold(key, from)
    if (fresh && !this.#homes.has(key)) this.#changes.begin(key)
    const before = this.#saving.get(key) ?? Promise.resolve()
    const saving = before.then(() => this.#saveNow(key, record, fresh ? undefined : change))
    this.#saving.set(key, saving)
    const saved = saving.finally(() => {
      if (this.#saving.get(key) === saving) this.#saving.delete(key)
    })
    return saved.then(() => this.#tellChange(from, key, fresh ? undefined : change))
  }

  async #saveNow(key: string, record: SessionRecord, change: RecordChange | undefined): Promise<void> {
    // If the stored record cannot be read, the new one is better than nothing.
    const before = change && (await this.#store.load(key).catch(() => undefined))?.record
    await this.#store.save(key, changedRecord(before, record, change))
  }

  async #tellChange(from: Member, key: string, change: RecordChange | undefined): Promise<void> {
    if (change && change.method !== seenMethod) await this.#heeded(from, key, 'changed', key, change)
  }

  async #remove(from: Member, key: string): Promise<void> {
    await this.#store.remove(key)
    await this.#heeded(from, key, 'ended', key)
    this.#holders.delete(key)
    this.#homes.delete(key)
    this.#owners.delete(key)
    this.#texts.forget(key)
    this.#changes.end(key)
  }

  /** @param member may have left already: its last messages can arrive after that. */
  #hold(key: string, member: Member): void {
    if (!this.#isHere(member)) return
    const holders = this.#holders.get(key) ?? new Set()
    this.#holders.set(key, holders.add(member))
  }

  #release(key: string, member: Member): void {
    const holders = this.#holders.get(key)
    holders?.delete(member)
    if (holders?.size === 0) this.#holders.delete(key)
    if (this.#owners.get(key) === member) this.#owners.delete(key)
    this.#dropHome(key, member)
  }

  #isHere(member: Member): boolean {
    return this.#members.get(member.name) === member
  }

  #others(from: Member, key: string): Member[] {
    return [...(this.#holders.get(key) ?? [])].filter((one) => one !== from)
  }

  /** Resolves once all other holders of the session have applied a message or timed out. */
  async #heeded(from: Member, key: string, ...word: Word): Promise<void> {
    const others = this.#others(from, key)
    if (others.length === 0) return
    await allHeard(others.map(({ line }) => line.ask(...word)))
  }

  #post(key: string, text: string): void {
    this.#texts.add(key, text)
    const home = this.#homes.get(key)
    if (home) home.line.tell('texts', key, this.#texts.give(key))
  }

  /** The newest stream wins, as within one process. */
  #carry(from: Member, key: string): Missed {
    if (!this.#isHere(from)) return { texts: [], changes: [] }
    const before = this.#homes.get(key)
    if (before && before !== from) before.line.tell('moved', key)
    if (before !== from) this.#texts.takeBack(key)
    this.#homes.set(key, from)
    return { texts: this.#texts.give(key), changes: this.#changes.end(key) }
  }

  #dropHome(key: string, member: Member): void {
    if (this.#homes.get(key) !== member) return
    this.#homes.delete(key)
    this.#texts.takeBack(key)
    this.#changes.begin(key, this.#isHere(member) ? undefined : this.#told.get(member)?.heard)
  }

  #claim(from: Member, key: string): string {
    const owner = this.#owners.get(key) ?? from
    if (this.#isHere(owner)) this.#owners.set(key, owner)
    return owner.name
  }
}

/** Resolves once all have handled a message or timed out. */
const allHeard = (asked: readonly (Promise<unknown> | undefined)[]): Promise<unknown> =>
  within(Promise.allSettled(asked), heedLimit, undefined)
