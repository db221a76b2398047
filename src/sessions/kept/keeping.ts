import { now } from '../../process/clock.ts'
import { sessionKey, subjectKey } from '../../store/session-key.ts'
import type { Store, StoredSession } from '../../store/store.ts'
import type { Session } from '../session.ts'
import { KeptSession } from './kept-session.ts'
import { replay } from './replay.ts'

/** How a registry keeps its sessions beyond this process. It knows the type alone: who keeps none loads nothing. */
export class Keeping {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** The part that a session of this process has in the store. */
  sessionOf(id: string, subject: string | undefined): KeptSession {
    return new KeptSession(this.#store, id, subject)
  }

  /**
   * A session that is kept, for whom it belongs to; for anybody else there is none.
   * @throws Error when the store cannot say.
   */
  async load(id: string, subject: string | undefined): Promise<StoredSession | undefined> {
    const stored = await this.#store.load(sessionKey(id))
    return stored?.record.subject === subjectKey(subject) ? stored : undefined
  }

  /** @see replay */
  bringBack(session: Session, stored: StoredSession): Promise<boolean> {
    return replay(session, stored)
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
    this.#store.renew(keys)
  }

  /** @param held the sessions of this process, which are saved again when the store works again. */
  healFrom(held: () => Iterable<Session>): void {
    this.#store.onRestored(() => Promise.all([...held()].map(({ kept, state }) => kept?.saveAll(state))))
  }

  /** Lets the next process have what is kept. */
  close(): Promise<void> {
    return this.#store.close()
  }
}
