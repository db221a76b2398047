import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import type { BusAddress, Hearing, Missed, ProcessAddress, RecordChange, Siblings } from '../siblings.ts'
import type { HeldSessions } from './held-sessions.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisChanges } from './redis-changes.ts'
import type { RedisOffers } from './redis-offers.ts'
import type { RedisOwners } from './redis-owners.ts'
import type { StreamHomes } from './stream-homes.ts'
import { UnsaidMessages } from './unsaid-messages.ts'

export interface SiblingParts {
  readonly bus: RedisBus
  readonly held: HeldSessions
  readonly changes: RedisChanges
  readonly homes: StreamHomes
  readonly owners: RedisOwners
  readonly offers: RedisOffers
}

/** A write of a session state value, with its number among all writes of the session. */
interface StateWrite {
  readonly key: string
  readonly name: string
  readonly text: string | undefined
  readonly count: number
}

/** The messages between replicas about the sessions that they share. */
export class RedisSiblings implements Siblings {
  readonly #parts: SiblingParts
  readonly #messages: UnsaidMessages
  #hearing: Hearing | undefined

  constructor(parts: SiblingParts) {
    this.#parts = parts
    this.#messages = new UnsaidMessages(parts.bus)
    const { bus, held, changes, homes } = parts
    bus.on('state', (_, [key, name, text, count]) =>
      this.hearState({
        key: String(key),
        name: String(name),
        text: text === null ? undefined : String(text),
        count: Number(count),
      }),
    )
    bus.on('changed', async (_, [key, change, count]) => {
      held.wrote(String(key), count)
      await this.#hearing?.changed(String(key), change as RecordChange)
    })
    bus.on('ended', (_, [key]) => {
      held.delete(String(key))
      return this.#hearing?.ended(String(key))
    })
    bus.on('message', (_, [key, message]) => this.#hearing?.message(String(key), message as JsonRpcMessage))
    bus.on('moved', (_, [key]) => {
      homes.left(String(key))
      this.#hearing?.moved(String(key))
    })
    bus.on('offers', (_, [change, at]) => {
      changes.heard(at)
      this.#hearing?.offers(change as Change)
    })
  }

  listen(hearing: Hearing): void {
    this.#hearing = hearing
    this.#parts.homes.deliver = (key, texts) => hearing.texts(key, texts)
    this.#parts.offers.settled = (differed) => hearing.settled(differed)
  }

  /** The last change for all sessions that this process knows. */
  get lastChange(): string {
    return this.#parts.changes.last
  }

  /** Applies a value that another process has written; of concurrent writes, the last in Redis wins everywhere. */
  async hearState({ key, name, text, count }: StateWrite): Promise<void> {
    const held = this.#parts.held.get(key)
    if (!held || count < (held.values.get(name) ?? 0)) return
    held.values.set(name, count)
    this.#parts.held.wrote(key, count)
    await this.#hearing?.state(key, name, text)
  }

  /** @param before the write that this process had applied when it started this one. */
  async wroteState(write: StateWrite, before: number | undefined): Promise<void> {
    const held = this.#parts.held.get(write.key)
    if (!held) return
    const since = held.values.get(write.name)
    if (since !== undefined && since > write.count) return
    held.values.set(write.name, write.count)
    // A write received in between is older, but has replaced the value here: apply this one again.
    if (since !== before) await this.#hearing?.state(write.key, write.name, write.text)
  }

  /** Applies changes of a session that this process has missed. */
  async hearRecord(key: string, changes: readonly RecordChange[]): Promise<void> {
    for (const change of changes) await this.#hearing?.changed(key, change)
  }

  async pass(key: string, message: JsonRpcMessage, to?: string): Promise<void> {
    await this.#messages.say(key, message, to)
  }

  post(key: string, text: string): void {
    void this.#parts.homes.post(key, text)
  }

  async carry(key: string): Promise<Missed> {
    return this.#parts.homes.carry(key)
  }

  sent(key: string, count: number): void {
    this.#parts.homes.sent(key, count)
  }

  dropped(key: string): void {
    this.#parts.homes.dropped(key)
  }

  left(key: string): void {
    const { held, owners, homes } = this.#parts
    held.delete(key)
    homes.left(key)
    void owners.left(key)
  }

  announce(change: Change): void {
    void this.#parts.changes.announce(change)
  }

  offer(digest: string): void {
    this.#parts.offers.introduce(digest)
  }

  get mixed(): boolean {
    return this.#parts.offers.mixed
  }

  claim(key: string): Promise<string> {
    return this.#parts.owners.claim(key)
  }

  addressOf(name: string): ProcessAddress | BusAddress | undefined {
    const { bus } = this.#parts
    const about = bus.about(name)
    const reachable = bus.unsure || (about !== undefined && about !== null)
    return reachable ? { replica: name } : undefined
  }
}
