import { isRecord } from '../../protocol/jsonrpc.ts'
import { seenMethod } from '../seen-method.ts'
import type { RecordChange, Siblings } from '../siblings.ts'
import type { SessionRecord, Store, StoredSession } from '../store.ts'
import { keepAgain } from './keep-again.ts'
import {
  changedField,
  recordFields,
  recordIn,
  seenFields,
  stateField,
  stateIn,
  stateValue,
} from './record-fields.ts'
import type { RedisParts } from './redis-parts.ts'
import type { RedisSiblings } from './redis-siblings.ts'

/** Seconds for which the end of a session is remembered, so that late writes cannot revive it. */
const endedFor = 300

/** Sessions per renewal batch. */
const batch = 500

/** Stores sessions in Redis, shared by all replicas of a server, and notifies the holders of a session of changes. */
export class RedisStore implements Store {
  readonly processName: string
  readonly #parts: RedisParts
  readonly #siblings: RedisSiblings
  /** Sessions that ended while nothing could be written. */
  readonly #unsaid = new Set<string>()

  constructor(parts: RedisParts, siblings: RedisSiblings) {
    this.#parts = parts
    this.#siblings = siblings
    this.processName = parts.bus.name
    parts.health.onBack(() => this.#sayEnds())
  }

  get siblings(): Siblings {
    return this.#siblings
  }

  get failing(): boolean {
    return this.#parts.link.fault !== undefined
  }

  /** Starts listening to other processes. */
  begin(): void {
    this.#parts.health.begin()
  }

  /** @returns undefined if this process's knowledge of sessions is current; otherwise a promise to await. */
  current(): Promise<void> | undefined {
    return this.#parts.health.current()
  }

  needs(key: string): boolean {
    return this.#parts.held.get(key)?.dirty !== false
  }

  /** @throws Error if Redis fails, or may have lost data that others are about to restore. */
  async load(key: string): Promise<StoredSession | undefined> {
    const { link, held, seal, expiry, health } = this.#parts
    const { record, state, holders, ended } = this.#keys(key)
    // Registered before it is read, so that this process is notified of changes from now on.
    const known = held.has(key)
    const [, , fields, values, gone] = await link.all((multi) =>
      multi
        .sadd(holders, this.processName)
        .expire(holders, expiry)
        .hgetall(record)
        .hgetall(state)
        .exists(ended),
    )
    const found = gone === 1 ? undefined : recordIn(fields as Record<string, string>, seal, record)
    if (!found) {
      if (!known) void link.each((one) => one.srem(holders, this.processName)).catch(() => undefined)
      if (gone !== 1 && (await health.mayHaveLost())) throw new Error('Redis has lost what it kept')
      return undefined
    }
    const session = held.held(key)
    session.seen = Number((fields as Record<string, string>).n)
    const texts = stateIn(values as Record<string, string>, seal, state)
    for (const [name] of texts) session.values.set(name, session.values.get(name) ?? 0)
    return { record: found, state: texts }
  }

  async save(key: string, record: SessionRecord, change?: RecordChange): Promise<void> {
    if (change === undefined || change.method === 'initialize') return this.#saveAll(key, record)
    if (change.method === seenMethod) return this.#saveSeen(key, change.params?.seen)
    const { link, seal, bus, held, expiry } = this.#parts
    const keys = this.#keys(key)
    const { name, value } = changedField(change, seal, keys.record)
    await this.#kept(key, async () => {
      const [, count, , there, holders] = await link.all((multi) =>
        (value === undefined ? multi.hdel(keys.record, name) : multi.hset(keys.record, name, value))
          .hincrby(keys.record, 'n', 1)
          .expire(keys.record, expiry)
          .hexists(keys.record, 'r')
          .smembers(keys.holders),
      )
      if (there === 0) {
        // Redis was flushed meanwhile, so the other holders are unknown.
        await this.#saveAll(key, record)
        return bus.askAll(bus.others, 'changed', key, change, 0)
      }
      held.wrote(key, count)
      await bus.askAll(this.#holding(holders), 'changed', key, change, count)
    })
  }

