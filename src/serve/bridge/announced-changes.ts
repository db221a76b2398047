import { within } from '../../process/clock.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { changeIn } from '../../sessions/derived/audience.ts'
import { HiddenSession } from './hidden-session.ts'

/** Milliseconds that a server gets to be opened and subscribed to; whoever listens is not kept waiting longer. */
const openLimit = 10_000

/**
 * Hears what servers tell only their own client, of a source that makes one for each conversation: a conversation is
 * held with one of them for as long as anybody listens, and what it hears is announced to all who do.
 */
export class AnnouncedChanges {
  readonly #source: ServerSource
  #shared: Promise<HiddenSession | undefined> | undefined
  #listeners = 0

  constructor(source: ServerSource) {
    this.#source = source
  }

  /**
   * Somebody listens from now on.
   * @param uris the resources whose changes they want to hear of, which takes a conversation of their own.
   * @returns what ends that.
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

  /** A factory that fails now may not the next time. */
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
