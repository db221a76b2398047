import { within } from '../../process/clock.ts'
import type { Change, ServerSource } from '../../protocol/source.ts'
import type { Keeping } from '../../sessions/kept/keeping.ts'
import { kindsOf, type ListKind, listedNow, listMethods, type Seen } from '../../sessions/kept/seen-lists.ts'
import { HiddenSession, onlooker } from '../bridge/hidden-session.ts'

/** Milliseconds that a server gets to list what it has, for which nobody waits. */
const listLimit = 60_000

/** Seconds in which those who had listened have come back: whoever begins to listen later has seen what there is. */
const returnLimit = 120

/** Pages of a list at the most. */
const pageLimit = 100

/**
 * What has changed since the process before this one, for clients that listen without a session: their streams have
 * ended with it, and nothing tells who they were. So each subscription that begins soon after is told once.
 */
export class OfferNews {
  readonly #source: ServerSource
  readonly #keeping: Keeping
  /** Whether it has been found out. */
  #known: Promise<boolean> | undefined
  /** When each kind of list was last another than before, in seconds since 1970. */
  #changed: Readonly<Record<string, number>> = {}

  constructor(source: ServerSource, keeping: Keeping) {
    this.#source = source
    this.#keeping = keeping
    // What they are told meanwhile is no news to whoever comes back.
    source.onChange(({ kind }) => {
      if (this.#known && kind !== 'resource') this.#known = this.#known.then(() => this.#compare(false))
    })
  }

  /** Changes that whoever begins to listen now may not have heard of. */
  async forListener(): Promise<Change[]> {
    this.#known ??= this.#compare(true)
    // A server that did not say in time is asked again for the next.
    if (!(await this.#known)) this.#known = undefined
    const since = seconds() - returnLimit
    const kinds = Object.entries(this.#changed).filter(([, at]) => at >= since)
    return kinds.map(([kind]) => ({ kind: kind as ListKind }))
  }

  async #compare(isNews: boolean): Promise<boolean> {
    const [before, now] = await Promise.all([this.#keeping.offered(), this.#listed()]).catch(() => [])
    if (!now) return false
    const others = Object.fromEntries(
      Object.entries(now).filter(([method, list]) => before?.seen[method] !== list),
    )
    const marks = isNews && before ? [...kindsOf(others)].map((kind) => [kind, seconds()]) : []
    this.#changed = { ...before?.changed, ...Object.fromEntries(marks) }
    if (Object.keys(others).length > 0) await this.#keeping.saveOffered({ seen: now, changed: this.#changed })
    return true
  }

  /** What the server lists; nothing where it does not say in time. */
  async #listed(): Promise<Seen | undefined> {
    const session = new HiddenSession(onlooker)
    const ask = async (method: string, params: Record<string, unknown>) =>
      // A list that the server does not know is empty.
      session.request(method, params).answer.catch(() => ({}))
    const listing = async () => {
      await session.open(await this.#source.open({ era: 'legacy', longLived: false }))
      const lists: Record<string, string> = {}
      for (const method of listMethods) {
        const answer = async (page: string, params: Record<string, unknown>) =>
          ({ jsonrpc: '2.0', id: 0, result: await ask(page, params) }) as const
        lists[method] = (await listedNow(method, pageLimit, answer)) ?? ''
      }
      return lists
    }
    try {
      return await within(listing(), listLimit, undefined)
    } finally {
      void session.close().catch(() => undefined)
    }
  }
}

const seconds = () => Math.floor(Date.now() / 1000)
