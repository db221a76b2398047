import type { JsonRpcMessage, Params } from '../protocol/jsonrpc.ts'
import type { Change } from '../protocol/source.ts'

/** A change of a session record: a client's request after initialization. */
export interface RecordChange {
  readonly method: string
  readonly params: Params | undefined
}

/** The address at which a process answers forwarded requests: a local port and its key. */
export interface ProcessAddress {
  readonly port: number
  readonly key: string
}

/** Another replica, by name: requests are forwarded to it over the message bus. */
export interface BusAddress {
  readonly replica: string
}

/** What was queued for a stream until it was opened: texts, and changes that concern all sessions. */
export interface Missed {
  readonly texts: readonly string[]
  readonly changes: readonly Change[]
}

/** The messages that a process receives from others that serve the same sessions, identified by key. */
export interface Hearing {
  /** A state value was set or deleted. Resolves once this process has applied it. */
  state(key: string, name: string, text: string | undefined): Promise<void>
  /** The session record has changed, which the server here must be told. Resolves once that is done. */
  changed(key: string, change: RecordChange): Promise<void>
  /** The session has ended. Resolves once it has ended here. */
  ended(key: string): Promise<void>
  /** A client message that arrived at another process. */
  message(key: string, message: JsonRpcMessage): Promise<void>
  /** Texts for the client's GET stream here. */
  texts(key: string, texts: readonly string[]): void
  /** The client has opened its GET stream at another process, so the one here ends. */
  moved(key: string): void
  /** A list that all servers offer has changed. */
  offers(change: Change): void
  /**
   * All processes now offer the same, as far as is known.
   * @param differed whether a process that is now gone offered something else.
   */
  settled(differed: boolean): void
}

/** The other processes that serve the same sessions, and the messages to them. */
export interface Siblings {
  /** Sets the receiver of messages from others. */
  listen(hearing: Hearing): void
  /**
   * Passes a client message to the process that it concerns, or to all that hold the session. Resolves once they have
   * received it or timed out, so that the client's next message does not overtake it.
   */
  pass(key: string, message: JsonRpcMessage, to?: string): Promise<void>
  /** Sends a text on the client's GET stream, or queues it until there is one. */
  post(key: string, text: string): void
  /** Claims that stream for this process, and returns what was queued for it. */
  carry(key: string): Promise<Missed>
  /** Reports that this many of the texts that this process received have been sent. */
  sent(key: string, count: number): void
  /** Reports that the stream is no longer here. */
  dropped(key: string): void
  /** Reports that this process no longer holds the session, which lives on. */
  left(key: string): void
  /** Announces that a list that all servers offer has changed. */
  announce(change: Change): void
  /**
   * Publishes what this process offers, as a digest that is the same for the same code. Absent if all processes always
   * run the same code.
   */
  offer?(digest: string): void
  /**
   * Whether some processes offer something else, as during a deploy. Clients are not notified of news until those are
   * gone, or they might request it from one of them.
   */
  readonly mixed?: boolean
  /** Claims ownership of a session; returns its owner, which is this process unless another live one has it. */
  claim(key: string): Promise<string>
  /** The address of a process; undefined if it is gone. */
  addressOf(name: string): ProcessAddress | BusAddress | undefined
}
