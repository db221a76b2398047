import { stateField, stateIn, stateValue } from './record-fields.ts'
import type { RedisParts } from './redis-parts.ts'
import type { RedisSiblings } from './redis-siblings.ts'

/**
 * Restores a value that Redis has lost. Several processes do so, and one may have a newer value: that is never replaced
 * by an older one, and processes with an older one adopt it.
 */
export async function keepAgain(
  { link, keys, seal, expiry }: Pick<RedisParts, 'link' | 'keys' | 'seal' | 'expiry'>,
  siblings: RedisSiblings,
  { key, name, text }: { key: string; name: string; text: string },
): Promise<void> {
  const { record, state } = keys.session(key)
  const field = stateField(name)
  const [written, , value, count] = await link.all((multi) =>
    multi
      .hsetnx(state, field, stateValue(name, text, seal, state))
      .expire(state, expiry)
      .hget(state, field)
      .hget(record, 'n'),
  )
  if (written === 1 || typeof value !== 'string') return
  const [[, other] = [name, text]] = stateIn({ [field]: value }, seal, state)
  if (other !== text) await siblings.hearState({ key, name, text: other, count: Number(count) })
}
