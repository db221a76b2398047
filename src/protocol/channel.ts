import type { AuthInfo } from './auth.ts'
import type { JsonRpcMessage, RequestId } from './jsonrpc.ts'

/**
 * Ways for a handler to make its client poll (2025-11-25, Streamable HTTP, Sending 6): the response ends, and
 * the client opens the stream again a little later. The names are those of the official SDKs' own transports.
 */
export interface StreamClosers {
  /** Ends the response to this request for now; its messages and its answer wait for the client. */
  closeSSEStream?(): void
  /** Ends the response to the client's GET for now. */
  closeStandaloneSSEStream?(): void
}

/** What a transport knows about the HTTP request a message came in, handed to the user's handlers. */
export interface MessageExtra extends StreamClosers {
  /** The request as SDK v1 handlers expect it (`extra.requestInfo`). */
  requestInfo?: { headers: Record<string, string | string[] | undefined>; url?: URL }
  /** The request as SDK v2 handlers expect it (`ctx.http.req`). */
  request?: Request
  /** Who sent it, where the server checks that: `extra.authInfo` and `ctx.http.authInfo`. */
  authInfo?: AuthInfo
}

export interface SendOptions {
  /** The request this message belongs to, when there is one: it then travels on that request's stream. */
  relatedRequestId?: RequestId
}

/**
 * The axis between transports and the user's server: one client's messages in both directions. It has the
 * shape of the official SDKs' `Transport`, so that an SDK server can be connected to it directly.
 */
export interface Channel {
  sessionId?: string | undefined
  onmessage?: ((message: JsonRpcMessage, extra?: MessageExtra) => void) | undefined
  onclose?: (() => void) | undefined
  onerror?: ((error: Error) => void) | undefined
  start(): Promise<void>
  send(message: JsonRpcMessage, options?: SendOptions): Promise<void>
  close(): Promise<void>
}

/** Calls back when the client has disconnected, after earlier listeners. */
export function onClientClose(channel: Channel, act: () => unknown): void {
  const before = channel.onclose
  channel.onclose = () => {
    before?.()
    act()
  }
}
