import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { ListName } from '../../read-list.ts'

export type Kind = 'tool' | 'prompt' | 'resource' | 'template'

/** One entry of a list, whatever it is. */
export interface Item {
  readonly kind: Kind
  readonly value: unknown
  /** The value, or nothing where it is no object. */
  readonly entry: Readonly<Record<string, unknown>>
  /** How it is called in a finding. */
  readonly subject: string
  /** The name of the server it is of, as it introduces itself. */
  readonly server: string | undefined
}

/** By which member an entry is found and named. */
const names = {
  tools: ['tool', 'name'],
  prompts: ['prompt', 'name'],
  resources: ['resource', 'uri'],
  resourceTemplates: ['template', 'uriTemplate'],
} as const satisfies Record<ListName, readonly [Kind, string]>

export function itemsOf(list: ListName, entries: readonly unknown[], server: string | undefined): Item[] {
  const [kind, key] = names[list]
  return entries.map((value, index) => {
    const entry = isRecord(value) ? value : {}
    const name = entry[key]
    const subject = typeof name === 'string' ? `${kind} ${name}` : `${kind} at index ${index}`
    return { kind, value, entry, subject, server }
  })
}

/** The name that clients call it by: a template and a resource by their address. */
export function nameOf({ kind, entry }: Item): string | undefined {
  const key = kind === 'resource' ? 'uri' : kind === 'template' ? 'uriTemplate' : 'name'
  const name = entry[key]
  return typeof name === 'string' ? name : undefined
}

/** Whether it is there and not what it should be. */
export const isOdd = (value: unknown, type: 'string' | 'boolean' | 'number'): boolean =>
  value !== undefined && typeof value !== type
