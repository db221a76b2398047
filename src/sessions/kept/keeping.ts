import { now } from '../../process/clock.ts'
import type { AuthInfo } from '../../protocol/auth.ts'
import { sessionKey, subjectKey } from '../../store/session-key.ts'
import type { Store, StoredSession } from '../../store/store.ts'
import type { Session } from '../session.ts'
import { KeptSession } from './kept-session.ts'
import { WillWriter, willName } from './last-will.ts'
import { tellListNews } from './list-news.ts'
import { putBackState, replay } from './replay.ts'
import type { Seen } from './seen-lists.ts'
import { type SharedEnds, SharedSessions } from './shared-sessions.ts'

/**
 * Who serves a session where several processes could: this one is alone, any of them may, or one at a time, who has
 * what its server keeps in memory.
 */
export type Serving = 'alone' | 'anywhere' | 'one owner'

/** What all clients are offered, kept beside their sessions. */
export interface Offered {
  readonly seen: Seen
  readonly changed: Readonly<Record<string, number>>
}

/** Where that is kept: no digest of an id. */
const offeredKey = 'fastmcp-offered-lists-'

/** Sessions whose servers are asked for their lists at once. */
const together = 16

/** How a registry keeps its sessions beyond this process. It knows the type alone: who keeps none loads nothing. */
export class Keeping {
  readonly #store: Store
  readonly #serving: Serving
  readonly #broadcasts: boolean
  readonly #shared = new SharedSessions()
  #keepsOffered = false
  #offeredRenewed = now()

