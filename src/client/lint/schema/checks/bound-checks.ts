import type { JsonSchema } from '../../../json-schema.ts'
import { official, quoted, type SchemaCheck } from './schema-check.ts'

/** Numbers that bound a value. */
export const boundChecks: readonly SchemaCheck[] = [
  {
    name: 'exclusive-flag',
    level: 'error',
    clients: ['Claude', 'clients that validate'],
    ofOutput: official,
    remedy: 'write the bound itself, such as "exclusiveMinimum": 0, in place of draft-04\'s true',
    find: ({ schema }) =>
      exclusive
        .filter((keyword) => typeof schema[keyword] === 'boolean')
        .map((keyword) => `has ${String(schema[keyword])} as ${keyword}, which must be a number`),
  },
  {
    name: 'bound-form',
    level: 'error',
    clients: ['Claude', 'clients that validate'],
    remedy: 'write the bound as a number',
    find: ({ schema }) => [
      ...numbers
        .filter((keyword) => isOdd(schema, keyword) && typeof schema[keyword] !== 'boolean')
        .map((keyword) => `has ${quoted(schema[keyword])} as ${keyword}, which must be a number`),
      ...counts
        .filter((keyword) => Object.hasOwn(schema, keyword) && !isCount(schema[keyword]))
        .map((keyword) => `has ${quoted(schema[keyword])} as ${keyword}, which must be an integer from 0`),
      ...(typeof schema.multipleOf === 'number' && schema.multipleOf <= 0
        ? [`has ${schema.multipleOf} as multipleOf, which must be above 0`]
        : []),
    ],
  },
  {
    name: 'bounds-crossed',
    level: 'error',
    clients: [],
    remedy: 'swap or correct the bounds',
    find: ({ schema }) =>
      pairs
        .filter(([low, high]) => isAbove(schema[low], schema[high]))
        .map(([low, high]) => `has ${low} ${schema[low]} above ${high} ${schema[high]}, so no value fits`),
  },
  {
    name: 'exclusive-number',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'use minimum and maximum',
    find: ({ schema, use }) =>
      use === 'input'
        ? exclusive
            .filter((keyword) => typeof schema[keyword] === 'number')
            .map((keyword) => `has ${keyword}`)
        : undefined,
  },
]

const exclusive = ['exclusiveMinimum', 'exclusiveMaximum'] as const
const numbers = ['minimum', 'maximum', 'multipleOf', ...exclusive] as const
const counts = [
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'minContains',
  'maxContains',
] as const
const pairs = [
  ['minimum', 'maximum'],
  ['exclusiveMinimum', 'exclusiveMaximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
] as const

const isOdd = (schema: JsonSchema, keyword: string) =>
  Object.hasOwn(schema, keyword) && typeof schema[keyword] !== 'number'
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0
const isAbove = (low: unknown, high: unknown) =>
  typeof low === 'number' && typeof high === 'number' && low > high
