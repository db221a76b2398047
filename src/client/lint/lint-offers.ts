import { isRecord } from '../../protocol/jsonrpc.ts'
import type { Era } from '../../protocol/source.ts'
import { type ListName, listMethods } from '../read-list.ts'
import { type Check, findingsOf } from './check.ts'
import type { Finding } from './finding.ts'
import { iconChecks } from './offers/icon-checks.ts'
import { type Item, itemsOf } from './offers/item.ts'
import { itemChecks } from './offers/item-checks.ts'
import { duplicates, listChecks } from './offers/list-checks.ts'
import { metaChecks } from './offers/meta-checks.ts'
import { promptChecks } from './offers/prompt-checks.ts'
import { resourceChecks } from './offers/resource-checks.ts'
import { toolChecks } from './offers/tool-checks.ts'
import { refusalFindings } from './refusal.ts'
import { lintSchema } from './schema/lint-schema.ts'

/** What a server offers, as it was on the wire, and why the official client did not take a list. */
export interface RawOffers {
  /** The name that the server introduces itself with. */
  readonly server: string | undefined
  /** In which it was asked. */
  readonly era: Era
  readonly lists: Readonly<Record<ListName, readonly unknown[]>>
  readonly refusals: Readonly<Partial<Record<ListName, string>>>
}

/** Checks all that a server offers against what clients and models' providers reject. */
export function lintOffers({ server, era, lists, refusals }: RawOffers): Finding[] {
  const items = {
    tools: itemsOf('tools', lists.tools, server),
    prompts: itemsOf('prompts', lists.prompts, server),
    resources: itemsOf('resources', lists.resources, server),
    resourceTemplates: itemsOf('resourceTemplates', lists.resourceTemplates, server),
  }
  return [
    ...findingsOf(listChecks, items, { subject: 'server', path: '' }),
    ...listNames.flatMap((list) => {
      const found = [...lintDuplicates(items[list]), ...items[list].flatMap(lintItem)].filter(
        ({ check }) => era === 'legacy' || !ofLegacy.has(check),
      )
      return [...found, ...refusalFindings(listMethods[list], refusals[list], found)]
    }),
  ]
}

const listNames = ['tools', 'prompts', 'resources', 'resourceTemplates'] as const

/** What is a fault until 2025-11-25 alone; what SDK v2 shows to clients of then is another list. */
const ofLegacy = new Set(['output-not-object', 'task-support'])

/** The checks of each kind of entry, beside those of its schemas. */
export const checksOf: Readonly<Record<Item['kind'], readonly Check<Item>[]>> = {
  tool: [...itemChecks, ...toolChecks, ...iconChecks, ...metaChecks],
  prompt: [...itemChecks, ...promptChecks, ...iconChecks, ...metaChecks],
  resource: [...itemChecks, ...resourceChecks, ...iconChecks, ...metaChecks],
  template: [...itemChecks, ...resourceChecks, ...iconChecks, ...metaChecks],
}

function lintItem(item: Item): Finding[] {
  const { kind, value, entry, subject } = item
  const found = findingsOf(checksOf[kind], item, { subject, path: '' })
  if (kind !== 'tool' || !isRecord(value)) return found
  const { inputSchema: input, outputSchema: output } = entry
  const schemas = [
    ...(isRecord(input) ? lintSchema(input, 'input', { subject, path: '/inputSchema' }) : []),
    ...(isRecord(output) ? lintSchema(output, 'output', { subject, path: '/outputSchema' }) : []),
  ]
  return [...found, ...schemas]
}

const lintDuplicates = (items: readonly Item[]): Finding[] =>
  duplicates(items).map(({ subject, kind }) => ({
    level: 'error',
    check: 'name-twice',
    subject,
    path: '',
    text: `there is more than one ${kind} of this name`,
    clients: [],
    remedy: 'rename one: a client can only mean one of them',
  }))
