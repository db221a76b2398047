import { randomUUID } from 'node:crypto'
import { now } from '../process/clock.ts'
import { type AuthInfo, subjectOf } from '../protocol/auth.ts'
import type { Opening, ServerSource } from '../protocol/source.ts'
import type { InFlight } from './calls.ts'
import { Leavers, waitForRoom } from './eviction.ts'
import { type Outlet, Session } from './session.ts'

export interface RegistryOptions {
  /** Sessions held at the most; for the next one an idle one ends, or it is refused when there is none. */
  maxSessions: number
  /** Milliseconds after which a session without calls and open streams is ended. */
  idleTimeout: number
}

export const registryDefaults: RegistryOptions = { maxSessions: 10_000, idleTimeout: 30 * 60_000 }

/** Why there is no room for a session. */
export interface NoRoom {
  readonly reason: string
  /** After which it is worth asking again. */
  readonly seconds: number
}

/** The sessions of one running server, by id. */
export class Registry {
  readonly inFlight: InFlight
  readonly #source: ServerSource
  readonly #options: RegistryOptions
  /** A `Map`, because ids come from clients and `__proto__` is one they try. */
  readonly #sessions = new Map<string, Session>()
  readonly #leavers = new Leavers<Session>()
  #reaper: NodeJS.Timeout | undefined
  #draining = false

  constructor(source: ServerSource, inFlight: InFlight, options: Partial<RegistryOptions> = {}) {
    this.#source = source
    this.inFlight = inFlight
    this.#options = { ...registryDefaults, ...options }
    source.places?.onFull((subject) => this.#endOne(subject))
  }

  get size(): number {
    return this.#sessions.size
  }

  /**
   * Makes room for one more session, at the cost of an idle one where there is none.
   * @returns what to say when all are being served.
   */
  makeRoom(caller: AuthInfo | undefined): NoRoom | undefined {
    const fullWords = this.#source.places?.fullWords
    if (this.#sessions.size < this.#options.maxSessions && fullWords === undefined) return undefined
    if (this.#endOne(subjectOf(caller))) return undefined
    const seconds = waitForRoom(this.#sessions.values(), this.inFlight.remaining, now())
    return { seconds, reason: fullWords ?? 'Too many sessions' }
  }

  #endOne(subject: string | undefined): boolean {
    const leaving = this.#leavers.next(() => this.#sessions.values(), subject)
    void leaving?.close().catch(() => undefined)
    return leaving !== undefined
  }

  /** The session under an id, for the caller it belongs to; for anybody else there is none. */
  get(id: string, caller: AuthInfo | undefined): Session | undefined {
    const session = this.#sessions.get(id)
    return session?.subject === subjectOf(caller) ? session : undefined
  }

  /**
   * Opens a session on a server of its own, under an id nobody can guess.
   * @param begin puts it to use; until it has, it is not taken for idle.
   */
  async create(
    outlet: (session: Session) => Outlet,
    begin: (session: Session) => void | Promise<void>,
    opening: Partial<Opening> = {},
  ): Promise<void> {
    const id = randomUUID()
    const made = (opened: Session) => this.#leaving(id, outlet(opened))
    const session = new Session(id, this.inFlight, made, subjectOf(opening.authInfo))
    // Counted before the server is there, or a burst of openings would pass the cap together.
    this.#sessions.set(id, session)
    session.opening = true
    // Not before, because some hosts of a mounted server allow no timer while they load it.
    this.#reaper ??= setInterval(() => this.#reap(), this.#reapInterval).unref()
    try {
      await session.open(
        await this.#source.open({ era: 'legacy', longLived: true, sessionId: id, ...opening }),
      )
      await begin(session)
    } catch (error) {
      await session.close().catch(() => undefined)
      throw error
    } finally {
      session.opening = false
    }
  }

  /** The transport's outlet, which also takes the session off the books when it ends. */
  #leaving(id: string, outlet: Outlet): Outlet {
    return {
      send: (message, requestId) => outlet.send(message, requestId),
      abandon: (requestId) => outlet.abandon(requestId),
      endStreams: () => outlet.endStreams(),
      end: () => {
        this.#sessions.delete(id)
        outlet.end()
      },
    }
  }

  /** Whether the server is stopping: what belongs to calls in flight is served, and nothing new. */
  get draining(): boolean {
    return this.#draining
  }

  /** Ends the streams of idle sessions; those with calls in flight may still have to ask their client. */
  drain(): void {
    this.#draining = true
    for (const session of this.#sessions.values()) if (session.pending.size === 0) session.endStreams()
  }

  async fail(reason: string): Promise<void> {
    await Promise.allSettled([...this.#sessions.values()].map((session) => session.fail(reason)))
  }

  async close(): Promise<void> {
    clearInterval(this.#reaper)
    this.#reaper = undefined
    await Promise.allSettled([...this.#sessions.values()].map((session) => session.close()))
  }

  get #reapInterval(): number {
    return Math.min(30_000, Math.max(100, this.#options.idleTimeout / 4))
  }

  #reap(): void {
    const oldest = now() - this.#options.idleTimeout
    for (const session of this.#sessions.values()) {
      const idle = session.pending.size === 0 && session.streams === 0 && session.lastSeen < oldest
      if (idle) void session.close().catch(() => undefined)
    }
  }
}
