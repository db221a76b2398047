import { now } from '../../process/clock.ts'
import type { Store } from '../../store/store.ts'
import type { Session } from '../session.ts'

/**
 * Tells a store which sessions are in use, all at once and long before it would forget them.
 * @param after milliseconds since a session was renewed last.
 */
export function renew(store: Store | undefined, sessions: Iterable<Session>, after: number): void {
  if (!store) return
  const due = now() - after
  const keys: string[] = []
  for (const { kept, pending, streams, lastSeen } of sessions) {
    if (!kept || kept.renewed > due) continue
    if (pending.size === 0 && streams === 0 && lastSeen <= kept.renewed) continue
    kept.renewed = now()
    keys.push(kept.key)
  }
  store.renew(keys)
}
