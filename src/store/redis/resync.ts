import type { HeldSessions } from './held-sessions.ts'
import type { RedisLink } from './link/redis-link.ts'
import { recordIn, stateIn } from './record-fields.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { RedisSiblings } from './redis-siblings.ts'
import type { Seal } from './seal.ts'

/** Sessions per batch. */
const batch = 500

interface ResyncParts {
  readonly link: RedisLink
  readonly keys: RedisKeys
  readonly bus: RedisBus
  readonly seal: Seal
  readonly held: HeldSessions
  readonly expiry: number
}

/**
 * Compares this process's sessions with Redis after a recovery: writes what Redis lacks, and applies what others have
 * changed meanwhile.
 * @throws Error if Redis fails.
 */
export async function resync(parts: ResyncParts, siblings: RedisSiblings): Promise<void> {
  const all = [...parts.held.keys()]
  for (let at = 0; at < all.length; at += batch) await compare(parts, siblings, all.slice(at, at + batch))
}

async function compare(parts: ResyncParts, siblings: RedisSiblings, some: string[]): Promise<void> {
  const { link, keys, bus, held, expiry } = parts
  const answers = await link.each((pipeline) =>
    some.reduce((asking, key) => {
      const { record, holders } = keys.session(key)
      return asking.sadd(holders, bus.name).expire(holders, expiry).hmget(record, 'v', 'n')
    }, pipeline),
  )
  for (const [index, key] of some.entries()) {
    const [version, count] = answers[index * 3 + 2] as [string | null, string | null]
    const known = held.get(key)
    if (!known) continue
    if (version !== null && Number(count) > known.seen) await hear(parts, siblings, key)
    else known.dirty ||= version === null
  }
}

/** Applies what others have written. */
async function hear(parts: ResyncParts, siblings: RedisSiblings, key: string): Promise<void> {
  const { link, keys, seal, held } = parts
  const { record, state } = keys.session(key)
  const [fields, values] = await link.all((multi) => multi.hgetall(record).hgetall(state))
  const kept = recordIn(fields as Record<string, string>, seal, record)
  if (!kept) return
  const count = Number((fields as Record<string, string>).n)
  const texts = new Map(stateIn(values as Record<string, string>, seal, state))
  for (const name of new Set([...texts.keys(), ...(held.get(key)?.values.keys() ?? [])]))
    await siblings.hearState({ key, name, text: texts.get(name), count })
  const subscribed = kept.subscriptions.map((uri) => ({ method: 'resources/subscribe', params: { uri } }))
  const level =
    kept.level === undefined ? [] : [{ method: 'logging/setLevel', params: { level: kept.level } }]
  await siblings.hearRecord(key, [...level, ...subscribed])
  held.wrote(key, count)
  const one = held.held(key)
  one.dirty = false
  one.unsaid.clear()
}
