import { now } from '../../process/clock.ts'
import type { AuthInfo } from '../../protocol/auth.ts'
import { sessionKey, subjectKey } from '../../store/session-key.ts'
import type { Store, StoredSession } from '../../store/store.ts'
import type { Session } from '../session.ts'
import { WillWriter, willName } from './last-will.ts'
import { notifyListChanges } from './list-changes.ts'
import { PersistedSession } from './persisted-session.ts'
import { replay, restoreState } from './replay.ts'
import type { Seen } from './seen-lists.ts'
import { type SharedEnds, SharedSessions } from './shared-sessions.ts'

/**
 * Which process serves a session: there is only this one, any of several may, or one at a time, which has the server's
 * state in memory.
 */
export type Serving = 'alone' | 'anywhere' | 'one owner'

/** What the server offers all clients, persisted along with the sessions. */
export interface Offered {
  readonly seen: Seen
  readonly changed: Readonly<Record<string, number>>
}

/** The key of that record, which cannot be the digest of a session id. */
const offeredKey = 'fastmcp-offered-lists-'

/** Sessions whose lists are requested concurrently. */
const together = 16

/**
 * Persists the sessions of a registry beyond this process. The registry imports only the type, so that this is loaded
 * only when used.
 */
export class SessionPersistence {
  readonly #store: Store
  readonly #serving: Serving
  readonly #broadcasts: boolean
  readonly #shared = new SharedSessions()
  #keepsOffered = false
  #offeredRenewed = now()

