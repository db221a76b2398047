// Patches: `net.Server.prototype.listen`.
// Why: whether a port of user code's own can be opened is only known after its module is loaded, and user code may take
//   it lightly; under `dev` the code before may have that port.
// On: Node 20.19–26, in generations of `dev` until they serve.
// Otherwise: a save whose port is taken crashes its generation, or goes on without it.

import { type EventEmitter, errorMonitor } from 'node:events'
import net from 'node:net'

type Listen = typeof net.Server.prototype.listen

/** The ports that user code opens: whether it has got them. */
export class WatchedPorts {
  /** Is told of each that cannot be opened, before user code is. */
  onFault: (error: Error) => void = () => undefined
  readonly #opening = new Set<Promise<void>>()
  readonly #original: Listen = net.Server.prototype.listen
  readonly #ours: Listen

  constructor() {
    const note = (server: EventEmitter) => this.#note(server)
    const original = this.#original as (this: net.Server, ...args: unknown[]) => net.Server
    this.#ours = function (this: net.Server, ...args: unknown[]) {
      note(this)
      return original.apply(this, args)
    } as Listen
    net.Server.prototype.listen = this.#ours
  }

  /** Resolves once user code knows of each port that it has opened so far whether it has it. */
  settled(): Promise<unknown> {
    return Promise.all(this.#opening)
  }

  /** Watches no more. */
  finish(): void {
    if (net.Server.prototype.listen === this.#ours) net.Server.prototype.listen = this.#original
  }

  #note(server: EventEmitter): void {
    const settled = new Promise<void>((resolve) => {
      for (const event of ['listening', 'close']) server.once(event, resolve)
      server.once(errorMonitor, (error: Error) => {
        this.onFault(error)
        resolve()
      })
    })
    this.#opening.add(settled)
    void settled.then(() => this.#opening.delete(settled))
  }
}
