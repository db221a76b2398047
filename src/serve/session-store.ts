import type { ServerSource } from '../protocol/source.ts'
import { SessionPersistence } from '../sessions/persistence/session-persistence.ts'
import { openStore } from '../store/open-store.ts'
import type { Store } from '../store/store.ts'
import { usageError } from '../terminal/errors.ts'
import { type HttpServeOptions, type Log, storeExpiry } from './serve-options.ts'

/**
 * Opens the store in which the sessions of a server outlive this process.
 * @throws CliError (exit 2) when the file is not a store, or the server manages sessions itself; (exit 4) when another
 * process has locked the file, or it cannot be opened.
 * @param watched wraps the store for metrics.
 */
export async function sessionStore(
  source: ServerSource,
  { store, maxSessions, sessionTimeout }: HttpServeOptions,
  log: Log,
  watched: (store: Store) => Store = (store) => store,
): Promise<SessionPersistence | undefined> {
  if (source.appOnly) {
    throw usageError('this app speaks MCP itself, so --store cannot keep its sessions. Leave it out.')
  }
  const expiry = storeExpiry(sessionTimeout)
  const opened = await openStore(store, { maxSessions, expiry, log })
  return opened && new SessionPersistence(watched(opened))
}
