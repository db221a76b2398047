import type { JsonRpcMessage, RequestId } from '../protocol/jsonrpc.ts'

/** Where a session's outgoing messages go; the transport's side of the session. */
export interface Outlet {
  /** `requestId`: the client's request this message answers or belongs to, if any. */
  send(message: JsonRpcMessage, requestId: RequestId | undefined): void | Promise<void>
  /** The client cancelled this request: its exchange ends without an answer. */
  abandon(requestId: RequestId): void
  /** The server is stopping: streams that answer no call end now. */
  endStreams(): void
  /** The session has ended: no further message will come. */
  end(): void
}
