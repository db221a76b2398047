import { jsonText } from '../../protocol/json-text.ts'
import {
  errorCodes,
  isRecord,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
  wordOf,
} from '../../protocol/jsonrpc.ts'
import { entriesOf } from '../../protocol/list-pages.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { type HiddenSession, inspectServer } from '../../serve/bridge/hidden-session.ts'

export const listKinds = ['tools', 'prompts', 'resources'] as const
export type ListKind = (typeof listKinds)[number]

/** Everything that a server lists, each entry as JSON by its name, to compare generations. */
export type Offer = Record<ListKind, [name: string, json: string][]>

/** A server's capabilities and lists. */
export interface Survey {
  /** Names, including extensions. */
  capabilities: string[]
  offer: Offer
  /** Whether it completed in time; otherwise missing entries may still exist. */
  complete: boolean
}

/** The visible difference between two generations. */
export interface OfferChange {
  kinds: ReadonlySet<ListKind>
  /** `+added`, `~changed` and `−removed`, for the terminal. */
  words: string[]
}

/**
 * Default milliseconds for a survey. Generous, because later entries are missing for clients, even if just the machine
 * is busy.
 */
export const surveyLimit = 10_000

const lists: Record<ListKind, readonly [method: string, field: string, key: string][]> = {
  tools: [['tools/list', 'tools', 'name']],
  prompts: [['prompts/list', 'prompts', 'name']],
  resources: [
    ['resources/list', 'resources', 'uri'],
    ['resources/templates/list', 'resourceTemplates', 'uriTemplate'],
  ],
}

/**
 * Requests all lists of a server as a client would. A list that does not arrive in time is left out.
 * @param limit milliseconds; `Infinity` for none.
 */
export async function surveyOf(source: ServerSource, limit: number): Promise<Survey> {
  const offer: Offer = { tools: [], prompts: [], resources: [] }
  const found: string[] = []
  const survey = async (session: HiddenSession, { capabilities }: Params) => {
    const named: Record<string, unknown> = isRecord(capabilities) ? capabilities : {}
    found.push(...Object.keys(named), ...(isRecord(named.extensions) ? Object.keys(named.extensions) : []))
    for (const kind of listKinds) {
      if (!found.includes(kind)) continue
      for (const list of lists[kind]) {
        offer[kind].push(...(await readList(session, list).catch(() => [])))
      }
    }
    return true
  }
  // An error counts as complete: there will be nothing more.
  const done = await inspectServer(source, limit, survey).catch(() => true)
  return { capabilities: found, offer, complete: done ?? false }
}

/** The offer of a generation; if its survey timed out, that of the previous one. */
export const knownOffer = (now: Pick<Survey, 'offer' | 'complete'>, before: Offer | undefined): Offer =>
  now.complete || !before ? now.offer : before

/** @param dirty kinds of lists that changed while the earlier generation was running. */
export function compareOffers(before: Offer, after: Offer, dirty: ReadonlySet<ListKind>): OfferChange {
  const kinds = new Set(dirty)
  const words: string[] = []
  for (const kind of listKinds) {
    const [old, now] = [new Map(before[kind]), new Map(after[kind])]
    const added = [...now.keys()].filter((name) => !old.has(name)).map((name) => `+${name}`)
    const changed = [...now].filter(([name, json]) => old.has(name) && old.get(name) !== json)
    const removed = [...old.keys()].filter((name) => !now.has(name)).map((name) => `−${name}`)
    const all = [...added, ...changed.map(([name]) => `~${name}`), ...removed]
    if (all.length > 0) kinds.add(kind)
    words.push(...all)
  }
  return { kinds, words }
}

/**
 * Changes the `initialize` result to announce `listChanged` for every list. Clients read capabilities only once, so the
 * first prompt of a server that had none would otherwise never be seen.
 */
export function advertised(request: JsonRpcRequest, response: JsonRpcResponse): JsonRpcResponse {
  if (request.method !== 'initialize' || !('result' in response)) return response
  const given = isRecord(response.result.capabilities) ? response.result.capabilities : {}
  const capabilities: Record<string, unknown> = { ...given }
  for (const kind of listKinds) {
    const own = isRecord(given[kind]) ? given[kind] : {}
    capabilities[kind] = { ...own, listChanged: true }
  }
  return { ...response, result: { ...response.result, capabilities } }
}

/** An unsupported list becomes an empty one. */
export function emptyList(request: JsonRpcRequest, response: JsonRpcResponse): JsonRpcResponse {
  const empty = emptyLists.get(request.method)
  if (!empty || !('error' in response) || response.error.code !== errorCodes.methodNotFound) return response
  return { jsonrpc: '2.0', id: request.id, result: empty }
}

async function readList(
  session: HiddenSession,
  [method, field, key]: readonly [string, string, string],
): Promise<[string, string][]> {
  const entries = await entriesOf(field, (params) => session.request(method, params).answer)
  return entries.map((entry) => [wordOf(entry[key]), jsonText(entry)])
}

const emptyLists: ReadonlyMap<string, Record<string, unknown>> = new Map(
  Object.values(lists).flatMap((all) =>
    all.map(([method, field]): [string, Record<string, unknown>] => [method, { [field]: [] }]),
  ),
)
