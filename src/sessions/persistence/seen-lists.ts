import { createHash } from 'node:crypto'
import { jsonText } from '../../protocol/json-text.ts'
import {
  errorCodes,
  isRecord,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
} from '../../protocol/jsonrpc.ts'

/** The kinds of list change notifications. */
export type ListKind = 'tools' | 'prompts' | 'resources'

const lists: ReadonlyMap<string, { field: string; kind: ListKind }> = new Map([
  ['tools/list', { field: 'tools', kind: 'tools' }],
  ['prompts/list', { field: 'prompts', kind: 'prompts' }],
  ['resources/list', { field: 'resources', kind: 'resources' }],
  ['resources/templates/list', { field: 'resourceTemplates', kind: 'resources' }],
])

/** The methods by which clients see what a server offers. */
export const listMethods: readonly string[] = [...lists.keys()]

/** Client messages that are recorded; all others pass unexamined. */
export const recordedMethods: ReadonlySet<string> = new Set([
  'initialize',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  ...listMethods,
])

/** What a client has seen, by method: the number of pages of that list and their digest, as `1.digest`. */
export type Seen = Readonly<Record<string, string>>

/** Requests a page of a list from the server. */
export type AskPage = (method: string, params: Params) => Promise<JsonRpcResponse | undefined>

/** Digests of the lists that a client has seen, so that it can be notified when they change. */
export class SeenLists {
  #seen: Seen = {}

  /** The part of the session record; empty for a client that has seen no list. */
  get record(): { seen?: Seen } {
    return Object.keys(this.#seen).length === 0 ? {} : { seen: this.#seen }
  }

  /** Restores it from the record. */
  restore(seen: unknown): void {
    if (!isRecord(seen)) return
    const known = Object.entries(seen).filter(
      ([method, digest]) => lists.has(method) && typeof digest === 'string',
    )
    this.#seen = { ...this.#seen, ...Object.fromEntries(known) } as Seen
  }

  /**
   * Records that the client sees this page.
   * @param always whether another process may have shown it a different one meanwhile.
   * @returns the new digests, if they changed.
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
   * Compares the lists that were seen with the current ones, which count as seen from then on.
   * @returns digests of the changed lists; lists that the server does not return are left out.
   */
  async renew(ask: AskPage): Promise<Seen> {
    const news: Record<string, string> = {}
    for (const method of Object.keys(this.#seen)) {
      const now = await listedNow(method, Number.parseInt(this.#seen[method] ?? '', 10), ask)
      // Read again, because the client may have requested the list meanwhile.
      if (now !== undefined && now !== this.#seen[method]) news[method] = now
    }
    this.#seen = { ...this.#seen, ...news }
    return news
  }
}

/** The kind of list that this method returns. */
export const kindOf = (method: string): ListKind | undefined => lists.get(method)?.kind

/** The kinds of these lists, without duplicates. */
export const kindsOf = (seen: Seen): Set<ListKind> =>
  new Set(Object.keys(seen).flatMap((method) => kindOf(method) ?? []))

/**
 * The digest of that many pages of a current list.
 * @returns undefined if the server does not answer.
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

/** A list that the server no longer supports counts as empty. */
function resultOf(answer: JsonRpcResponse): Params | undefined {
  if ('result' in answer) return answer.result
  return answer.error.code === errorCodes.methodNotFound ? {} : undefined
}

/** Maximum pages that are digested. */
const pageLimit = 100

/** The digest with one more page. The order of entries does not matter. */
function withPage(method: string, before: string | undefined, result: Params): string {
  const [pages = 0, digest = ''] = before === undefined ? [] : [Number.parseInt(before, 10), before]
  if (pages >= pageLimit && before !== undefined) return before
  const entries = result[lists.get(method)?.field ?? '']
  const hash = createHash('sha256').update(digest)
  const texts = Array.isArray(entries) ? entries.map((entry) => String(jsonText(entry))) : []
  for (const text of texts.sort()) hash.update(text).update('\n')
  // Whether there are more pages is part of what was seen.
  hash.update(typeof result.nextCursor === 'string' ? 'more' : 'all')
  return `${pages + 1}.${hash.digest('base64url').slice(0, 16)}`
}
