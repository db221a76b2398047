import type { Params } from '../protocol/jsonrpc.ts'
import type { RecordChange, Siblings } from './siblings.ts'

/** What a client has said that a server has to be told again, and whose session it is. */
export interface SessionRecord {
  /** The digest of whom the session belongs to; absent where callers are not checked. */
  readonly subject?: string | undefined
  /** The parameters of its `initialize`. */
  readonly initialize: Params
  /** The protocol version that was agreed on. */
  readonly version?: string | undefined
  /** The log level it has asked for, if it has. */
  readonly level?: unknown
  /** The resources it is subscribed to. */
  readonly subscriptions: readonly string[]
  /** What it has seen of the lists of its server: digests, by method. */
  readonly seen?: Readonly<Record<string, string>>
}

/** A session as it comes back. */
export interface StoredSession {
  readonly record: SessionRecord
  /** What user code keeps with it, as JSON text by key. */
  readonly state: readonly (readonly [key: string, text: string])[]
}

/**
 * What outlives a request, wherever it is kept. Sessions go by a digest of their id (`sessionKey`). Nothing here is on
 * the path of an ordinary call. What changes something resolves once a kill of this process can no longer undo it, or
 * once it is known that it cannot be kept: a store that fails costs no client its answer, so none of it rejects.
 */
export interface Store {
  /** Names this process in the ids it gives out: random at each start, and never used again. */
  readonly processName: string
  /** The other processes that serve the same sessions; absent where this one is alone. */
  readonly siblings?: Siblings | undefined
  /** Whether what has changed last could not be kept. */
  readonly failing?: boolean
  /**
   * A session that has been kept and has not expired; nothing for any other.
   * @throws Error when the store cannot say.
   */
  load(key: string): Promise<StoredSession | undefined>
  /**
   * Keeps a session's record, in place of the one before.
   * @param change what makes the difference, which is all that counts where others may have changed it, too.
   */
  save(key: string, record: SessionRecord, change?: RecordChange): Promise<void>
  /**
   * Keeps a text with a session, or forgets it when there is none.
   * @param again whether it was kept before, and the store has lost it: what another process has kept meanwhile stays.
   */
  keep(key: string, name: string, text: string | undefined, again?: boolean): Promise<void>
  /** These sessions are still in use: many at once, seldom. */
  renew(keys: readonly string[]): void
  /** The session has ended: nothing brings it back, not even what is saved for it later on. */
  remove(key: string): Promise<void>
  /** Whether what is known of a session has to be saved again after a failure; where nobody can say, all of it has. */
  needs?(key: string): boolean
  /** @param listener saves again what the store has missed, once it works again after a failure. */
  onRestored(listener: () => Promise<unknown>): void
  /** Keeps all that has been said so far, and lets the next process have it. */
  close(): Promise<void>
}

/** A store that several processes share. */
export interface SharedStore extends Store {
  readonly siblings: Siblings
  /** Begins to make sure that nothing that others say has not been heard. */
  begin(): void
  /** @returns nothing where this process may go by what it knows of a session; or what it has to wait for. */
  current(): Promise<void> | undefined
}
