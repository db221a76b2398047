import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { Check } from '../check.ts'
import { twice } from '../schema/checks/enum-checks.ts'
import { quoted } from '../schema/checks/schema-check.ts'
import { type Item, isOdd } from './item.ts'

/** What is asked of a prompt. */
export const promptChecks: readonly Check<Item>[] = [
  {
    name: 'prompt-arguments-form',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'list objects with a name; until then they lose every prompt',
    find: ({ entry: { arguments: args } }) => {
      if (args === undefined) return undefined
      if (!Array.isArray(args)) return { at: ['arguments'], text: `is ${quoted(args)} and not a list` }
      return args.flatMap((arg: unknown, index) =>
        isRecord(arg) && typeof arg.name === 'string'
          ? []
          : [{ at: ['arguments', index], text: 'has no name' }],
      )
    },
  },
  {
    name: 'prompt-argument-type',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy:
      'write required as true or false, and the description as a text; until then they lose every prompt',
    find: ({ entry }) =>
      argumentsOf(entry).flatMap(([index, arg]) =>
        (
          [
            ['required', 'boolean'],
            ['description', 'string'],
            ['title', 'string'],
          ] as const
        )
          .filter(([key, type]) => isOdd(arg[key], type))
          .map(([key, type]) => ({
            at: ['arguments', index, key],
            text: `is ${quoted(arg[key])}, which must be a ${type}`,
          })),
      ),
  },
  {
    name: 'prompt-arguments-twice',
    level: 'error',
    clients: [],
    remedy: 'rename one: only one of them can be sent',
    find: ({ entry }) =>
      twice(argumentsOf(entry).flatMap(([, arg]) => (typeof arg.name === 'string' ? [arg.name] : []))).map(
        (name) => ({ at: ['arguments'], text: `has the argument ${quoted(name)} twice` }),
      ),
  },
]

function argumentsOf({ arguments: args }: Item['entry']): [number, Record<string, unknown>][] {
  const list: unknown[] = Array.isArray(args) ? args : []
  return list.flatMap((arg, index): [number, Record<string, unknown>][] =>
    isRecord(arg) ? [[index, arg]] : [],
  )
}
