import { isRecord } from '../../../../protocol/jsonrpc.ts'
import { type SchemaNode, typesOf } from '../node.ts'
import { twice } from './enum-checks.ts'
import { listed, official, quoted, type SchemaCheck } from './schema-check.ts'

/** Objects and their properties. */
export const objectChecks: readonly SchemaCheck[] = [
  {
    name: 'required-form',
    level: 'error',
    clients: ['Claude', 'clients built on the official SDKs'],
    ofOutput: official,
    remedy: 'list the names of the required properties on the object that has them',
    find: ({ schema }) => {
      if (!Object.hasOwn(schema, 'required')) return undefined
      if (!Array.isArray(schema.required))
        return `has ${quoted(schema.required)} as required, which must be a list of names`
      const odd = schema.required.filter((one) => typeof one !== 'string')
      return odd.map((one) => `has ${quoted(one)} in required, which must be a list of names`)
    },
  },
  {
    name: 'required-unknown',
    level: 'error',
    clients: ['Gemini'],
    remedy: 'add the property, or correct the name',
    find: (node) =>
      node.use === 'input'
        ? unknownRequired(node).map((name) => `requires "${name}", which is not among its properties`)
        : undefined,
  },
  {
    name: 'required-twice',
    level: 'error',
    clients: ['clients that validate'],
    remedy: 'list each name once',
    find: ({ schema }) =>
      twice(Array.isArray(schema.required) ? schema.required : []).map(
        (name) => `requires ${quoted(name)} twice`,
      ),
  },
  {
    name: 'properties-without-object',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'add "type": "object"',
    find: ({ schema, use, role }) =>
      use === 'input' &&
      role !== 'root' &&
      isRecord(schema.properties) &&
      !(typesOf(schema).length === 1 && typesOf(schema)[0] === 'object')
        ? 'has properties and is not of type "object" alone'
        : undefined,
  },
  {
    name: 'object-without-properties',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'describe its properties, or pass it as a JSON string',
    find: ({ schema, use, role }) =>
      use === 'input' && role !== 'root' && schema.type === 'object' && hasNothing(schema)
        ? 'is an object without properties'
        : undefined,
  },
  {
    name: 'additional-properties-open',
    level: 'warning',
    clients: ['OpenAI in strict mode'],
    remedy: 'set additionalProperties to false, or leave it out',
    find: ({ schema, use }) =>
      use === 'input' && schema.additionalProperties === true ? 'has additionalProperties: true' : undefined,
  },
  {
    name: 'additional-properties-schema',
    level: 'warning',
    clients: ['OpenAI in strict mode', 'Claude Desktop'],
    remedy: 'name the properties, or take a list of names and values',
    find: ({ schema, use }) =>
      use === 'input' && isRecord(schema.additionalProperties)
        ? 'has a schema as additionalProperties'
        : undefined,
  },
  {
    name: 'names-by-pattern',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'name the properties, or take a list of names and values',
    find: ({ schema, use }) => {
      const found = ['patternProperties', 'propertyNames'].filter((one) => Object.hasOwn(schema, one))
      return use === 'input' && found.length > 0 ? `has ${listed(found)}` : undefined
    },
  },
]

/** Where other schemas apply to the same object, they may hold what is required. */
function unknownRequired(node: SchemaNode): string[] {
  const { schema, role } = node
  const { properties, required } = schema
  if (!Array.isArray(required) || (role === 'branch' && !isRecord(properties))) return []
  if (others.some((one) => Object.hasOwn(schema, one)) || isRecord(schema.additionalProperties)) return []
  return required.filter((name) => typeof name === 'string' && !isKnown(name, node))
}
const others = ['patternProperties', '$ref', '$dynamicRef', 'anyOf', 'oneOf', 'allOf', 'then']

/** An alternative tells of the same object as the schema around it. */
function isKnown(name: string, node: SchemaNode): boolean {
  for (let at: SchemaNode | undefined = node; at; at = at.role === 'branch' ? at.parent : undefined) {
    const { properties } = at.schema
    if (isRecord(properties) && Object.hasOwn(properties, name)) return true
  }
  return false
}

const hasNothing = ({
  properties,
  additionalProperties,
  patternProperties,
  ...others
}: SchemaNode['schema']) =>
  !['anyOf', 'oneOf', 'allOf', '$ref'].some((keyword) => Object.hasOwn(others, keyword)) &&
  (!isRecord(properties) || Object.keys(properties).length === 0) &&
  !isRecord(additionalProperties) &&
  !isRecord(patternProperties)
