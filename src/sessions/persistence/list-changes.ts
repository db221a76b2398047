import type { AuthInfo } from '../../protocol/auth.ts'
import { messageText } from '../../protocol/jsonrpc.ts'
import type { Store } from '../../store/store.ts'
import { messageOfChange } from '../derived/audience.ts'
import type { Session } from '../session.ts'
import { kindsOf } from './seen-lists.ts'

/**
 * Notifies the client of a restored session of lists that differ from those it has seen, as after a restart with new
 * code. Each list is announced once: its current content counts as seen from then on.
 * @param authInfo the caller that restored it; a server's lists may depend on it.
 */
export async function notifyListChanges(
  session: Session,
  store: Store,
  authInfo: AuthInfo | undefined,
): Promise<void> {
  const { persisted } = session
  if (!persisted) return
  await persisted.writing
  // Another process may have notified it meanwhile.
  if (persisted.siblings) persisted.lists.restore((await store.load(persisted.key))?.record.seen)
  const receive = (message: Parameters<Session['receive']>[0]) =>
    session.receive(message, authInfo ? { authInfo } : undefined)
  const news = await persisted.lists.renew((method, params) => persisted.ask(receive, method, params))
  if (Object.keys(news).length === 0 || session.closed) return
  await persisted.saveSeen(news)
  for (const kind of kindsOf(news)) {
    const message = messageOfChange({ kind })
    // Queued until it is sent, in whichever process the client's stream is by now.
    if (persisted.siblings) persisted.siblings.post(persisted.key, messageText(message))
    else await session.send(message)
  }
}
