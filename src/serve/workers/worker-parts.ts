import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { BusAddress, ProcessAddress } from '../../store/siblings.ts'
import type { SharedStore } from '../../store/store.ts'
import type { Exchange } from '../../transports/http/http-reply.ts'

/** What a process needs to serve one address together with others. */
export interface WorkerParts {
  readonly store: SharedStore
  /** The option that enables it. */
  readonly option: '--workers' | '--redis'
  /** Which process serves a session whose server holds state in memory. */
  readonly sessions: 'owner' | 'anywhere'
  /**
   * Starts persisting sessions, for all processes.
   * @throws CliError when the store that the options name cannot be opened.
   */
  keep(options: { store: string; maxSessions: number; expiry: number }): Promise<void>
  /** Publishes the address at which this process answers forwarded requests. */
  answersAt(address: ProcessAddress): void
  /** Hands a request on to another replica over the message bus; absent where each process has a port for that. */
  forward?(exchange: Exchange, address: BusAddress, message?: JsonRpcMessage): Promise<void>
  /** Disconnects from the other processes. */
  close?(): Promise<void>
}
