// Patches: `on`, `once`, `off` and their likes of `process`, for stop signals.
// Why: most handlers of user code exit, and calls in flight would be lost: they run after the drain.
// On: Node 20.19–26.
// Otherwise: a handler that comes past it runs at once; nothing is said.

import { constants } from 'node:os'
import { within } from '../../process/clock.ts'
import { exitNow } from './exit-guard.ts'

type Listener = (...args: unknown[]) => unknown

const stopSignals = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  ...(process.platform === 'win32' ? ['SIGBREAK'] : []),
] as const

/** Milliseconds that the user's own signal handlers get, once everything has been served. */
const handlerLimit = 1_000

/**
 * The first stop signal requests a stop, the second forces it. Signal handlers of user code are deferred until after
 * the drain: most of them exit, and calls in flight would be lost.
 */
export class StopSignals {
  readonly #handlers = new Map<string, Set<Listener>>()
  readonly #undo: (() => void)[] = []
  #first: NodeJS.Signals | undefined

  constructor(onStop: (signal: NodeJS.Signals) => void) {
    for (const signal of stopSignals) {
      const handle = () => {
        if (this.#first) exitNow(128 + (constants.signals[signal as NodeJS.Signals] ?? 0))
        this.#first = signal as NodeJS.Signals
        onStop(this.#first)
      }
      process.on(signal, handle)
      this.#undo.push(() => process.off(signal, handle))
    }
    this.#keepAside()
  }

  /** Runs the handlers that user code installed for this signal, within their time limit. */
  async runUserHandlers(signal: NodeJS.Signals): Promise<void> {
    const handlers = [...(this.#handlers.get(signal) ?? [])]
    const done = Promise.allSettled(handlers.map(async (handler) => handler.call(process, signal)))
    await within(done, handlerLimit, undefined)
  }

  release(): void {
    // In reverse order: `process.off` itself is patched until it is restored.
    for (const undo of this.#undo.splice(0).reverse()) undo()
  }

  #keepAside(): void {
    const add = (signal: string, listener: Listener) => {
      const set = this.#handlers.get(signal) ?? new Set()
      this.#handlers.set(signal, set.add(listener))
    }
    const remove = (signal: string, listener?: Listener) => {
      if (listener) this.#handlers.get(signal)?.delete(listener)
      else this.#handlers.delete(signal)
    }
    for (const name of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'])
      this.#divert(name, add)
    for (const name of ['off', 'removeListener', 'removeAllListeners']) this.#divert(name, remove)
  }

  #divert(name: string, act: (signal: string, listener: Listener) => void): void {
    const target = process as unknown as Record<string, (...args: unknown[]) => unknown>
    const original = target[name]
    if (!original) return
    target[name] = function (this: unknown, ...args: unknown[]) {
      const [event, listener] = args
      if (!(stopSignals as readonly unknown[]).includes(event)) return original.apply(this, args)
      act(String(event), listener as Listener)
      return this
    }
    this.#undo.push(() => {
      target[name] = original
    })
  }
}
