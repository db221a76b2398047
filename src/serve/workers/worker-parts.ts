import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { BusAddress, ProcessAddress } from '../../store/siblings.ts'
import type { SharedStore } from '../../store/store.ts'
import type { Exchange } from '../../transports/http/http-reply.ts'

/** What a process has that serves one address together with others. */
export interface WorkerParts {
  readonly store: SharedStore
  /** The option by which it does. */
  readonly option: '--workers' | '--redis'
  /** Who serves a session whose server has a memory of its own. */
  readonly sessions: 'owner' | 'anywhere'
  /**
   * Has sessions kept, for all processes.
   * @throws CliError when they cannot be kept as the options say.
   */
  keep(options: { store: string; maxSessions: number; expiry: number }): Promise<void>
  /** From now on this process answers here what others hand on to it. */
  answersAt(address: ProcessAddress): void
  /** Hands a request on to another replica over the message bus; absent where each process has a port for that. */
  carry?(exchange: Exchange, address: BusAddress, message?: JsonRpcMessage): Promise<void>
  /** Leaves the others. */
  close?(): Promise<void>
}
