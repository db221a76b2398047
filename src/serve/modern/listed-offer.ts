import type { ServerSource } from '../../protocol/source.ts'
import { listedNow, listMethods, type Seen } from '../../sessions/kept/seen-lists.ts'
import { lookAt } from '../bridge/hidden-session.ts'

/** Milliseconds that a server gets to list what it has, for which nobody waits. */
const limit = 60_000

/** Pages of a list at the most. */
const pageLimit = 100

/** What a server lists to a client that only looks, as digests by method; nothing where it does not say in time. */
export const listedOffer = (source: ServerSource): Promise<Seen | undefined> =>
  lookAt(source, limit, async (session) => {
    const lists: Record<string, string> = {}
    const answer = async (method: string, params: Record<string, unknown>) => {
      // A list that the server does not know is empty.
      const result = await session.request(method, params).answer.catch(() => ({}))
      return { jsonrpc: '2.0', id: 0, result } as const
    }
    for (const method of listMethods) lists[method] = (await listedNow(method, pageLimit, answer)) ?? ''
    return lists
  })
