import { within } from '../../process/clock.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { changeIn } from '../../sessions/derived/audience.ts'
import { HiddenSession } from './hidden-session.ts'

/** Milliseconds for opening a server and subscribing to it; listeners are not kept waiting longer. */
const openLimit = 10_000

/**
 * Relays changes from a source that creates a server per conversation, where each server notifies only its own client:
 * one hidden conversation is kept open as long as there are listeners, and its notifications go to all of them.
 */
export class AnnouncedChanges {
  readonly #source: ServerSource
  #shared: Promise<HiddenSession | undefined> | undefined
  #listeners = 0

  constructor(source: ServerSource) {
    this.#source = source
  }

  /**
   * Adds a listener.
   * @param uris resources to subscribe to, which takes a separate conversation.
   * @returns a function that removes the listener.
   */
  async listen(uris: readonly string[]): Promise<() => Promise<void>> {
    if (!this.#source.announce) return () => Promise.resolve()
    if (uris.length > 0) {
      const opening = this.#open(uris)
      await within(opening, openLimit, undefined)
      return async () => (await opening)?.close()
    }
    this.#listeners++
    this.#shared ??= this.#open([])
    await within(this.#shared, openLimit, undefined)
    return async () => {
      if (--this.#listeners > 0) return
      const last = this.#shared
      this.#shared = undefined
      await (await last)?.close()
    }
  }

  /** A factory that fails now may succeed the next time. */
  async #open(uris: readonly string[]): Promise<HiddenSession | undefined> {
    const session = new HiddenSession({
      name: 'fastmcp',
      version: '0.0.0',
      capabilities: {},
      onAsk: () => Promise.reject(new Error('there is no client to ask')),
      onNotification: (method, params) => {
        const change = changeIn({ method, ...(params && { params }) })
        if (change) this.#source.announce?.(change)
      },
    })
    try {
      await session.open(await this.#source.open({ era: 'legacy', longLived: true }))
      const subscribing = uris.map((uri) => session.request('resources/subscribe', { uri }).answer)
      await within(Promise.allSettled(subscribing), openLimit, [])
      return session
    } catch {
      if (uris.length === 0) this.#shared = undefined
      await session.close().catch(() => undefined)
      return undefined
    }
  }
}
