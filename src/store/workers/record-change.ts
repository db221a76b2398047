import { isRecord } from '../../protocol/jsonrpc.ts'
import { seenMethod } from '../seen-method.ts'
import type { RecordChange } from '../siblings.ts'
import type { SessionRecord } from '../store.ts'

/**
 * Applies one change to a record. Each process knows only the changes that arrived there, so concurrent saves must not
 * undo each other.
 */
export function changedRecord(
  before: SessionRecord | undefined,
  after: SessionRecord,
  change: RecordChange | undefined,
): SessionRecord {
  if (!before || !change || change.method === 'initialize') return after
  if (change.method === seenMethod) {
    const { seen } = change.params ?? {}
    return { ...before, seen: { ...before.seen, ...(isRecord(seen) ? (seen as typeof before.seen) : {}) } }
  }
  if (change.method === 'logging/setLevel') return { ...before, level: change.params?.level }
  const subscriptions = new Set(before.subscriptions)
  const uri = String(change.params?.uri)
  if (change.method === 'resources/subscribe') subscriptions.add(uri)
  else subscriptions.delete(uri)
  return { ...before, subscriptions: [...subscriptions] }
}
