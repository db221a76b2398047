import { now } from '../../process/clock.ts'
import type { RecordChange } from '../../store/siblings.ts'
import type { StoredSession } from '../../store/store.ts'
import type { Session } from '../session.ts'

/** Milliseconds that all of it may take. */
const limit = 10_000

/**
 * Puts back what user code keeps with a session, before its server is opened: one in another process is given it then.
 * @throws RangeError when there is no room for it.
 */
export function putBackState({ kept, state }: Session, stored: StoredSession): void {
  if (kept) kept.quiet = true
  for (const [key, text] of stored.state) state.set(key, text)
}

/**
 * Tells the server of a session that has come back from a store what its client has said, in order.
 * @returns `false` when the server refuses this client now.
 * @throws Error when it answers too late.
 */
export async function replay(session: Session, { record }: StoredSession): Promise<boolean> {
  const { kept } = session
  if (!kept) return false
  const end = now() + limit
  const ask = async (method: string, params: Record<string, unknown>) => {
    const answer = now() < end && (await kept.ask((message) => session.receive(message), method, params))
    if (!answer) throw new Error(`the server did not answer ${method} in time`)
    return answer
  }
  if ('error' in (await ask('initialize', record.initialize)) || kept.ended) return false
  session.receive({ jsonrpc: '2.0', method: 'notifications/initialized' })
  if (record.level !== undefined) await ask('logging/setLevel', { level: record.level })
  for (const uri of record.subscriptions) await ask('resources/subscribe', { uri })
  // What the client was told, whatever the server says by now.
  session.protocolVersion = record.version ?? session.protocolVersion
  session.used = true
  kept.adopted(session.protocolVersion)
  return true
}

/** Tells the server of a session what its client has said at another process. */
export async function tellAgain(session: Session, { method, params }: RecordChange): Promise<void> {
  await session.kept?.ask((message) => session.receive(message), method, params ?? {})
}
