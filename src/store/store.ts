import type { Params } from '../protocol/jsonrpc.ts'
import type { RecordChange, Siblings } from './siblings.ts'

/** What a client has said that must be replayed to a new server, and the session's subject. */
export interface SessionRecord {
  /** The digest of the session's subject; undefined without auth. */
  readonly subject?: string | undefined
  /** The parameters of its `initialize`. */
  readonly initialize: Params
  /** The negotiated protocol version. */
  readonly version?: string | undefined
  /** The log level that the client has set, if any. */
  readonly level?: unknown
  /** The resources that the client is subscribed to. */
  readonly subscriptions: readonly string[]
  /** Digests of the lists that the client has seen, by method. */
  readonly seen?: Readonly<Record<string, string>>
}

/** A session as it is loaded. */
export interface StoredSession {
  readonly record: SessionRecord
  /** The state of user code, as JSON text by key. */
  readonly state: readonly (readonly [key: string, text: string])[]
}

/**
 * Persists what outlives a request. Sessions are identified by a digest of their id (`sessionKey`). Ordinary calls do
 * not use the store. Writes resolve once a crash of this process can no longer lose them, or once they have failed: a
 * failing store must not fail a client's request, so they never reject.
 */
export interface Store {
  /** The name of this process in the ids that it issues: random at each start, and never reused. */
  readonly processName: string
  /** The other processes that serve the same sessions; undefined for a single process. */
  readonly siblings?: Siblings | undefined
  /** Whether the last write failed. */
  readonly failing?: boolean
  /**
   * Loads a session; undefined if it does not exist or has expired.
   * @throws Error if the store fails.
   */
  load(key: string): Promise<StoredSession | undefined>
  /**
   * Saves a session's record, replacing the previous one.
   * @param change the difference, which is what is written if other processes may have changed the record too.
   */
  save(key: string, record: SessionRecord, change?: RecordChange): Promise<void>
  /**
   * Sets a state value of a session, or deletes it if undefined.
   * @param again whether the store has lost a value that was set before: then a value that another process has set
   * meanwhile is not replaced.
   */
  keep(key: string, name: string, text: string | undefined, again?: boolean): Promise<void>
  /** Reports sessions that are in use; called rarely, in large batches. */
  renew(keys: readonly string[]): void
  /** Deletes a session for good: even later writes must not revive it. */
  remove(key: string): Promise<void>
  /** Whether a session must be saved again after a failure; without this method, all sessions are. */
  needs?(key: string): boolean
  /** @param listener saves missed changes again, once the store has recovered from a failure. */
  onRestored(listener: () => Promise<unknown>): void
  /** Completes all writes, and releases the store for the next process. */
  close(): Promise<void>
}

/** A store that several processes share. */
export interface SharedStore extends Store {
  readonly siblings: Siblings
  /** Starts checking that no message of another process is missed. */
  begin(): void
  /** @returns undefined if this process's knowledge of sessions is current; otherwise a promise to await. */
  current(): Promise<void> | undefined
}
