import { isRecord } from '../../protocol/jsonrpc.ts'
import { sessionKey } from '../session-key.ts'
import type { RecordChange } from '../siblings.ts'
import type { SessionRecord } from '../store.ts'
import type { Seal } from './seal.ts'

/** The version of the field format. */
const version = '1'

const subscription = 'u:'

/** Prefix of the fields for seen lists, by method. */
const list = 'e:'

/**
 * A record as the fields of a Redis hash. Everything that changes has its own field, so that concurrent writes do not
 * undo each other.
 * @param about the key of the hash.
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
 * @returns undefined if there is no record, or only fields that were written after it was deleted.
 * @throws Error for one of an incompatible version, or encrypted with another key.
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

/** The digests of seen lists, which need no encryption. */
export const seenFields = (seen: object): Record<string, string> =>
  Object.fromEntries(Object.entries(seen).map(([method, digest]) => [`${list}${method}`, String(digest)]))

/** The field that a change sets or removes. */
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

/** The field name of a `ctx.state` value: a digest, because names may be long and confidential. */
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
