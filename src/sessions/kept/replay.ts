import { now } from '../../process/clock.ts'
import type { JsonRpcMessage, Params } from '../../protocol/jsonrpc.ts'
import type { RecordChange } from '../../store/siblings.ts'
import type { StoredSession } from '../../store/store.ts'
import { introduce } from '../introduce.ts'
import type { Session } from '../session.ts'
import { LastWill, willName } from './last-will.ts'

/** Milliseconds that all of it may take. */
const limit = 10_000

/**
 * Puts back what user code keeps with a session, before its server is opened: one in another process is given it then.
 * @throws RangeError when there is no room for it.
 */
export function putBackState({ kept, state }: Session, stored: StoredSession): void {
  if (kept) kept.quiet = true
  for (const [key, text] of stored.state) {
    if (key !== willName) state.set(key, text)
    else if (kept) kept.will = new LastWill(text)
  }
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
  const receive = (message: JsonRpcMessage) => session.receive(message)
  const ask = async (method: string, params: Params) => {
    const answer = now() < end && (await kept.ask(receive, method, params))
    if (!answer) throw new Error(`the server did not answer ${method} in time`)
    return method !== 'initialize' || !('error' in answer || kept.ended)
  }
  if (!(await introduce({ ...record, introduction: record.initialize }, ask, receive))) return false
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
