import type { ListName } from '../../read-list.ts'
import type { Check } from '../check.ts'
import { twice } from '../schema/checks/enum-checks.ts'
import { type Item, type Kind, nameOf } from './item.ts'

/** All that a server offers. */
export type Lists = Readonly<Record<ListName, readonly Item[]>>

/** Tools that OpenAI and VS Code take in one request, and that Cursor takes of all servers together. */
const most = { request: 128, cursor: 40 }

/** What is asked of the lists as a whole. */
export const listChecks: readonly Check<Lists>[] = [
  {
    name: 'too-many-tools',
    level: 'error',
    clients: ['OpenAI', 'VS Code'],
    remedy: `offer at most ${most.request}, or several servers`,
    find: ({ tools }) =>
      tools.length > most.request ? `${tools.length} tools are more than one request may have` : undefined,
  },
  {
    name: 'many-tools',
    level: 'warning',
    clients: ['Cursor'],
    effect: 'dropped',
    remedy: `offer at most ${most.cursor}: models choose worse among many, too`,
    find: ({ tools }) =>
      tools.length > most.cursor && tools.length <= most.request
        ? `${tools.length} tools are more than the first ${most.cursor}`
        : undefined,
  },
]

/** The names that stand more than once in their list. */
export const duplicates = (items: readonly Item[]): { subject: string; kind: Kind }[] =>
  twice(items.map(nameOf).filter((name) => name !== undefined)).map((name) => {
    const kind = items[0]?.kind ?? 'tool'
    return { subject: `${kind} ${String(name)}`, kind }
  })
