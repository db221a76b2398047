import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { Check } from '../check.ts'
import { quoted } from '../schema/checks/schema-check.ts'
import { type Item, isOdd } from './item.ts'

/** What is asked of a tool beside its schemas. */
export const toolChecks: readonly Check<Item>[] = [
  {
    name: 'input-missing',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy:
      'write {"type": "object", "properties": {}} where it takes no arguments; until then they lose every tool',
    find: ({ value, entry }) =>
      !isRecord(value) || isRecord(entry.inputSchema)
        ? undefined
        : entry.inputSchema !== undefined
          ? { at: ['inputSchema'], text: `is ${quoted(entry.inputSchema)} and not a schema` }
          : 'has no inputSchema',
  },
  {
    name: 'output-form',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'write a schema, or leave it out; until then they lose every tool',
    find: ({ entry: { outputSchema } }) =>
      outputSchema === undefined || isRecord(outputSchema)
        ? undefined
        : { at: ['outputSchema'], text: `is ${quoted(outputSchema)} and not a schema` },
  },
  {
    name: 'annotations-form',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'write an object of hints, or leave it out; until then they lose every tool',
    find: ({ entry: { annotations } }) =>
      annotations === undefined || isRecord(annotations)
        ? undefined
        : { at: ['annotations'], text: `is ${quoted(annotations)} and not an object` },
  },
  {
    name: 'annotation-type',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'write true or false, and the title as a text; until then they lose every tool',
    find: ({ entry: { annotations } }) =>
      isRecord(annotations)
        ? [...hints.map((hint) => [hint, 'boolean'] as const), ['title', 'string'] as const]
            .filter(([key, type]) => isOdd(annotations[key], type))
            .map(([key, type]) => ({
              at: ['annotations', key],
              text: `is ${quoted(annotations[key])}, which must be a ${type}`,
            }))
        : undefined,
  },
  {
    name: 'annotations-opposed',
    level: 'warning',
    clients: [],
    remedy: 'leave destructiveHint out of a tool that only reads',
    find: ({ entry: { annotations } }) =>
      isRecord(annotations) && annotations.readOnlyHint === true && annotations.destructiveHint === true
        ? { at: ['annotations'], text: 'says that the tool only reads and that it destroys' }
        : undefined,
  },
  {
    name: 'task-support',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'write required, optional or forbidden; until then they lose every tool',
    find: ({ entry: { execution } }) => {
      if (execution === undefined) return undefined
      if (!isRecord(execution))
        return { at: ['execution'], text: `is ${quoted(execution)} and not an object` }
      const { taskSupport: support } = execution
      return support === undefined || ['required', 'optional', 'forbidden'].some((one) => one === support)
        ? undefined
        : { at: ['execution', 'taskSupport'], text: `is ${quoted(support)}` }
    },
  },
]

const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const
