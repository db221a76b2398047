import type { AuthInfo } from '../../protocol/auth.ts'
import { messageText } from '../../protocol/jsonrpc.ts'
import type { Store } from '../../store/store.ts'
import { messageOfChange } from '../derived/audience.ts'
import type { Session } from '../session.ts'
import { kindsOf } from './seen-lists.ts'

/**
 * Tells the client of a session that has come back which lists are others than it has seen, as after a start with
 * other code. Each list is told of once: what is there now counts as seen from then on.
 * @param authInfo who has brought it back, by whom a server may choose what it lists.
 */
export async function tellListNews(
  session: Session,
  store: Store,
  authInfo: AuthInfo | undefined,
): Promise<void> {
  const { kept } = session
  if (!kept) return
  await kept.writing
  // Another process may have told it meanwhile.
  if (kept.siblings) kept.lists.putBack((await store.load(kept.key))?.record.seen)
  const receive = (message: Parameters<Session['receive']>[0]) =>
    session.receive(message, authInfo ? { authInfo } : undefined)
  const news = await kept.lists.renew((method, params) => kept.ask(receive, method, params))
  if (Object.keys(news).length === 0 || session.closed) return
  await kept.saveSeen(news)
  for (const kind of kindsOf(news)) {
    const message = messageOfChange({ kind })
    // Kept until it has been sent, wherever the client has its stream by now.
    if (kept.siblings) kept.siblings.post(kept.key, messageText(message))
    else await session.send(message)
  }
}
