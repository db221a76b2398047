import type { ServerSource } from '../../protocol/source.ts'
import { listedNow, listMethods, type Seen } from '../../sessions/persistence/seen-lists.ts'
import { inspectServer } from '../bridge/hidden-session.ts'

/** Milliseconds that a server gets to list what it offers, which happens in the background. */
const limit = 60_000

/** Maximum pages of a list. */
const pageLimit = 100

/** Digests of a server's lists, by method; undefined if it does not respond in time. */
export const listedOffer = (source: ServerSource): Promise<Seen | undefined> =>
  inspectServer(source, limit, async (session) => {
    const lists: Record<string, string> = {}
    const answer = async (method: string, params: Record<string, unknown>) => {
      // A list that the server does not support counts as empty.
      const result = await session.request(method, params).answer.catch(() => ({}))
      return { jsonrpc: '2.0', id: 0, result } as const
    }
    for (const method of listMethods) lists[method] = (await listedNow(method, pageLimit, answer)) ?? ''
    return lists
  })
