import { isRecord } from '../../../../protocol/jsonrpc.ts'
import { nearest } from '../../../../terminal/nearest.ts'
import type { JsonSchema } from '../../../json-schema.ts'
import { official, quoted, type SchemaCheck } from './schema-check.ts'

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']

/** What JSON Schema itself says of the form of a schema. */
export const shapeChecks: readonly SchemaCheck[] = [
  {
    name: 'not-a-schema',
    level: 'error',
    clients: ['Claude', 'OpenAI'],
    remedy: 'write an object there, such as {"type": "string"}',
    find: ({ value, role }) => {
      if (role === 'root' || isRecord(value) || typeof value === 'boolean') return undefined
      return `is ${quoted(value)} where a schema must be`
    },
  },
  {
    name: 'boolean-schema',
    level: 'error',
    clients: ['Claude Code', 'clients built on the official SDKs'],
    ofOutput: official,
    remedy: 'write {} for any value, and leave out what takes none',
    find: ({ value, role }) =>
      role === 'property' && typeof value === 'boolean' ? `is the schema ${value}` : undefined,
  },
  {
    name: 'unknown-type',
    level: 'error',
    clients: ['Claude', 'OpenAI'],
    ofOutput: official,
    remedy: `use one of ${types.join(', ')}`,
    find: ({ schema: { type } }) =>
      (Array.isArray(type) ? type : [type])
        .filter((one) => typeof one === 'string' && !types.includes(one))
        .map((one) => {
          const near = nearest(one, types)
          return `has the unknown type ${quoted(one)}${near ? `; did you mean "${near}"?` : ''}`
        }),
  },
  {
    name: 'type-form',
    level: 'error',
    clients: ['Claude', 'OpenAI'],
    remedy: 'write the type as a text, or as a list of different ones',
    find: ({ schema }) => {
      if (!Object.hasOwn(schema, 'type') || typeof schema.type === 'string') return undefined
      if (!Array.isArray(schema.type)) return `has ${quoted(schema.type)} as its type`
      if (schema.type.length === 0) return 'has an empty list of types'
      const isFine =
        new Set(schema.type).size === schema.type.length &&
        schema.type.every((one) => typeof one === 'string')
      return isFine ? undefined : 'has a list of types with something twice, or with what is not a text'
    },
  },
  {
    name: 'keyword-form',
    level: 'error',
    clients: ['Claude', 'OpenAI'],
    ofOutput: official,
    remedy: 'give the keyword the form that JSON Schema 2020-12 asks for',
    find: ({ schema }) => misshapen(schema, forms),
  },
  {
    name: 'annotation-form',
    level: 'error',
    clients: ['Claude', 'OpenAI'],
    remedy: 'give the keyword the form that JSON Schema 2020-12 asks for',
    find: ({ schema }) => misshapen(schema, annotations),
  },
]

const misshapen = (schema: JsonSchema, keywords: readonly (readonly [string, Form])[]): string[] =>
  keywords.flatMap(([keyword, [isFine, form]]) =>
    Object.hasOwn(schema, keyword) && !isFine(schema[keyword])
      ? [`has ${quoted(schema[keyword])} as ${keyword}, which must be ${form}`]
      : [],
  )

type Form = readonly [isFine: (value: unknown) => boolean, form: string]
const text: Form = [(value) => typeof value === 'string', 'a text']
const flag: Form = [(value) => typeof value === 'boolean', 'true or false']
const named: Form = [isRecord, 'an object']
const list: Form = [Array.isArray, 'a list']

/** Keywords that no other check reads, and the form of their values. */
const forms = Object.entries<Form>({
  $schema: text,
  $id: text,
  $ref: text,
  $anchor: text,
  format: text,
  uniqueItems: flag,
  properties: named,
  patternProperties: named,
  $defs: named,
  definitions: named,
  dependentSchemas: named,
  dependentRequired: named,
  prefixItems: list,
  anyOf: list,
  oneOf: list,
  allOf: list,
})
/** The same for keywords that validators pass over, and the schema of JSON Schema does not. */
const annotations = Object.entries<Form>({
  $comment: text,
  title: text,
  description: text,
  deprecated: flag,
  readOnly: flag,
  writeOnly: flag,
  examples: list,
})
