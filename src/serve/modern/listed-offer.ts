import { within } from '../../process/clock.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { listedNow, listMethods, type Seen } from '../../sessions/kept/seen-lists.ts'
import { HiddenSession, onlooker } from '../bridge/hidden-session.ts'

/** Milliseconds that a server gets to list what it has, for which nobody waits. */
const limit = 60_000

/** Pages of a list at the most. */
const pageLimit = 100

/** What a server lists to a client that only looks, as digests by method; nothing where it does not say in time. */
export async function listedOffer(source: ServerSource): Promise<Seen | undefined> {
  const session = new HiddenSession(onlooker)
  const ask = async (method: string, params: Record<string, unknown>) =>
    // A list that the server does not know is empty.
    session.request(method, params).answer.catch(() => ({}))
  const listing = async () => {
    await session.open(await source.open({ era: 'legacy', longLived: false }))
    const lists: Record<string, string> = {}
    for (const method of listMethods) {
      const answer = async (page: string, params: Record<string, unknown>) =>
        ({ jsonrpc: '2.0', id: 0, result: await ask(page, params) }) as const
      lists[method] = (await listedNow(method, pageLimit, answer)) ?? ''
    }
    return lists
  }
  try {
    return await within(listing(), limit, undefined)
  } finally {
    void session.close().catch(() => undefined)
  }
}
