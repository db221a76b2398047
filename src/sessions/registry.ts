import { randomUUID } from 'node:crypto'
import { now } from '../process/clock.ts'
import { type AuthInfo, subjectOf } from '../protocol/auth.ts'
import type { Opening, ServerSource } from '../protocol/source.ts'
import type { StoredSession } from '../store/store.ts'
import type { InFlight } from './calls.ts'
import { EvictionQueue, type NoRoom, waitForRoom } from './eviction.ts'
import type { Outlet } from './outlet.ts'
import type { PersistedSession } from './persistence/persisted-session.ts'
import type { SessionPersistence } from './persistence/session-persistence.ts'
import { Session } from './session.ts'

export interface RegistryOptions {
  /** Maximum number of sessions; beyond it an idle one is evicted, or the new one refused if there is none. */
  maxSessions: number
  /** Milliseconds after which a session without calls and streams ends. */
  idleTimeout: number
  /** Creates unguessable ids, where they must contain more than random characters. */
  newId?: () => string
}

export const registryDefaults = { maxSessions: 10_000, idleTimeout: 30 * 60_000 }

/** The sessions of one running server, by id. */
export class Registry {
  readonly inFlight: InFlight
  readonly #source: ServerSource
  readonly #options: RegistryOptions
  /** A `Map`, because ids come from clients, and `__proto__` could be one. */
  readonly #sessions = new Map<string, Session>()
  readonly #evictions = new EvictionQueue<Session>()
  readonly #persistence: SessionPersistence | undefined
  /** Sessions that are being restored from the store. */
  readonly #adopting = new Map<string, Promise<Session | NoRoom | undefined>>()
  /** Counts sessions opened and restored since the start. */
  opened = 0
  adopted = 0
  #reaper: NodeJS.Timeout | undefined
  #draining = false
  #closing = false

