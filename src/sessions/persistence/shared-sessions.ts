import { setImmediate as nextTurn } from 'node:timers/promises'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import type { Hearing, RecordChange } from '../../store/siblings.ts'
import type { Session } from '../session.ts'
import { tellAgain } from './replay.ts'

/** Handlers in this process for messages of other processes. */
export interface SharedEnds {
  /** Texts for the client's GET stream here. */
  texts(session: Session, texts: readonly string[]): void
  /** Ends that stream. */
  moved(session: Session): void
  /** Notifies a client of a change, if its stream is here. */
  tell(session: Session, change: Change): void
  /** Notifies listeners without a session of a change. */
  tellListeners(change: Change): void
}

/** Maximum number of ended sessions that are remembered. */
const maxEnded = 1_000

/** The sessions of this process that others may also hold, and the messages of those processes about them. */
export class SharedSessions implements Hearing {
  readonly #sessions = new Map<string, Session>()
  /** Messages being processed, by session. */
  readonly #turns = new Map<string, Promise<void>>()
  /** Recently ended sessions: one may be in the middle of being restored. */
  readonly #ended = new Set<string>()
  ends: SharedEnds | undefined
  /** Called once all processes offer the same. */
  readonly onSettled: ((sessions: Iterable<Session>, differed: boolean) => void)[] = []

  /** Also ends a session that was ended elsewhere while it was loaded from the store. */
  add(key: string, session: Session): void {
    if (this.#ended.has(key)) session.persisted?.endedElsewhere()
    this.#sessions.set(key, session)
  }

  delete(key: string, session: Session): void {
    if (this.#sessions.get(key) === session) this.#sessions.delete(key)
  }

  async state(key: string, name: string, text: string | undefined): Promise<void> {
    const session = await this.#held(key)
    session?.persisted?.applyRemote(() => {
      if (text === undefined) session.state.delete(name)
      else session.state.set(name, text)
    })
  }

  async changed(key: string, change: RecordChange): Promise<void> {
    const session = await this.#held(key)
    if (session) await tellAgain(session, change)
  }

  async ended(key: string): Promise<void> {
    const session = this.#sessions.get(key)
    this.noteEnd(key)
    if (!session) return
    session.persisted?.endedElsewhere()
    await session.close()
  }

  /** In sequence: a server processes responses synchronously, but notifications that came before them a tick later. */
  async message(key: string, message: JsonRpcMessage): Promise<void> {
    const turn = this.#receive(key, message, this.#turns.get(key))
    this.#turns.set(key, turn)
    try {
      await turn
    } finally {
      if (this.#turns.get(key) === turn) this.#turns.delete(key)
    }
  }

  async #receive(key: string, message: JsonRpcMessage, before: Promise<void> | undefined): Promise<void> {
    await before?.catch(() => undefined)
    const session = await this.#held(key)
    session?.persisted?.receivePassed(() => session.receive(message))
    await new Promise((resolve) => setImmediate(resolve))
  }

  texts(key: string, texts: readonly string[]): void {
    const session = this.#sessions.get(key)
    if (session) this.ends?.texts(session, texts)
  }

  moved(key: string): void {
    const session = this.#sessions.get(key)
    if (session) this.ends?.moved(session)
  }

  offers(change: Change): void {
    for (const session of this.#sessions.values()) this.ends?.tell(session, change)
    this.ends?.tellListeners(change)
  }

  settled(differed: boolean): void {
    for (const listener of this.onSettled) listener([...this.#sessions.values()], differed)
  }

  /** Whether a session was ended, here or elsewhere; keys are never reused. */
  hasEnded(key: string): boolean {
    return this.#ended.has(key)
  }

  noteEnd(key: string): void {
    this.#ended.add(key)
    const [oldest] = this.#ended
    if (this.#ended.size > maxEnded && oldest !== undefined) this.#ended.delete(oldest)
  }

  /** Waits for a session that is being restored. */
  async #held(key: string): Promise<Session | undefined> {
    // A message that directly follows the response to a load is received before that response has been processed.
    const session = this.#sessions.get(key) ?? (await nextTurn(this)).#sessions.get(key)
    await session?.persisted?.ready
    return session?.closed ? undefined : session
  }
}
