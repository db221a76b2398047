import type { RedisKeys } from '../redis-keys.ts'
import type { RedisLink } from './redis-link.ts'

/**
 * Runs every command that is used later, so that missing permissions are found at the start.
 * @throws Error if one is refused.
 */
export async function tryCommands(link: RedisLink, keys: RedisKeys, name: string): Promise<void> {
  const { record, state, holders, texts, home } = keys.session(`try-${name}`)
  await link.all((multi) =>
    multi
      .set(home, name, 'EX', 1)
      .get(home)
      .getset(home, name)
      .exists(home)
      .hset(record, 'v', '1')
      .hincrby(record, 'n', 1)
      .hget(record, 'v')
      .hmget(record, 'v', 'n')
      .hgetall(record)
      .hexists(record, 'r')
      .hdel(record, 'v')
      .expire(record, 1)
      .sadd(holders, name)
      .smembers(holders)
      .srem(holders, name)
      .xadd(texts, '*', 't', '')
      .xrange(texts, '-', '+')
      .xrevrange(texts, '+', '-')
      .xdel(texts, '0-1')
      .publish(keys.channel(name), '')
      .del(record, state, holders, texts, home),
  )
}