  /** @param broadcasts whether all sessions share one server, so that a change concerns all of them. */
  constructor(store: Store, serving: Serving = 'alone', broadcasts = false) {
    this.#store = store
    this.#serving = serving
    this.#broadcasts = broadcasts
    store.siblings?.listen(this.#shared)
    this.#shared.onSettled.push((sessions, differed) => void this.#tellNews(sessions, differed))
  }

  /** The persistent side of a session of this process. */
  sessionOf(id: string, subject: string | undefined): PersistedSession {
    const siblings = this.#serving === 'anywhere' ? this.#store.siblings : undefined
    return new PersistedSession(this.#store, id, subject, siblings, this.#broadcasts)
  }

  /** Whether a session that leaves this process lives on in another. */
  get shares(): boolean {
    return this.#serving !== 'alone'
  }

  /**
   * Registers a session as held by this process, which then receives what other processes say about it.
   * @param authInfo the caller that opened it here.
   */
  add(session: Session, authInfo?: AuthInfo): void {
    if (session.persisted) session.persisted.openedBy = authInfo
    if (!session.persisted || this.#serving === 'alone') return
    this.#shared.add(session.persisted.key, session)
    if (this.#serving === 'one owner')
      void this.#store.siblings?.claim(session.persisted.key).catch(() => undefined)
  }

  /** Unregisters a session. */
  remove(session: Session): void {
    if (session.persisted) this.#shared.delete(session.persisted.key, session)
  }

  /** Sets the handlers for messages of other processes. */
  handleMessages(ends: SharedEnds): void {
    this.#shared.ends = ends
  }

  /**
   * The process that owns a session, unless it is this one.
   * @throws Error if that cannot be determined at present.
   */
  async ownerOf(id: string): Promise<string | undefined> {
    const { siblings, processName } = this.#store
    if (this.#serving !== 'one owner' || !siblings) return undefined
    const owner = await siblings.claim(sessionKey(id))
    return owner === processName ? undefined : owner
  }

  /**
   * Loads a stored session for the caller that it belongs to; undefined for any other caller.
   * @throws Error if the store fails.
   */
  async load(id: string, subject: string | undefined): Promise<StoredSession | undefined> {
    const key = sessionKey(id)
    const stored = this.#shared.hasEnded(key) ? undefined : await this.#store.load(key)
    return stored?.record.subject === subjectKey(subject) ? stored : undefined
  }

  /** Ends a session for good. From now on it cannot be restored here, even before the store has deleted it. */
  end(persisted: PersistedSession): Promise<void> {
    if (!persisted.ended) this.#shared.noteEnd(persisted.key)
    return persisted.end()
  }

  /** What was last offered to all clients, and when each kind of list changed, in seconds since 1970. */
  async offered(): Promise<Offered | undefined> {
    const record = (await this.#store.load(offeredKey))?.record
    if (!record?.seen) return undefined
    return { seen: record.seen, changed: record.initialize as Record<string, number> }
  }

  async saveOffered({ seen, changed }: Offered): Promise<void> {
    this.#keepsOffered = true
    await this.#store.save(offeredKey, { initialize: changed, subscriptions: [], seen })
  }

  /** @see restoreState */
  restore(session: Session, stored: StoredSession): void {
    restoreState(session, stored)
  }

  /**
   * Resumes a session. Its client is notified of changed lists as soon as it opens a stream.
   * @see replay
   */
  async resume(session: Session, stored: StoredSession): Promise<boolean> {
    const { persisted } = session
    persisted?.lists.restore(stored.record.seen)
    const back = await replay(session, stored)
    if (back && persisted) persisted.onStream = () => void this.#tellOnStream(session, persisted)
    return back
  }

  /** Notifies the client, once all processes offer the same lists. */
  async #tellOnStream(session: Session, persisted: PersistedSession): Promise<void> {
    if (persisted.siblings?.mixed) return
    persisted.onStream = undefined
    await notifyListChanges(session, this.#store, persisted.openedBy).catch(() => undefined)
  }

  /**
   * Called when all processes offer the same, so that clients can be notified.
   * @param differed whether some process offered something else before, from which any client may have its lists.
   */
  async #tellNews(sessions: Iterable<Session>, differed: boolean): Promise<void> {
    const listening: (() => Promise<void>)[] = []
    for (const session of sessions) {
      const { persisted } = session
      if (!persisted?.siblings) continue
      const tell = () => this.#tellOnStream(session, persisted)
      if (differed) persisted.onStream = () => void tell()
      if (persisted.onStream && session.streams > 0) listening.push(tell)
    }
    // A few at a time, since their servers are asked for all their lists.
    for (let at = 0; at < listening.length; at += together)
      await Promise.all(listening.slice(at, at + together).map((tell) => tell()))
  }

  /** Publishes what this process offers, if others may offer something else. */
  offer(digest: string): void {
    this.#store.siblings?.offer?.(digest)
  }

  /** Whether other processes may offer something else. */
  get mayDiffer(): boolean {
    return this.#store.siblings?.offer !== undefined
  }

  /** Whether some process currently offers something else. */
  get mixed(): boolean {
    return this.#store.siblings?.mixed === true
  }

  /**
   * @param listener is called when all processes offer the same, as far as is known, with whether they differed before.
   */
  onSettled(listener: (differed: boolean) => void): void {
    this.#shared.onSettled.push((_, differed) => listener(differed))
  }

  /**
   * Tells the store which sessions are in use, in one batch and long before they would expire.
   * @param after milliseconds since a session was last renewed.
   */
  renew(sessions: Iterable<Session>, after: number): void {
    const due = now() - after
    const keys: string[] = []
    for (const { persisted, pending, streams, lastSeen } of sessions) {
      if (!persisted || persisted.renewed > due) continue
      if (pending.size === 0 && streams === 0 && lastSeen <= persisted.renewed) continue
      persisted.renewed = now()
      keys.push(persisted.key)
    }
    if (this.#keepsOffered && now() - this.#offeredRenewed > after) {
      this.#offeredRenewed = now()
      keys.push(offeredKey)
    }
    this.#store.renew(keys)
  }

  /** @param held the sessions of this process, which are saved again when the store has recovered. */
  saveAfterOutage(held: () => Iterable<Session>): void {
    this.#store.onRestored(() =>
      Promise.all([...held()].map(({ persisted, state }) => persisted?.saveAll(state))),
    )
  }

  /** Stores undelivered responses for the next process, from which clients can fetch them. */
  async leaveWills(sessions: Iterable<Session>): Promise<void> {
    const writer = new WillWriter()
    const writing: Promise<void>[] = []
    for (const { persisted, events } of sessions) {
      if (!persisted) continue
      const text = writer.write(events.undelivered())
      if (text !== undefined) writing.push(this.#store.keep(persisted.key, willName, text))
    }
    await Promise.all(writing)
  }

  /** Closes the store, so that the next process can open it. */
  close(): Promise<void> {
    return this.#store.close()
  }
}
