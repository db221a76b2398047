import { isRecord } from '../../protocol/jsonrpc.ts'
import { sessionKey } from '../session-key.ts'
import type { RecordChange } from '../siblings.ts'
import type { SessionRecord } from '../store.ts'
import type { Seal } from './seal.ts'

/** The version of what the fields hold. */
const version = '1'

const subscription = 'u:'

/** What the client has seen of a list, by its method. */
const list = 'e:'

/**
 * A record as fields of a hash. What changes has a field of its own, so that of two processes that write at once neither
 * undoes what the other has written.
 * @param about the key that they stand under.
 */
export function recordFields(record: SessionRecord, seal: Seal, about: string): Record<string, string> {
  const { level, subscriptions, seen = {}, ...rest } = record
  const fields: Record<string, string> = { v: version, r: seal.close(JSON.stringify(rest), about) }
  Object.assign(fields, seenFields(seen))
  if (level !== undefined) fields.l = seal.close(JSON.stringify(level), about)
  for (const uri of subscriptions) fields[fieldOf(uri)] = seal.close(uri, about)
  return fields
}

/**
 * @returns nothing where there is no record, or only what was written after it had gone.
 * @throws Error for one that this version cannot read, or that another key has sealed.
 */
export function recordIn(
  fields: Readonly<Record<string, string>>,
  seal: Seal,
  about: string,
): SessionRecord | undefined {
  if (fields.r === undefined) return undefined
  if (fields.v !== version) throw new Error(`the session was kept by another version (${fields.v})`)
  const rest: unknown = JSON.parse(seal.open(fields.r, about))
  if (!isRecord(rest) || !isRecord(rest.initialize)) throw new Error('what is kept is not a session')
  const subscriptions = Object.entries(fields)
    .filter(([name]) => name.startsWith(subscription))
    .map(([, uri]) => seal.open(uri, about))
  const seen = Object.entries(fields)
    .filter(([name]) => name.startsWith(list))
    .map(([name, digest]) => [name.slice(list.length), digest] as const)
  const level: unknown = fields.l === undefined ? undefined : JSON.parse(seal.open(fields.l, about))
  return { ...(rest as unknown as SessionRecord), level, subscriptions, seen: Object.fromEntries(seen) }
}

/** What the client has seen of each list: digests, which say nothing to whoever reads them. */
export const seenFields = (seen: object): Record<string, string> =>
  Object.fromEntries(Object.entries(seen).map(([method, digest]) => [`${list}${method}`, String(digest)]))

/** What one change does to the fields: which one is set, or removed. */
export function changedField(
  { method, params }: RecordChange,
  seal: Seal,
  about: string,
): { name: string; value: string | undefined } {
  if (method === 'logging/setLevel')
    return { name: 'l', value: seal.close(JSON.stringify(params?.level ?? null), about) }
  const uri = String(params?.uri)
  return {
    name: fieldOf(uri),
    value: method === 'resources/subscribe' ? seal.close(uri, about) : undefined,
  }
}

/** A value of `ctx.state` as a field: names are digests, because they may be long and say something. */
export const stateField = (name: string): string => sessionKey(`state ${name}`)

export const stateValue = (name: string, text: string, seal: Seal, about: string): string =>
  seal.close(JSON.stringify([name, text]), about)

export function stateIn(
  fields: Readonly<Record<string, string>>,
  seal: Seal,
  about: string,
): (readonly [name: string, text: string])[] {
  return Object.values(fields).map((value) => JSON.parse(seal.open(value, about)) as [string, string])
}

const fieldOf = (uri: string) => `${subscription}${sessionKey(uri)}`
