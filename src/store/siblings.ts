import type { JsonRpcMessage, Params } from '../protocol/jsonrpc.ts'
import type { Change } from '../protocol/source.ts'

/** What a client has said after its introduction: a request of this method, with these parameters. */
export interface RecordChange {
  readonly method: string
  readonly params: Params | undefined
}

/** Where a process answers requests that others hand on to it: a port of this machine, and what opens it. */
export interface ProcessAddress {
  readonly port: number
  readonly key: string
}

/** A replica that has no port of ours: requests are handed on to it over the message bus, by its name. */
export interface BusAddress {
  readonly replica: string
}

/** What has been kept for a stream until it was opened: texts, and what has changed meanwhile for all. */
export interface Missed {
  readonly texts: readonly string[]
  readonly changes: readonly Change[]
}

/** What a process hears of the others that serve the same sessions; sessions go by their key. */
export interface Hearing {
  /** Something is kept with a session, or no longer. Resolves once this process goes by it. */
  state(key: string, name: string, text: string | undefined): Promise<void>
  /** The client has said something that its server here has to be told, too. Resolves once it has been. */
  changed(key: string, change: RecordChange): Promise<void>
  /** The session has ended. Resolves once it has here. */
  ended(key: string): Promise<void>
  /** A message of the client's that came in elsewhere. */
  message(key: string, message: JsonRpcMessage): Promise<void>
  /** Texts for the stream that the client has opened here with GET. */
  texts(key: string, texts: readonly string[]): void
  /** The client has opened that stream elsewhere, so the one here ends. */
  moved(key: string): void
  /** What all servers offer has changed, as one has said. */
  offers(change: Change): void
  /**
   * All processes offer the same from now on, as far as is known.
   * @param differed whether one did not, which is gone.
   */
  settled(differed: boolean): void
}

/** The other processes that serve the same sessions, and what is said between them. */
export interface Siblings {
  /** From now on this is told what the others say. */
  listen(hearing: Hearing): void
  /**
   * Passes on a message of a client's, to the process that it is about, or to all that hold the session. Resolves once
   * they have it, or have had their time: what the client says next must not come before it.
   */
  pass(key: string, message: JsonRpcMessage, to?: string): Promise<void>
  /** A text for the stream that the client has opened with GET: it is kept until there is one, and goes there. */
  post(key: string, text: string): void
  /** That stream is here from now on, and gets what was kept for it. */
  carry(key: string): Promise<Missed>
  /** So many of the texts that this process was given have been sent. */
  sent(key: string, count: number): void
  /** That stream is no longer here. */
  dropped(key: string): void
  /** This process no longer holds the session, which lives on. */
  left(key: string): void
  /** What all servers offer has changed. */
  announce(change: Change): void
  /**
   * Says what this process offers, as a digest that is the same wherever the same code runs. Absent where all processes
   * begin together, and so run the same.
   */
  offer?(digest: string): void
  /**
   * Whether some offer something else than this process, as during a deploy. Clients are not told of what is new before
   * those are gone, or they would ask one of them for it.
   */
  readonly mixed?: boolean
  /** The process that alone serves this session, which is this one unless another that lives has it already. */
  claim(key: string): Promise<string>
  /** Where a process answers; nothing for one that is gone. */
  addressOf(name: string): ProcessAddress | BusAddress | undefined
}
