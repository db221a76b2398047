import { isRecord, type JsonRpcNotification, type Params } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'

const listChanges: ReadonlyMap<string, 'tools' | 'prompts' | 'resources'> = new Map([
  ['notifications/tools/list_changed', 'tools'],
  ['notifications/prompts/list_changed', 'prompts'],
  ['notifications/resources/list_changed', 'resources'],
])

/** The notification of a change in one resource. */
const updated = 'notifications/resources/updated'

/** Whether a notification announces a change, which concerns more clients than the one being served. */
export const tellsOfChange = (method: string): boolean => listChanges.has(method) || method === updated

/** The change that a notification announces, if any. */
export function changeIn({ method, params }: { method: string; params?: Params }): Change | undefined {
  const kind = listChanges.get(method)
  if (kind) return { kind }
  const uri = params?.uri
  return method === updated && typeof uri === 'string' ? { kind: 'resource', uri } : undefined
}

/** The notification that announces a change. */
export const messageOfChange = (change: Change): JsonRpcNotification =>
  change.kind === 'resource'
    ? { jsonrpc: '2.0', method: updated, params: { uri: change.uri } }
    : { jsonrpc: '2.0', method: `notifications/${change.kind}/list_changed` }

/**
 * Marks log messages that belong to no call. A registered symbol, so that several copies of this package share it; JSON
 * omits it.
 */
const everywhere = Symbol.for('fastmcp.everywhere')

/**
 * Marks the parameters of a log message that belongs to no call: if several processes run the same code, each of them
 * logs it.
 */
export const saidEverywhere = (params: unknown): Record<string, unknown> => ({
  ...(isRecord(params) ? params : {}),
  [everywhere]: true,
})

export const isSaidEverywhere = (params: object | undefined): boolean =>
  params !== undefined && Reflect.get(params, everywhere) === true

/** Notifications for one client only; with several connected, the recipient is unknown and they are dropped. */
export const privateNotifications: ReadonlySet<string> = new Set([
  'notifications/progress',
  'notifications/cancelled',
])

/** Why a request that belongs to no call cannot be sent to a client. */
export const noClientFor = (method: string, count: number): string =>
  `${method} needs one client to go to, but ${count} are connected: send it from inside a handler`
