import { typesOf } from '../node.ts'
import { listed, official, type SchemaCheck } from './schema-check.ts'

/** Alternatives, conditions, and what is of several types. */
export const unionChecks: readonly SchemaCheck[] = [
  {
    name: 'union-empty',
    level: 'error',
    clients: ['Claude', 'clients that validate'],
    remedy: 'list the schemas, or leave the keyword out',
    find: ({ schema }) =>
      unions
        .filter((keyword) => Array.isArray(schema[keyword]) && schema[keyword].length === 0)
        .map((keyword) => `has an empty ${keyword}, so no value fits`),
  },
  {
    name: 'one-of',
    level: 'warning',
    clients: ['OpenAI in strict mode', 'Gemini'],
    remedy: 'use anyOf',
    find: ({ schema, use, role }) =>
      use === 'input' && role !== 'root' && Object.hasOwn(schema, 'oneOf') ? 'has oneOf' : undefined,
  },
  {
    name: 'composition',
    level: 'warning',
    clients: ['OpenAI in strict mode'],
    remedy: 'write one schema that says it all, and check the rest in the tool',
    find: ({ schema, use, role }) => {
      const found = composing.filter((one) => Object.hasOwn(schema, one))
      const nested = role === 'root' ? found.filter((one) => !['allOf', 'not'].includes(one)) : found
      return use === 'input' && nested.length > 0 ? `has ${listed(nested)}` : undefined
    },
  },
  {
    name: 'const',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'use enum with one value',
    find: ({ schema, use }) => (use === 'input' && Object.hasOwn(schema, 'const') ? 'has const' : undefined),
  },
  {
    name: 'type-list',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'use anyOf with one type each',
    find: ({ schema, use }) =>
      use === 'input' && Array.isArray(schema.type) && typesOf(schema).length > 0
        ? `has the types ${listed(typesOf(schema))} in a list`
        : undefined,
  },
  {
    name: 'nullable',
    level: 'warning',
    clients: ['Claude', 'clients that validate'],
    effect: 'ignored',
    remedy: 'add "null" to the types; nullable is OpenAPI',
    find: ({ schema }) =>
      Object.hasOwn(schema, 'nullable') && schema.type !== undefined ? 'has nullable' : undefined,
  },
  {
    name: 'nullable-without-type',
    level: 'error',
    clients: ['clients that validate'],
    ofOutput: official,
    remedy: 'add "null" to the types; nullable is OpenAPI',
    find: ({ schema }) =>
      Object.hasOwn(schema, 'nullable') && schema.type === undefined ? 'has nullable and no type' : undefined,
  },
  {
    name: 'no-type',
    level: 'warning',
    clients: ['Gemini', 'Gemini CLI'],
    remedy: 'say what it is, such as {"type": "string"}',
    find: ({ value, schema, use, role }) =>
      use === 'input' &&
      (role === 'property' || role === 'items') &&
      typeof value === 'object' &&
      !typed.some((keyword) => Object.hasOwn(schema, keyword))
        ? 'has no type'
        : undefined,
  },
  {
    name: 'dynamic-reference',
    level: 'warning',
    clients: ['VS Code'],
    remedy: 'use $ref',
    find: ({ schema }) => (Object.hasOwn(schema, '$dynamicRef') ? 'has $dynamicRef' : undefined),
  },
]

const unions = ['anyOf', 'oneOf', 'allOf'] as const
const composing = ['allOf', 'not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas']
/** Any of these says what a value is; without `type`, an enum and properties have their own checks. */
const typed = ['type', 'enum', 'const', '$ref', '$dynamicRef', 'properties', 'nullable', ...unions]
