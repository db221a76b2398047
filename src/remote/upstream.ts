import type { JsonRpcMessage } from '../protocol/jsonrpc.ts'
import type { Log } from '../serve/serve-options.ts'

/**
 * The axis between a gateway and the servers behind it: one connection to one of them. It has the shape of the
 * official client's `Transport`, so that those can be used as they are.
 */
export interface Upstream {
  /** Settled, if it returns a promise, when there is room for more; an upstream that can wait does. */
  onmessage?: ((message: JsonRpcMessage) => void | Promise<void>) | undefined
  onclose?: (() => void) | undefined
  onerror?: ((error: Error) => void) | undefined
  /** How it ended, in words that follow its name, once it has and if that is known. */
  readonly end?: string | undefined
  start(): Promise<void>
  send(message: JsonRpcMessage): Promise<void>
  /** Tells what was agreed on, where every later message has to say it. */
  setProtocolVersion?(version: string): void
  /** Ends the connection, and what was started for it. */
  close(): Promise<void>
}

/** A message cannot have reached the server, so that it may be sent again. */
export class NotTaken extends Error {}

/** An external server: it runs elsewhere, and is not loaded. */
export interface Destination {
  /** How it is called in messages. */
  readonly label: string
  /** What a 401 of it means, in words. */
  readonly unauthorized?: string | undefined
  /** By what it is reached, in words, if not directly. */
  readonly way?: string | undefined
  /**
   * Makes a connection that has not started yet.
   * @param subject for whom, where callers are known.
   */
  connect(subject: string | undefined): Promise<Upstream>
  /**
   * Starts what the first connection needs before there is one, where that is a program.
   * @param onEnd hears how it ended, in words that follow its name, when that was soon and nobody had spoken to it.
   */
  startAhead?(onEnd: (how: string) => void): Promise<void>
  /** Ends what the connections have in common. */
  close(): Promise<void>
}

/** What all connections of one gateway have in common. */
export interface GatewayParts {
  /** Bytes of one message from a server; a longer one is an error for whoever waits for it. */
  readonly maxMessage: number
  readonly log: Log
}
