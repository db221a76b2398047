import type { JsonRpcMessage } from '../protocol/jsonrpc.ts'
import type { Outlet } from '../sessions/session.ts'

export interface WireHandlers {
  message(message: JsonRpcMessage): void
  /** The client has closed its end: nothing more will come. */
  ended(): void
  /** The client no longer reads: nothing can be answered any more. */
  broken(): void
}

/** One lasting connection to one client, such as a pair of streams. */
export interface Wire extends Outlet {
  start(handlers: WireHandlers): void
  /** Resolves once everything sent has left, or nobody reads any more. */
  flushed(): Promise<void>
}
