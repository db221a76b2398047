import { isType } from '../is-type.ts'
import { typesOf } from '../node.ts'
import { official, quoted, type SchemaCheck } from './schema-check.ts'

/** Lists of values, and single ones. */
export const enumChecks: readonly SchemaCheck[] = [
  {
    name: 'enum-form',
    level: 'error',
    clients: ['Claude', 'clients that validate'],
    ofOutput: official,
    remedy: 'list the values, or leave enum out',
    find: ({ schema }) =>
      Object.hasOwn(schema, 'enum') && !Array.isArray(schema.enum)
        ? `has ${quoted(schema.enum)} as enum, which must be a list`
        : undefined,
  },
  {
    name: 'enum-empty',
    level: 'error',
    clients: ['clients that validate'],
    ofOutput: official,
    remedy: 'list the values, or leave enum out',
    find: ({ schema }) =>
      Array.isArray(schema.enum) && schema.enum.length === 0
        ? 'has an empty enum, so no value fits'
        : undefined,
  },
  {
    name: 'enum-twice',
    level: 'warning',
    clients: ['clients that validate'],
    remedy: 'list each value once',
    find: ({ schema }) => twice(valuesOf(schema.enum)).map((value) => `lists ${quoted(value)} twice in enum`),
  },
  {
    name: 'enum-off-type',
    level: 'warning',
    clients: [],
    remedy: 'correct the value, or the type',
    find: ({ schema }) =>
      typesOf(schema).length === 0
        ? undefined
        : valuesOf(schema.enum)
            .filter((value) => !typesOf(schema).some((type) => isType(value, type)))
            .map(
              (value) =>
                `lists ${quoted(value)} in enum, which is not of type ${typesOf(schema).join(' or ')}`,
            ),
  },
  {
    name: 'enum-not-text',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'use strings, or describe the values in words',
    find: ({ schema, use }) => {
      const odd = use === 'input' ? valuesOf(schema.enum).filter((value) => typeof value !== 'string') : []
      return odd.length > 0
        ? `has ${odd.slice(0, 3).map(quoted).join(', ')} in enum, not only texts`
        : undefined
    },
  },
  {
    name: 'enum-empty-text',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'make the argument optional instead',
    find: ({ schema, use }) =>
      use === 'input' && valuesOf(schema.enum).includes('') ? 'has an empty text in enum' : undefined,
  },
  {
    name: 'enum-without-type',
    level: 'warning',
    clients: ['Gemini', 'Gemini CLI'],
    remedy: 'add "type": "string" beside enum',
    find: ({ schema, use }) =>
      use === 'input' && valuesOf(schema.enum).length > 0 && schema.type === undefined
        ? 'has enum and no type'
        : undefined,
  },
  {
    name: 'const-off-type',
    level: 'error',
    clients: [],
    remedy: 'correct the value, or the type',
    find: ({ schema }) =>
      Object.hasOwn(schema, 'const') &&
      typesOf(schema).length > 0 &&
      !typesOf(schema).some((type) => isType(schema.const, type))
        ? `has ${quoted(schema.const)} as const, which is not of type ${typesOf(schema).join(' or ')}, so no value fits`
        : undefined,
  },
  {
    name: 'default-off-type',
    level: 'warning',
    clients: [],
    remedy: 'correct the default, or the type',
    find: ({ schema }) => {
      if (!Object.hasOwn(schema, 'default') || typesOf(schema).length === 0) return undefined
      if (typesOf(schema).some((type) => isType(schema.default, type))) return undefined
      return `has the default ${quoted(schema.default)}, which is not of type ${typesOf(schema).join(' or ')}`
    },
  },
  {
    name: 'default-off-enum',
    level: 'warning',
    clients: [],
    remedy: 'choose the default among the values',
    find: ({ schema }) => {
      const values = valuesOf(schema.enum)
      const { default: fallback } = schema
      const isPlain = ['string', 'number', 'boolean'].includes(typeof fallback)
      return isPlain && values.length > 0 && !values.includes(fallback)
        ? `has the default ${quoted(fallback)}, which is not in enum`
        : undefined
    },
  },
]

const valuesOf = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : [])

/** What is in a list more than once, each once. */
export function twice(values: readonly unknown[]): unknown[] {
  const seen = new Set<unknown>()
  const again = new Set<unknown>()
  for (const value of values) (seen.has(value) ? again : seen).add(value)
  return [...again]
}
