import { type SchemaNode, typesOf } from '../node.ts'
import { official, type SchemaCheck } from './schema-check.ts'

/** Lists of values. */
export const arrayChecks: readonly SchemaCheck[] = [
  {
    name: 'array-without-items',
    level: 'error',
    clients: ['VS Code', 'OpenAI', 'Gemini'],
    remedy: 'add items, such as {"type": "string"}',
    find: ({ schema, use }) =>
      use === 'input' &&
      typesOf(schema).includes('array') &&
      schema.items === undefined &&
      schema.prefixItems === undefined
        ? 'is an array without items'
        : undefined,
  },
  {
    name: 'tuple-items',
    level: 'error',
    clients: ['Claude', 'OpenAI'],
    ofOutput: official,
    remedy: 'use one schema with minItems and maxItems; since 2020-12 a list of schemas is prefixItems',
    find: (node) =>
      Array.isArray(node.schema.items) && !(node.use === 'output' && isOfDraft07(node))
        ? "has draft-07's list of schemas as items"
        : undefined,
  },
  {
    name: 'tuple-closed',
    level: 'warning',
    clients: ['Cursor'],
    ofOutput: ['Cursor'],
    remedy: 'leave out items: false beside prefixItems, and use maxItems',
    find: ({ schema, use }) =>
      use === 'output' && Array.isArray(schema.prefixItems) && schema.items === false
        ? 'has prefixItems with items: false, which validators of draft-07 apply to every item'
        : undefined,
  },
  {
    name: 'old-keyword',
    level: 'warning',
    clients: ['clients that validate'],
    effect: 'ignored',
    remedy: 'use the keyword of JSON Schema 2020-12',
    find: ({ schema }) =>
      Object.entries(replaced)
        .filter(([old]) => Object.hasOwn(schema, old))
        .map(([old, now]) => `has ${old}, which is ${now} since 2020-12`),
  },
]

/** Validators read it as such. */
function isOfDraft07(node: SchemaNode): boolean {
  let root = node
  while (root.parent) root = root.parent
  return /draft-0[67]/.test(String(root.schema.$schema))
}

const replaced = {
  additionalItems: 'items',
  dependencies: 'dependentRequired or dependentSchemas',
  $recursiveRef: '$dynamicRef',
} as const
