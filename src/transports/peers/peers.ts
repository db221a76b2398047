import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { BusAddress, ProcessAddress } from '../../store/siblings.ts'
import type { Exchange } from '../http/http-reply.ts'

/** The other processes of a server, for requests that one of them must answer. */
export interface Peers {
  /** The name of this process in the ids that it issues. */
  readonly name: string
  /** Undefined, or a promise if this process must first synchronise its knowledge of sessions. */
  current(): Promise<void> | undefined
  /** Whether no other process could continue a new session, because the shared store is down. */
  cutOff(): boolean
  /**
   * The address of a process; undefined for this one, for one that is gone, and for a request that was forwarded
   * already.
   */
  addressOf(name: string | undefined, exchange: Exchange): ProcessAddress | BusAddress | undefined
  /**
   * Forwards a request to another process, and streams its response back.
   * @param message the request's body, if it has been read already.
   */
  forward(exchange: Exchange, address: ProcessAddress | BusAddress, message?: JsonRpcMessage): Promise<void>
}

const state = /^fastmcp\.([a-z0-9]{10})\./

/** The process that holds the suspended call that a message resumes (2026-07-28, patterns/mrtr). */
export function holderOf(message: JsonRpcMessage): string | undefined {
  const given = 'method' in message ? message.params?.requestState : undefined
  return typeof given === 'string' ? state.exec(given)?.[1] : undefined
}
