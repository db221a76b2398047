// Patches: `send` of the processes that `node:cluster` has forked, and reads the words `newconn` and `ack` of its own.
// Why: it keeps a connection that it has handed to a process which dies before taking it open, and its client waits for ever.
// On: Node 20.19–26.
// Otherwise: such a client waits until its own limit, as under Node alone.

import type { ChildProcess } from 'node:child_process'
import { isRecord } from '../../protocol/jsonrpc.ts'

/** A connection that `cluster` passes to a worker. */
interface Connection {
  close(): void
}

/**
 * Connections that `cluster` passes to workers. It keeps each open until the worker has acknowledged it, so if a worker
 * dies before that, the client would wait for ever.
 */
export class HandedConnections {
  /** Unacknowledged connections of each worker, by message number. */
  readonly #underWay = new Map<ChildProcess, Map<unknown, Connection>>()
  /** Connections that a stopping worker refused, and that were not passed to another yet. */
  readonly #refused = new Set<Connection>()

  /** Observes the messages to and from a worker. */
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
    // Must run before `cluster` passes on a refused connection.
    child.prependListener('internalMessage', (message: unknown) => {
      const connection = isRecord(message) ? underWay.get(message.ack) : undefined
      if (!isRecord(message) || !connection) return
      underWay.delete(message.ack)
      if (message.accepted !== true) this.#refused.add(connection)
    })
  }

  /**
   * A worker is gone: closes the connections that it has not acknowledged.
   * @param last whether there is no other worker for refused connections.
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
