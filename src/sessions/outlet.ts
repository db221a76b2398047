import type { JsonRpcMessage, RequestId } from '../protocol/jsonrpc.ts'

/** The transport's side of a session: where its outgoing messages go. */
export interface Outlet {
  /** `requestId`: the client's request that this message answers or belongs to, if any. */
  send(message: JsonRpcMessage, requestId: RequestId | undefined): void | Promise<void>
  /** The client cancelled this request: its HTTP exchange ends without a response. */
  abandon(requestId: RequestId): void
  /** The server is stopping: ends streams that do not answer a call. */
  endStreams(): void
  /** The session has ended: there will be no further messages. */
  end(): void
}
