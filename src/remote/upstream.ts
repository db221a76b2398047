import type { JsonRpcMessage } from '../protocol/jsonrpc.ts'
import type { Log } from '../serve/serve-options.ts'

/**
 * One connection of a gateway to a server behind it. It has the shape of the official client's `Transport`, so that
 * those can be used directly.
 */
export interface Upstream {
  /** May return a promise for back-pressure, which upstreams that support it await. */
  onmessage?: ((message: JsonRpcMessage) => void | Promise<void>) | undefined
  onclose?: (() => void) | undefined
  onerror?: ((error: Error) => void) | undefined
  /** How it ended, if known, as text that follows its name. */
  readonly end?: string | undefined
  start(): Promise<void>
  send(message: JsonRpcMessage): Promise<void>
  /** Sets the negotiated version, for transports that send it with every message. */
  setProtocolVersion?(version: string): void
  /** Closes the connection, and stops what was started for it. */
  close(): Promise<void>
}

/** The message was certainly not processed, so it may be sent again. */
export class NotTaken extends Error {}

/** An external server: it runs elsewhere, and is not loaded. */
export interface Destination {
  /** Its name in messages. */
  readonly label: string
  /** What a 401 from it means, as text. */
  readonly unauthorized?: string | undefined
  /** The proxy by which it is reached, as text, if any. */
  readonly way?: string | undefined
  /**
   * Creates a connection that is not started yet.
   * @param subject the caller, if authenticated.
   */
  connect(subject: string | undefined): Promise<Upstream>
  /**
   * Starts the program for the first connection ahead, if it is a program.
   * @param onEnd is called with how it exited, as text that follows its name, if it exits soon and unused.
   */
  startAhead?(onEnd: (how: string) => void): Promise<void>
  /** Closes what the connections share. */
  close(): Promise<void>
}

/** What all connections of one gateway share. */
export interface GatewayParts {
  /** Maximum bytes of one message from a server; a longer one fails its request. */
  readonly maxMessage: number
  readonly log: Log
}
