// Patches: `process.send`.
// Why: under `fastmcp dev` the line to the parent process is the runner's, and user code sees that it
//   has none.
// On: Node 20.19–26.
// Otherwise: what user code sends reaches the front, which knows no such report and passes over it.

import type { Serializable } from 'node:child_process'
import { exitNow } from './exit-guard.ts'

/**
 * Takes over the IPC channel to the parent: user code sees a process without one. This process exits with its parent.
 * @param take is called with each message of the parent.
 * @returns a function that sends a message to the parent, and resolves once it is sent.
 */
export function takeParentLine<In, Out>(take: (message: In) => void): (message: Out) => Promise<void> {
  const send = process.send?.bind(process)
  process.on('message', (message) => take(message as In))
  process.once('disconnect', () => exitNow(0))
  Object.defineProperty(process, 'send', { configurable: true, writable: true, value: undefined })
  return (message) =>
    new Promise((resolve) => {
      if (!send || !process.connected) return resolve()
      send(message as Serializable, undefined, {}, () => resolve())
    })
}
