import { now } from '../../process/clock.ts'
import type { JsonRpcMessage, Params } from '../../protocol/jsonrpc.ts'
import type { RecordChange } from '../../store/siblings.ts'
import type { StoredSession } from '../../store/store.ts'
import { introduce } from '../introduce.ts'
import type { Session } from '../session.ts'
import { LastWill, willName } from './last-will.ts'

/** Milliseconds that a whole replay may take. */
const limit = 10_000

/**
 * Restores the state that user code stores with a session, before its server is opened, which may happen in another
 * process.
 * @throws RangeError if there is no room for it.
 */
export function restoreState({ persisted, state }: Session, stored: StoredSession): void {
  if (persisted) persisted.quiet = true
  for (const [key, text] of stored.state) {
    if (key !== willName) state.set(key, text)
    else if (persisted) persisted.will = new LastWill(text)
  }
}

/**
 * Replays to the server of a restored session what its client has said, in order.
 * @returns `false` if the server now refuses this client.
 * @throws Error if it answers too late.
 */
export async function replay(session: Session, { record }: StoredSession): Promise<boolean> {
  const { persisted } = session
  if (!persisted) return false
  const end = now() + limit
  const receive = (message: JsonRpcMessage) => session.receive(message)
  const ask = async (method: string, params: Params) => {
    const answer = now() < end && (await persisted.ask(receive, method, params))
    if (!answer) throw new Error(`the server did not answer ${method} in time`)
    return method !== 'initialize' || !('error' in answer || persisted.ended)
  }
  if (!(await introduce({ ...record, introduction: record.initialize }, ask, receive))) return false
  // The version that was agreed with the client, whatever the server answers now.
  session.protocolVersion = record.version ?? session.protocolVersion
  session.used = true
  persisted.adopted(session.protocolVersion)
  return true
}

/** Replays to the server of a session what its client has told another process. */
export async function tellAgain(session: Session, { method, params }: RecordChange): Promise<void> {
  await session.persisted?.ask((message) => session.receive(message), method, params ?? {})
}
