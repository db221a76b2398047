// Patches: `net.Server.prototype.listen`, `dgram.Socket.prototype.bind`.
// Why: whether a port of user code's own can be opened is only known after its module is loaded, and user code may take
//   it lightly; under `dev` the code before may have that port.
// On: Node 20.19–26, in generations of `dev` until they serve.
// Otherwise: a save whose port is taken crashes its generation, or goes on without it.

import dgram from 'node:dgram'
import { type EventEmitter, errorMonitor } from 'node:events'
import net from 'node:net'

type Open = (this: EventEmitter, ...args: unknown[]) => unknown

/** Observes whether user code's ports can be opened. */
export class WatchedPorts {
  /** Called for each port that cannot be opened, before user code's own handlers. */
  onFault: (error: Error) => void = () => undefined
  readonly #opening = new Set<Promise<void>>()
  readonly #restore: readonly (() => void)[]

  constructor() {
    this.#restore = [this.#watch(net.Server.prototype, 'listen'), this.#watch(dgram.Socket.prototype, 'bind')]
  }

  /** Resolves once all ports so far have been opened or failed. */
  settled(): Promise<unknown> {
    return Promise.all(this.#opening)
  }

  /** Stops observing. */
  finish(): void {
    for (const restore of this.#restore) restore()
  }

  /** @returns a function that restores the original, unless user code has wrapped it. */
  #watch(holder: object, name: string): () => void {
    const original: Open = Reflect.get(holder, name)
    const note = (opened: EventEmitter) => this.#note(opened)
    const ours: Open = function (...args) {
      note(this)
      return original.apply(this, args)
    }
    Reflect.set(holder, name, ours)
    return () => Reflect.get(holder, name) === ours && Reflect.set(holder, name, original)
  }

  #note(port: EventEmitter): void {
    const settled = new Promise<void>((resolve) => {
      for (const event of ['listening', 'close']) port.once(event, resolve)
      port.once(errorMonitor, (error: Error) => {
        this.onFault(error)
        resolve()
      })
    })
    this.#opening.add(settled)
    void settled.then(() => this.#opening.delete(settled))
  }
}
