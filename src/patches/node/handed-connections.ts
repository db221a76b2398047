// Patches: `send` of the processes that `node:cluster` has forked, and reads the words `newconn` and `ack` of its own.
// Why: it keeps a connection that it has handed to a process which dies before taking it open, and its client waits for ever.
// On: Node 20.19–26.
// Otherwise: such a client waits until its own limit, as under Node alone.

import type { ChildProcess } from 'node:child_process'
import { isRecord } from '../../protocol/jsonrpc.ts'

/** A connection as `cluster` hands it to a process. */
interface Connection {
  close(): void
}

/**
 * Connections that `cluster` hands to processes. It keeps each open until the process has said whether it takes it, so
 * that of one that dies before, the client would wait for ever.
 */
export class HandedConnections {
  /** Those of each process by the number of the message that brings them. */
  readonly #underWay = new Map<ChildProcess, Map<unknown, Connection>>()
  /** Those that a process which stops has not taken, and that have been handed to no other yet. */
  readonly #refused = new Set<Connection>()

  /** Looks at what is said to a process, and what it says to that. */
  watch(child: ChildProcess): void {
    const underWay = new Map<unknown, Connection>()
    this.#underWay.set(child, underWay)
    const send = child.send
    child.send = ((message: unknown, ...more: unknown[]) => {
      const [connection] = more
      if (isRecord(message) && message.act === 'newconn' && isConnection(connection)) {
        underWay.set(message.seq, connection)
        this.#refused.delete(connection)
      }
      return Reflect.apply(send, child, [message, ...more])
    }) as typeof send
    // Heard before `cluster` hands on what was not taken.
    child.prependListener('internalMessage', (message: unknown) => {
      const connection = isRecord(message) ? underWay.get(message.ack) : undefined
      if (!isRecord(message) || !connection) return
      underWay.delete(message.ack)
      if (message.accepted !== true) this.#refused.add(connection)
    })
  }

  /**
   * A process is gone, and breaks the connections that it has not taken.
   * @param last whether no other serves, to which those could be handed that were refused.
   */
  gone(child: ChildProcess, last: boolean): void {
    const connections = [...(this.#underWay.get(child)?.values() ?? []), ...(last ? this.#refused : [])]
    this.#underWay.delete(child)
    if (last) this.#refused.clear()
    for (const connection of connections) connection.close()
  }
}

const isConnection = (value: unknown): value is Connection =>
  typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function'
