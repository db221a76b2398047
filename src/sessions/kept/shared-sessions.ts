import { setImmediate as nextTurn } from 'node:timers/promises'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import type { Hearing, RecordChange } from '../../store/siblings.ts'
import type { Session } from '../session.ts'
import { tellAgain } from './replay.ts'

/** What has to be done in this process when another says something. */
export interface SharedEnds {
  /** Texts for the stream that the client has opened here with GET. */
  texts(session: Session, texts: readonly string[]): void
  /** Ends that stream. */
  moved(session: Session): void
  /** Tells a client of a change, if it has its stream here. */
  tell(session: Session, change: Change): void
  /** Tells those of a change who listen without a session. */
  tellListeners(change: Change): void
}

/** Ends that are remembered. */
const endsKept = 1_000

/** The sessions of this process that others may hold as well, and what those say of them. */
export class SharedSessions implements Hearing {
  readonly #sessions = new Map<string, Session>()
  /** What is being taken in, by session. */
  readonly #turns = new Map<string, Promise<void>>()
  /** Those that have ended last: one may be on its way back. */
  readonly #ended = new Set<string>()
  ends: SharedEnds | undefined
  /** Does what is due once all processes offer the same. */
  readonly onSettled: ((sessions: Iterable<Session>, differed: boolean) => void)[] = []

  /** One that has ended while it was read from the store is ended here, too. */
  add(key: string, session: Session): void {
    if (this.#ended.has(key)) session.kept?.endedElsewhere()
    this.#sessions.set(key, session)
  }

  delete(key: string, session: Session): void {
    if (this.#sessions.get(key) === session) this.#sessions.delete(key)
  }

  async state(key: string, name: string, text: string | undefined): Promise<void> {
    const session = await this.#held(key)
    session?.kept?.noteOthers(() => {
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
    session.kept?.endedElsewhere()
    await session.close()
  }

  /** One after the other: a server takes an answer at once, and what was reported before it a little later. */
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
    session?.kept?.receivePassed(() => session.receive(message))
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

  /** Whether a session was ended, here or elsewhere: no other will ever have its key. */
  hasEnded(key: string): boolean {
    return this.#ended.has(key)
  }

  noteEnd(key: string): void {
    this.#ended.add(key)
    const [oldest] = this.#ended
    if (this.#ended.size > endsKept && oldest !== undefined) this.#ended.delete(oldest)
  }

  /** A session that is on its way back is waited for. */
  async #held(key: string): Promise<Session | undefined> {
    // What is said right behind the answer that it is kept is heard before that answer has been acted on.
    const session = this.#sessions.get(key) ?? (await nextTurn(this)).#sessions.get(key)
    await session?.kept?.ready
    return session?.closed ? undefined : session
  }
}
