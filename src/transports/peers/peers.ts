import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { BusAddress, ProcessAddress } from '../../store/siblings.ts'
import type { Exchange } from '../http/http-reply.ts'

/** The other processes of a server, for a request that one of those has to answer. */
export interface Peers {
  /** The process that this is, in the ids that it gives out. */
  readonly name: string
  /** Nothing, unless this process has to wait before it goes by what it knows of a session. */
  current(): Promise<void> | undefined
  /** Whether no other process could go on with a session that begins now, because what all share does not work. */
  cutOff(): boolean
  /** Where a process answers; nothing for this one, one that is gone, and a request that was handed on already. */
  addressOf(name: string | undefined, exchange: Exchange): ProcessAddress | BusAddress | undefined
  /**
   * Has another process answer a request, and streams its answer back.
   * @param message what the request has brought, if that has been read.
   */
  forward(exchange: Exchange, address: ProcessAddress | BusAddress, message?: JsonRpcMessage): Promise<void>
}

const state = /^fastmcp\.([a-z0-9]{10})\./

/** The process in which the call waits that a message goes on with (2026-07-28, patterns/mrtr). */
export function holderOf(message: JsonRpcMessage): string | undefined {
  const given = 'method' in message ? message.params?.requestState : undefined
  return typeof given === 'string' ? state.exec(given)?.[1] : undefined
}
