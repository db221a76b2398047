import { listChangeIn } from '../../protocol/list-change.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { HiddenSession } from './hidden-session.ts'

/**
 * Hears what servers tell only their own client, of a source that makes one for each conversation: a conversation is
 * held with one of them for as long as anybody listens, and what it hears is announced to all who do.
 */
export class AnnouncedChanges {
  readonly #source: ServerSource
  #session: Promise<HiddenSession | undefined> | undefined
  #listeners = 0

  constructor(source: ServerSource) {
    this.#source = source
  }

  /**
   * Somebody listens from now on.
   * @param uris the resources whose changes they want to hear of.
   * @returns what ends that.
   */
  async listen(uris: readonly string[]): Promise<() => Promise<void>> {
    if (!this.#source.announce) return () => Promise.resolve()
    this.#listeners++
    this.#session ??= this.#open()
    const session = await this.#session
    await Promise.allSettled(
      uris.map((uri) => session?.request('resources/subscribe', { uri }).answer ?? Promise.resolve()),
    )
    return async () => {
      if (--this.#listeners > 0) return
      const last = this.#session
      this.#session = undefined
      await (await last)?.close()
    }
  }

  /** A factory that fails now may not the next time. */
  async #open(): Promise<HiddenSession | undefined> {
    const session = new HiddenSession({
      name: 'fastmcp',
      version: '0.0.0',
      capabilities: {},
      onAsk: () => Promise.reject(new Error('there is no client to ask')),
      onNotification: (method, params) => {
        const change = listChangeIn({ jsonrpc: '2.0', method, ...(params && { params }) })
        if (change) this.#source.announce?.(change)
      },
    })
    try {
      await session.open(await this.#source.open({ era: 'legacy', longLived: true }))
      return session
    } catch {
      this.#session = undefined
      return undefined
    }
  }
}