  /** No other server needs to know it. */
  #saveSeen(key: string, seen: unknown): Promise<void> {
    const { link, expiry } = this.#parts
    const { record } = this.#keys(key)
    const fields = seenFields(isRecord(seen) ? seen : {})
    return this.#kept(
      key,
      async () => void (await link.all((multi) => multi.hset(record, fields).expire(record, expiry))),
    )
  }

  #saveAll(key: string, record: SessionRecord): Promise<void> {
    const { link, seal, held, expiry } = this.#parts
    const keys = this.#keys(key)
    held.held(key)
    return this.#kept(key, async () => {
      const since = { c: this.#siblings.lastChange }
      const n = held.held(key).seen + 1
      await link.all((multi) =>
        multi
          .hset(keys.record, { ...recordFields(record, seal, keys.record), ...since, n })
          .expire(keys.record, expiry)
          .sadd(keys.holders, this.processName)
          .expire(keys.holders, expiry),
      )
      held.wrote(key, n)
      held.held(key).dirty = false
    })
  }

  async keep(key: string, name: string, text: string | undefined, again = false): Promise<void> {
    const { link, seal, bus, held, expiry } = this.#parts
    if (again && text !== undefined && !held.get(key)?.unsaid.has(name))
      return this.#kept(key, () => keepAgain(this.#parts, this.#siblings, { key, name, text }), name)
    const { record, state, holders } = this.#keys(key)
    const field = stateField(name)
    const before = held.get(key)?.values.get(name)
    await this.#kept(
      key,
      async () => {
        const [, , count, , there, others] = await link.all((multi) =>
          (text === undefined
            ? multi.hdel(state, field)
            : multi.hset(state, field, stateValue(name, text, seal, state))
          )
            .expire(state, expiry)
            .hincrby(record, 'n', 1)
            .expire(record, expiry)
            .hexists(record, 'r')
            .smembers(holders),
        )
        const lost = there === 0
        held.get(key)?.unsaid.delete(name)
        if (lost) held.missed(key)
        else held.wrote(key, count)
        const write = lost ? held.held(key).seen : Number(count)
        await this.#siblings.wroteState({ key, name, text, count: write }, before)
        // Redis was flushed meanwhile, so the other holders are unknown.
        await bus.askAll(lost ? bus.others : this.#holding(others), 'state', key, name, text ?? null, write)
        if (lost) void this.#parts.health.ask()
      },
      name,
    )
  }

  renew(keys: readonly string[]): void {
    const { link, expiry } = this.#parts
    for (let at = 0; at < keys.length; at += batch) {
      const some = keys.slice(at, at + batch).flatMap((key) => {
        const { record, state, holders, texts, home, owner } = this.#keys(key)
        return [record, state, holders, texts, home, owner]
      })
      void link
        .each((pipeline) => some.reduce((all, key) => all.expire(key, expiry), pipeline))
        .catch(() => undefined)
    }
  }

  async remove(key: string): Promise<void> {
    const { link, bus, held } = this.#parts
    const { record, state, holders, texts, home, owner, ended } = this.#keys(key)
    held.delete(key)
    this.#unsaid.add(key)
    try {
      const [, others] = await link.all((multi) =>
        multi
          .set(ended, '1', 'EX', endedFor)
          .smembers(holders)
          .del(record, state, holders, texts, home, owner),
      )
      this.#unsaid.delete(key)
      await bus.askAll(others as string[], 'ended', key)
    } catch {
      // It is sent once Redis works again.
    }
  }

  onRestored(listener: () => Promise<unknown>): void {
    this.#parts.health.onBack(listener)
  }

  async close(): Promise<void> {
    await this.#parts.health.end()
    this.#parts.link.close()
  }

  async #sayEnds(): Promise<void> {
    await Promise.all([...this.#unsaid].map((key) => this.remove(key)))
  }

  /** The holders of a session: while Redis is being restored, also processes that have not registered yet. */
  #holding(holders: unknown): readonly string[] {
    const { health, bus } = this.#parts
    return health.filling ? bus.others : (holders as string[])
  }

  /** A failed write does not fail the client's request: it is repeated once Redis works again. */
  async #kept(key: string, write: () => Promise<void>, name?: string): Promise<void> {
    try {
      await write()
    } catch {
      this.#parts.held.missed(key, name)
    }
  }

  #keys(key: string) {
    return this.#parts.keys.session(key)
  }
}
