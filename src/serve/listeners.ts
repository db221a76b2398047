import { sessionLimits } from '../sessions/session-quota.ts'

/** Subscriptions of the modern era, each an open stream of one client, as many as there may be sessions. */
export class Listeners {
  readonly #most: number
  /** The one that has listened longest comes first. */
  readonly #open = new Set<AbortController>()

  constructor(most: number) {
    this.#most = most
  }

  /**
   * One more; beyond the limit the one that has listened longest ends, whose client may begin again.
   * @param left ends the stream, and is aborted when it has ended.
   */
  add(left: AbortController): void {
    if (left.signal.aborted) return
    this.#open.add(left)
    left.signal.addEventListener('abort', () => this.#open.delete(left), { once: true })
    const [oldest] = this.#open
    if (this.#open.size > this.#most) oldest?.abort()
  }
}

/** Why nobody may listen to these resources; nothing when somebody may. */
export function listeningFault(uris: readonly string[]): string | undefined {
  const { subscriptions, uris: most } = sessionLimits
  const size = uris.reduce((sum, uri) => sum + uri.length, 0)
  if (uris.length <= subscriptions && size <= most) return undefined
  return `a client may listen to ${subscriptions} resources at once, and to 1 MiB of URIs`
}
