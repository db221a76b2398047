import { randomUUID } from 'node:crypto'
import { type AuthInfo, subjectOf } from '../auth.ts'
import type { Opening, ServerSource } from '../source.ts'
import type { InFlight } from './in-flight.ts'
import { type Outlet, Session } from './session.ts'

export interface RegistryOptions {
  /** Sessions held at the most; the next `initialize` is refused until one ends. */
  maxSessions: number
  /** Milliseconds after which a session without calls and open streams is ended. */
  idleTimeout: number
}

export const registryDefaults: RegistryOptions = { maxSessions: 10_000, idleTimeout: 30 * 60_000 }

/** The sessions of one running server, by id. */
export class Registry {
  readonly inFlight: InFlight
  readonly #source: ServerSource
  readonly #options: RegistryOptions
  /** A `Map`, because ids come from clients and `__proto__` is one they try. */
  readonly #sessions = new Map<string, Session>()
  readonly #reaper: NodeJS.Timeout
  #draining = false

  constructor(source: ServerSource, inFlight: InFlight, options: Partial<RegistryOptions> = {}) {
    this.#source = source
    this.inFlight = inFlight
    this.#options = { ...registryDefaults, ...options }
    const interval = Math.min(30_000, Math.max(100, this.#options.idleTimeout / 4))
    this.#reaper = setInterval(() => this.#reap(), interval)
    this.#reaper.unref()
  }

  get size(): number {
    return this.#sessions.size
  }

  get full(): boolean {
    return this.#sessions.size >= this.#options.maxSessions
  }

  /** The session under an id, for the caller it belongs to; for anybody else there is none. */
  get(id: string, caller: AuthInfo | undefined): Session | undefined {
    const session = this.#sessions.get(id)
    return session?.subject === subjectOf(caller) ? session : undefined
  }

  /** Opens a session on a server of its own, under an id nobody can guess. */
  async create(outlet: (session: Session) => Outlet, opening: Partial<Opening> = {}): Promise<Session> {
    const id = randomUUID()
    const session = new Session(id, this.inFlight, (opened) => this.#leaving(id, outlet(opened)))
    session.subject = subjectOf(opening.authInfo)
    // Counted before the server is there, or a burst of openings would pass the cap together.
    this.#sessions.set(id, session)
    try {
      await session.open(await this.#source.open({ era: 'legacy', lasting: true, sessionId: id, ...opening }))
    } catch (error) {
      this.#sessions.delete(id)
      throw error
    }
    return session
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
    await Promise.allSettled([...this.#sessions.values()].map((session) => session.close()))
  }

  #reap(): void {
    const oldest = Date.now() - this.#options.idleTimeout
    for (const session of this.#sessions.values()) {
      const idle = session.pending.size === 0 && session.streams === 0 && session.lastSeen < oldest
      if (idle) void session.close().catch(() => undefined)
    }
  }
}
