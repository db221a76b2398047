import { official, quoted, type SchemaCheck } from './schema-check.ts'

/** The schema that a tool publishes, as a whole. */
export const rootChecks: readonly SchemaCheck[] = [
  {
    name: 'input-not-object',
    level: 'error',
    clients: ['clients built on the official SDKs', 'OpenAI'],
    remedy: 'add "type": "object" to the input schema; until then they lose every tool of the server',
    find: ({ schema, use, role }) =>
      role === 'root' && use === 'input' && schema.type !== 'object' ? 'must be of type "object"' : undefined,
  },
  {
    name: 'output-not-object',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    ofOutput: official,
    remedy: 'wrap the result in an object; before 2026-07-28 they lose every tool of the server',
    find: ({ schema, use, role }) =>
      role === 'root' && use === 'output' && schema.type !== 'object'
        ? 'must be of type "object"'
        : undefined,
  },
  {
    name: 'root-union',
    level: 'error',
    clients: ['Claude', 'OpenAI'],
    remedy: 'put all properties into one object, and say in words which belong together',
    find: ({ schema, use, role }) =>
      role === 'root' && use === 'input'
        ? ['anyOf', 'oneOf', 'allOf']
            .filter((one) => Object.hasOwn(schema, one))
            .map((one) => `has ${one} at the root`)
        : undefined,
  },
  {
    name: 'root-keyword',
    level: 'error',
    clients: ['OpenAI'],
    remedy: 'leave it out, and check it in the tool',
    find: ({ schema, use, role }) =>
      role === 'root' && use === 'input'
        ? ['enum', 'not'].filter((one) => Object.hasOwn(schema, one)).map((one) => `has ${one} at the root`)
        : undefined,
  },
  {
    name: 'root-reference',
    level: 'warning',
    clients: [],
    remedy: 'write the object itself at the root: what builds its own schema from the properties finds none',
    find: ({ schema, use, role }) =>
      role === 'root' && use === 'input' && Object.hasOwn(schema, '$ref')
        ? 'has $ref at the root'
        : undefined,
  },
  {
    name: 'root-without-properties',
    level: 'warning',
    clients: ['OpenAI'],
    remedy: 'add "properties": {}',
    find: ({ schema, use, role }) =>
      role === 'root' && use === 'input' && schema.type === 'object' && !Object.hasOwn(schema, 'properties')
        ? 'has no properties'
        : undefined,
  },
  {
    name: 'argument-name',
    level: 'error',
    clients: ['Claude'],
    remedy: 'use at most 64 letters, digits, _, . and -',
    find: ({ schema, parent, role, use, steps }) =>
      use === 'input' &&
      role === 'property' &&
      parent?.role === 'root' &&
      schema !== undefined &&
      !/^[A-Za-z0-9_.-]{1,64}$/.test(String(steps[1]))
        ? 'has a name that is not accepted'
        : undefined,
  },
  {
    name: 'dialect-unsupported',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    ofOutput: official,
    remedy: 'leave $schema out, and write JSON Schema 2020-12',
    find: ({ schema, use, role }) =>
      role === 'root' && use === 'output' && isUnsupported(schema.$schema)
        ? `declares the dialect ${quoted(schema.$schema)}`
        : undefined,
  },
  {
    name: 'dialect-output',
    level: 'warning',
    clients: ['Claude Desktop'],
    ofOutput: ['Claude Desktop'],
    remedy: 'declare https://json-schema.org/draft/2020-12/schema, or leave the output schema out',
    find: ({ schema, use, role }) =>
      role === 'root' &&
      use === 'output' &&
      typeof schema.$schema === 'string' &&
      !isUnsupported(schema.$schema) &&
      !schema.$schema.includes('2020-12')
        ? `declares the dialect ${quoted(schema.$schema)}`
        : undefined,
  },
  {
    name: 'dialect-unknown',
    level: 'warning',
    clients: ['clients that validate'],
    remedy: 'leave $schema out, and write JSON Schema 2020-12',
    find: ({ schema, use, role }) =>
      role === 'root' && use === 'input' && isUnsupported(schema.$schema)
        ? `declares the dialect ${quoted(schema.$schema)}`
        : undefined,
  },
  {
    name: 'dialect-within',
    level: 'warning',
    clients: ['clients that validate'],
    effect: 'ignored',
    remedy: 'declare the dialect at the root alone',
    find: ({ schema, role }) =>
      role !== 'root' && typeof schema.$schema === 'string' && typeof schema.$id !== 'string'
        ? 'has $schema, which belongs to the root'
        : undefined,
  },
  {
    name: 'definitions',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'use $defs',
    find: ({ schema, use, role }) =>
      role === 'root' && use === 'input' && Object.hasOwn(schema, 'definitions')
        ? "has draft-07's definitions"
        : undefined,
  },
]

const isUnsupported = (dialect: unknown) =>
  typeof dialect === 'string' &&
  !/^https?:\/\/json-schema\.org\/(?:draft-0[67]|draft\/20(?:19-09|20-12))\/schema#?$/.test(dialect)