  /** @param persistence persists the sessions beyond this process. */
  constructor(
    source: ServerSource,
    inFlight: InFlight,
    options: Partial<RegistryOptions> = {},
    persistence?: SessionPersistence,
  ) {
    this.#source = source
    this.inFlight = inFlight
    this.#options = { ...registryDefaults, ...options }
    this.#persistence = persistence
    persistence?.saveAfterOutage(() => this.#sessions.values())
    source.slots?.onFull((subject) => this.#endOne(subject))
  }

  get size(): number {
    return this.#sessions.size
  }

  /**
   * Makes room for one more session, by evicting an idle one if necessary.
   * @returns the reason if all sessions are busy.
   */
  makeRoom(caller: AuthInfo | undefined): NoRoom | undefined {
    const fullWords = this.#source.slots?.fullWords
    const count = this.#sessions.size + this.#adopting.size
    if (count < this.#options.maxSessions && fullWords === undefined) return undefined
    if (this.#endOne(subjectOf(caller))) return undefined
    const seconds = waitForRoom(this.#sessions.values(), this.inFlight.remaining, now())
    return { seconds, reason: fullWords ?? 'Too many sessions' }
  }

  #endOne(subject: string | undefined): boolean {
    const leaving = this.#evictions.next(() => this.#sessions.values(), subject)
    return leaving !== undefined && this.#dismiss(leaving)
  }

  /** Evicts a session; if other processes share it, it lives on there. */
  #dismiss(session: Session): true {
    if (this.#persistence?.shares) session.persisted?.leave()
    void session.close().catch(() => undefined)
    return true
  }

  /** The session with an id, for the caller that it belongs to; undefined for any other caller. */
  get(id: string, caller: AuthInfo | undefined): Session | undefined {
    const session = this.#sessions.get(id)
    return session?.subject === subjectOf(caller) ? session : undefined
  }

  /**
   * Opens a session with its own server and an unguessable id.
   * @param begin starts using it; until then it does not count as idle.
   */
  async create(
    outlet: (session: Session) => Outlet,
    begin: (session: Session) => void | Promise<void>,
    opening: Partial<Opening> = {},
  ): Promise<void> {
    const id = this.#options.newId?.() ?? randomUUID()
    const session = this.#make(id, outlet, opening)
    // Registered before the server is open, or a burst of openings would exceed the limit.
    this.#sessions.set(id, session)
    session.opening = true
    try {
      await this.#open(session, opening)
      session.persisted?.begun()
      await begin(session)
      this.opened++
    } catch (error) {
      await session.close().catch(() => undefined)
      throw error
    } finally {
      session.opening = false
    }
  }

  /** Whether a session unknown here may be in the store. */
  get adopts(): boolean {
    return this.#persistence !== undefined
  }

  ownerOf = async (id: string): Promise<string | undefined> => this.#persistence?.ownerOf(id)

  /**
   * Restores a session that this process does not hold, on a new server to which the client's messages are replayed.
   * @returns undefined if there is none for this caller, or the reason if there is no room for it.
   * @throws Error if the store or the server fails: the session may be restored later.
   */
  async adopt(
    id: string,
    outlet: (session: Session) => Outlet,
    opening: Partial<Opening>,
  ): Promise<Session | NoRoom | undefined> {
    // Checked first, and for each concurrent caller: what one may access says nothing about another.
    const stored = await this.#persistence?.load(id, subjectOf(opening.authInfo))
    if (!stored) return undefined
    const held = this.get(id, opening.authInfo)
    if (held) return held
    const adopting =
      this.#adopting.get(id) ??
      this.#resume(id, stored, outlet, opening).finally(() => this.#adopting.delete(id))
    this.#adopting.set(id, adopting)
    return adopting
  }

  async #resume(
    id: string,
    stored: StoredSession,
    outlet: (session: Session) => Outlet,
    opening: Partial<Opening>,
  ): Promise<Session | NoRoom | undefined> {
    const full = this.makeRoom(opening.authInfo)
    if (full) return full
    const session = this.#make(id, outlet, opening)
    session.opening = true
    try {
      this.#persistence?.restore(session, stored)
      await this.#open(session, opening)
      const back = await this.#persistence?.resume(session, stored)
      if (!back || session.persisted?.ended) await session.close()
      if (!back || session.closed) return undefined
      this.adopted++
      this.#sessions.set(id, session)
      return session
    } catch (error) {
      // If it cannot be opened now, it stays stored for later.
      session.persisted?.leave()
      await session.close().catch(() => undefined)
      throw error
    } finally {
      session.opening = false
    }
  }

  #make(id: string, outlet: (session: Session) => Outlet, { authInfo }: Partial<Opening>): Session {
    // Not earlier, because some hosts of a mounted server forbid timers while they load it.
    this.#reaper ??= setInterval(() => this.#reap(), this.#reapInterval).unref()
    const subject = subjectOf(authInfo)
    const persisted = this.#persistence?.sessionOf(id, subject)
    const made = (session: Session) => this.#leaving(session, id, outlet(session), persisted)
    const session = this.#evictions.add(new Session(id, this.inFlight, made, subject, persisted))
    this.#persistence?.add(session, authInfo)
    return session
  }

  async #open(session: Session, opening: Partial<Opening>): Promise<void> {
    const own = { era: 'legacy', longLived: true, sessionId: session.sessionId ?? '' } as const
    await session.open(await this.#source.open({ ...own, ...opening }))
  }

  /** Ends a session for good, in the store too. */
  async end(session: Session): Promise<void> {
    await session.close()
    if (session.persisted) await this.#persistence?.end(session.persisted)
  }

  /** The transport's outlet, which also unregisters the session when it ends. */
  #leaving(session: Session, id: string, outlet: Outlet, persisted: PersistedSession | undefined): Outlet {
    return {
      send: (message, requestId) => outlet.send(message, requestId),
      abandon: (requestId) => outlet.abandon(requestId),
      endStreams: () => outlet.endStreams(),
      end: () => {
        this.#sessions.delete(id)
        this.#persistence?.remove(session)
        if (this.#closing) persisted?.leave()
        else if (persisted) void this.#persistence?.end(persisted)
        outlet.end()
      },
    }
  }

  /** Whether the server is stopping: only calls in flight are served, no new ones. */
  get draining(): boolean {
    return this.#draining
  }

  /** Ends the streams of idle sessions; calls in flight may still need theirs to send requests to the client. */
  drain(): void {
    this.#draining = true
    for (const session of this.#sessions.values()) if (session.pending.size === 0) session.endStreams()
  }

  async fail(reason: string): Promise<void> {
    await Promise.allSettled([...this.#sessions.values()].map((session) => session.fail(reason)))
  }

  async close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#reaper)
    this.#reaper = undefined
    await this.#persistence?.leaveWills(this.#sessions.values())
    await Promise.allSettled([...this.#sessions.values()].map((session) => session.close()))
  }

  get #reapInterval(): number {
    return Math.min(30_000, Math.max(100, this.#options.idleTimeout / 4))
  }

  #reap(): void {
    const oldest = now() - this.#options.idleTimeout
    for (const session of this.#sessions.values()) {
      const idle = session.pending.size === 0 && session.streams === 0 && session.lastSeen < oldest
      if (idle) this.#dismiss(session)
    }
    this.#persistence?.renew(this.#sessions.values(), this.#options.idleTimeout / 4)
  }
}
