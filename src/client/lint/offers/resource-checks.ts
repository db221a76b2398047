import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { Check, Fault } from '../check.ts'
import { quoted } from '../schema/checks/schema-check.ts'
import { type Item, isOdd } from './item.ts'
import { templateFault, variablesOf } from './uri-template.ts'

/** What is asked of resources and templates. */
export const resourceChecks: readonly Check<Item>[] = [
  {
    name: 'uri-invalid',
    level: 'warning',
    clients: ['clients that validate'],
    remedy: 'begin with a scheme, such as notes://',
    find: ({ kind, entry: { uri } }) =>
      kind === 'resource' && typeof uri === 'string' && !URL.canParse(uri)
        ? 'the address is not a URI'
        : undefined,
  },
  {
    name: 'template-invalid',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'correct it by RFC 6570',
    find: ({ entry: { uriTemplate: text } }) => (typeof text === 'string' ? templateFault(text) : undefined),
  },
  {
    name: 'template-constant',
    level: 'warning',
    clients: [],
    remedy: 'list it as a resource, or add a variable such as {id}',
    find: ({ entry: { uriTemplate: text } }) =>
      typeof text === 'string' && templateFault(text) === undefined && variablesOf(text).length === 0
        ? 'the template has no variables'
        : undefined,
  },
  {
    name: 'mime-type',
    level: 'warning',
    clients: [],
    effect: 'ignored',
    remedy: 'write type/subtype, such as text/markdown',
    find: ({ entry: { mimeType: type } }) =>
      typeof type === 'string' && !mimeType.test(type)
        ? { at: ['mimeType'], text: `is ${quoted(type)}, which is not a media type` }
        : undefined,
  },
  {
    name: 'size-form',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'write the bytes as a number, or leave it out; until then they lose every resource',
    find: ({ entry }) =>
      isOdd(entry.size, 'number')
        ? { at: ['size'], text: `is ${quoted(entry.size)}, which must be a number` }
        : undefined,
  },
  {
    name: 'resource-annotations',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'correct it, or leave it out; until then they lose every resource',
    find: ({ entry: { annotations } }) => {
      if (annotations === undefined) return undefined
      if (!isRecord(annotations))
        return { at: ['annotations'], text: `is ${quoted(annotations)} and not an object` }
      return annotationFaults(annotations)
    },
  },
]

/** RFC 6838, section 4.2, with parameters. */
const mimeType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w!#$&^.+-]+=(?:[\w!#$&^.+:/-]+|"[^"]*"))*$/

function annotationFaults({ audience, priority, lastModified }: Record<string, unknown>): Fault[] {
  const faults: [string, boolean, unknown, string][] = [
    ['audience', isAudience(audience), audience, 'a list of "user" and "assistant"'],
    ['priority', isPriority(priority), priority, 'a number from 0 to 1'],
    ['lastModified', isMoment(lastModified), lastModified, 'a time such as 2025-01-12T15:00:58Z'],
  ]
  return faults
    .filter(([, isFine, value]) => value !== undefined && !isFine)
    .map(([key, , value, form]) => ({
      at: ['annotations', key],
      text: `is ${quoted(value)}, which must be ${form}`,
    }))
}

const isAudience = (value: unknown) =>
  Array.isArray(value) && value.every((one) => one === 'user' || one === 'assistant')
const isPriority = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1
const isMoment = (value: unknown) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(value)