  /** @param broadcasts whether one server is behind all sessions, so that a change concerns all of them. */
  constructor(store: Store, serving: Serving = 'alone', broadcasts = false) {
    this.#store = store
    this.#serving = serving
    this.#broadcasts = broadcasts
    store.siblings?.listen(this.#shared)
    this.#shared.onSettled.push((sessions, differed) => void this.#tellNews(sessions, differed))
  }

  /** The part that a session of this process has in the store. */
  sessionOf(id: string, subject: string | undefined): KeptSession {
    const siblings = this.#serving === 'anywhere' ? this.#store.siblings : undefined
    return new KeptSession(this.#store, id, subject, siblings, this.#broadcasts)
  }

  /** Whether a session lives on elsewhere that leaves this process. */
  get shares(): boolean {
    return this.#serving !== 'alone'
  }

  /**
   * This process holds a session from now on, and hears what others say of it.
   * @param authInfo who has opened it here.
   */
  holds(session: Session, authInfo?: AuthInfo): void {
    if (session.kept) session.kept.openedBy = authInfo
    if (!session.kept || this.#serving === 'alone') return
    this.#shared.add(session.kept.key, session)
    if (this.#serving === 'one owner')
      void this.#store.siblings?.claim(session.kept.key).catch(() => undefined)
  }

  /** It no longer does. */
  releases(session: Session): void {
    if (session.kept) this.#shared.delete(session.kept.key, session)
  }

  /** What has to be done in this process when others say something. */
  hearBy(ends: SharedEnds): void {
    this.#shared.ends = ends
  }

  /**
   * The process that alone serves a session, unless that is this one.
   * @throws Error when that cannot be said now.
   */
  async ownerOf(id: string): Promise<string | undefined> {
    const { siblings, processName } = this.#store
    if (this.#serving !== 'one owner' || !siblings) return undefined
    const owner = await siblings.claim(sessionKey(id))
    return owner === processName ? undefined : owner
  }

  /**
   * A session that is kept, for whom it belongs to; for anybody else there is none.
   * @throws Error when the store cannot say.
   */
  async load(id: string, subject: string | undefined): Promise<StoredSession | undefined> {
    const key = sessionKey(id)
    const stored = this.#shared.hasEnded(key) ? undefined : await this.#store.load(key)
    return stored?.record.subject === subjectKey(subject) ? stored : undefined
  }

  /** A session ends for good: whoever brings it back until that is kept, brings back nothing. */
  end(kept: KeptSession): Promise<void> {
    if (!kept.ended) this.#shared.noteEnd(kept.key)
    return kept.end()
  }

  /** What all clients were offered last, and which kinds of it have changed when, in seconds since 1970. */
  async offered(): Promise<Offered | undefined> {
    const record = (await this.#store.load(offeredKey))?.record
    if (!record?.seen) return undefined
    return { seen: record.seen, changed: record.initialize as Record<string, number> }
  }

  async saveOffered({ seen, changed }: Offered): Promise<void> {
    this.#keepsOffered = true
    await this.#store.save(offeredKey, { initialize: changed, subscriptions: [], seen })
  }

  /** @see putBackState */
  putBack(session: Session, stored: StoredSession): void {
    putBackState(session, stored)
  }

  /**
   * Has a session go on, whose client hears of lists that have changed as soon as it listens.
   * @see replay
   */
  async bringBack(session: Session, stored: StoredSession): Promise<boolean> {
    const { kept } = session
    kept?.lists.putBack(stored.record.seen)
    const back = await replay(session, stored)
    if (back && kept) kept.onStream = () => void this.#tellOnStream(session, kept)
    return back
  }

  /** The client is told once all processes list the same, whichever of them it asks then. */
  async #tellOnStream(session: Session, kept: KeptSession): Promise<void> {
    if (kept.siblings?.mixed) return
    kept.onStream = undefined
    await tellListNews(session, this.#store, kept.openedBy).catch(() => undefined)
  }

  /**
   * All processes list the same, so that clients may be told.
   * @param differed whether one did not before, from which any client may have its lists.
   */
  async #tellNews(sessions: Iterable<Session>, differed: boolean): Promise<void> {
    const listening: (() => Promise<void>)[] = []
    for (const session of sessions) {
      const { kept } = session
      if (!kept?.siblings) continue
      const tell = () => this.#tellOnStream(session, kept)
      if (differed) kept.onStream = () => void tell()
      if (kept.onStream && session.streams > 0) listening.push(tell)
    }
    // Their servers are asked for all their lists, a few at a time.
    for (let at = 0; at < listening.length; at += together)
      await Promise.all(listening.slice(at, at + together).map((tell) => tell()))
  }

  /** Says what this process offers, where others may offer something else. */
  offer(digest: string): void {
    this.#store.siblings?.offer?.(digest)
  }

  /** Whether that may be. */
  get mayDiffer(): boolean {
    return this.#store.siblings?.offer !== undefined
  }

  /** Whether others offer something else now. */
  get mixed(): boolean {
    return this.#store.siblings?.mixed === true
  }

  /** @param listener is told when all offer the same, as far as is known, and whether some did not before. */
  onSettled(listener: (differed: boolean) => void): void {
    this.#shared.onSettled.push((_, differed) => listener(differed))
  }

  /**
   * Tells the store which sessions are in use, all at once and long before it would forget them.
   * @param after milliseconds since a session was renewed last.
   */
  renew(sessions: Iterable<Session>, after: number): void {
    const due = now() - after
    const keys: string[] = []
    for (const { kept, pending, streams, lastSeen } of sessions) {
      if (!kept || kept.renewed > due) continue
      if (pending.size === 0 && streams === 0 && lastSeen <= kept.renewed) continue
      kept.renewed = now()
      keys.push(kept.key)
    }
    if (this.#keepsOffered && now() - this.#offeredRenewed > after) {
      this.#offeredRenewed = now()
      keys.push(offeredKey)
    }
    this.#store.renew(keys)
  }

  /** @param held the sessions of this process, which are saved again when the store works again. */
  healFrom(held: () => Iterable<Session>): void {
    this.#store.onRestored(() => Promise.all([...held()].map(({ kept, state }) => kept?.saveAll(state))))
  }

  /** Leaves what these have not received of their answers to the next process, which they may ask for it. */
  async leaveWills(sessions: Iterable<Session>): Promise<void> {
    const writer = new WillWriter()
    const writing: Promise<void>[] = []
    for (const { kept, events } of sessions) {
      if (!kept) continue
      const text = writer.write(events.undelivered())
      if (text !== undefined) writing.push(this.#store.keep(kept.key, willName, text))
    }
    await Promise.all(writing)
  }

  /** Lets the next process have what is kept. */
  close(): Promise<void> {
    return this.#store.close()
  }
}
