import { createHash } from 'node:crypto'
import { jsonText } from '../../protocol/json-text.ts'
import {
  errorCodes,
  isRecord,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
} from '../../protocol/jsonrpc.ts'

/** What tells of a change in a list. */
export type ListKind = 'tools' | 'prompts' | 'resources'

const lists: ReadonlyMap<string, { field: string; kind: ListKind }> = new Map([
  ['tools/list', { field: 'tools', kind: 'tools' }],
  ['prompts/list', { field: 'prompts', kind: 'prompts' }],
  ['resources/list', { field: 'resources', kind: 'resources' }],
  ['resources/templates/list', { field: 'resourceTemplates', kind: 'resources' }],
])

/** The methods by which clients see what a server offers. */
export const listMethods: readonly string[] = [...lists.keys()]

/** What a client says with these is kept; everything else passes without a look. */
export const keptMethods: ReadonlySet<string> = new Set([
  'initialize',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  ...listMethods,
])

/** What a client has seen, by method: how many pages of that list, and a digest of them, as `1.digest`. */
export type Seen = Readonly<Record<string, string>>

/** Asks the server for a page of a list. */
export type AskPage = (method: string, params: Params) => Promise<JsonRpcResponse | undefined>

/** Digests of what a client has seen of the lists of its server, so that it can be told when they are others. */
export class SeenLists {
  #seen: Seen = {}

  /** What is kept of it; nothing for a client that has seen no list. */
  get record(): { seen?: Seen } {
    return Object.keys(this.#seen).length === 0 ? {} : { seen: this.#seen }
  }

  /** What it had seen, as has been kept. */
  putBack(seen: unknown): void {
    if (!isRecord(seen)) return
    const known = Object.entries(seen).filter(
      ([method, digest]) => lists.has(method) && typeof digest === 'string',
    )
    this.#seen = { ...this.#seen, ...Object.fromEntries(known) } as Seen
  }

  /**
   * The client sees this page.
   * @param always whether another process may have shown it another meanwhile.
   * @returns what it has seen by then, unless it knew.
   */
  note(
    { method, params }: Pick<JsonRpcRequest, 'method' | 'params'>,
    result: Params,
    always = false,
  ): Seen | undefined {
    const before = this.#seen[method]
    const after = withPage(method, params?.cursor === undefined ? undefined : before, result)
    if (after === before && !always) return undefined
    this.#seen = { ...this.#seen, [method]: after }
    return { [method]: after }
  }

  /**
   * Compares what it has seen with what the server lists now, of which it counts as told from then on.
   * @returns the lists that are others, as they are now; those that the server does not tell are left out.
   */
  async renew(ask: AskPage): Promise<Seen> {
    const news: Record<string, string> = {}
    for (const method of Object.keys(this.#seen)) {
      const now = await listedNow(method, Number.parseInt(this.#seen[method] ?? '', 10), ask)
      // Read again, because the client may have asked for the list meanwhile.
      if (now !== undefined && now !== this.#seen[method]) news[method] = now
    }
    this.#seen = { ...this.#seen, ...news }
    return news
  }
}

/** What changes with the list of this method. */
export const kindOf = (method: string): ListKind | undefined => lists.get(method)?.kind

/** What changes with these lists, each once. */
export const kindsOf = (seen: Seen): Set<ListKind> =>
  new Set(Object.keys(seen).flatMap((method) => kindOf(method) ?? []))

/**
 * A digest of so many pages of a list, as the server gives them now.
 * @returns nothing when it does not answer.
 */
export async function listedNow(method: string, pages: number, ask: AskPage): Promise<string | undefined> {
  let listed: string | undefined
  let cursor: unknown
  for (let page = 0; page < pages; page++) {
    const answer = await ask(method, cursor === undefined ? {} : { cursor })
    const result = answer && resultOf(answer)
    if (!result) return undefined
    listed = withPage(method, listed, result)
    cursor = result.nextCursor
    if (typeof cursor !== 'string') break
  }
  return listed
}

/** A server that no longer knows a list has nothing in it. */
function resultOf(answer: JsonRpcResponse): Params | undefined {
  if ('result' in answer) return answer.result
  return answer.error.code === errorCodes.methodNotFound ? {} : undefined
}

/** Pages that are told apart at the most, of whatever length. */
const pageLimit = 100

/** What has been seen with one page more. The order of entries says nothing. */
function withPage(method: string, before: string | undefined, result: Params): string {
  const [pages = 0, digest = ''] = before === undefined ? [] : [Number.parseInt(before, 10), before]
  if (pages >= pageLimit && before !== undefined) return before
  const entries = result[lists.get(method)?.field ?? '']
  const hash = createHash('sha256').update(digest)
  const texts = Array.isArray(entries) ? entries.map((entry) => String(jsonText(entry))) : []
  for (const text of texts.sort()) hash.update(text).update('\n')
  // Whether more would follow is part of what was seen.
  hash.update(typeof result.nextCursor === 'string' ? 'more' : 'all')
  return `${pages + 1}.${hash.digest('base64url').slice(0, 16)}`
}
