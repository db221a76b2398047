import { isRecord } from '../../../../protocol/jsonrpc.ts'
import type { JsonSchema } from '../../../json-schema.ts'
import { allowsType } from '../node.ts'
import { official, quoted, type SchemaCheck } from './schema-check.ts'

const withoutEscapes = 'leave out the escapes that the flag u does not know, such as \\: and \\-'

/** Patterns and formats of texts. */
export const textChecks: readonly SchemaCheck[] = [
  {
    name: 'pattern-invalid',
    level: 'error',
    clients: ['OpenAI', 'clients that validate'],
    ofOutput: official,
    remedy: 'write an ECMAScript regular expression, without slashes and flags around it',
    find: ({ schema }) =>
      patternsOf(schema)
        .filter((pattern) => !compiles(pattern, '') && !compiles(pattern, 'u'))
        .map((pattern) => `has ${quoted(pattern)} as its pattern, which is not a regular expression`),
  },
  {
    name: 'pattern-escape',
    level: 'warning',
    clients: ['LangChain', 'clients that validate'],
    remedy: withoutEscapes,
    find: ({ schema, use }) => (use === 'input' ? escapesOf(schema) : undefined),
  },
  {
    name: 'pattern-escape-output',
    level: 'error',
    clients: official,
    ofOutput: official,
    remedy: withoutEscapes,
    find: ({ schema, use }) => (use === 'output' ? escapesOf(schema) : undefined),
  },
  {
    name: 'pattern-lookaround',
    level: 'warning',
    clients: ['OpenAI', 'Codex'],
    remedy: 'write it without lookarounds and \\p{…}, or check it in the tool',
    find: ({ schema, use }) =>
      use === 'input'
        ? patternsOf(schema)
            .filter((pattern) => /\(\?<?[=!]|\\[pP]\{/.test(pattern))
            .map((pattern) => `has a lookaround or \\p{…} in its pattern ${quoted(pattern)}`)
        : undefined,
  },
  {
    name: 'pattern-form',
    level: 'error',
    clients: ['Claude', 'clients that validate'],
    ofOutput: official,
    remedy: 'write the pattern as a text',
    find: ({ schema }) =>
      Object.hasOwn(schema, 'pattern') && typeof schema.pattern !== 'string'
        ? `has ${quoted(schema.pattern)} as its pattern, which must be a text`
        : undefined,
  },
  {
    name: 'format-of-text',
    level: 'warning',
    clients: ['Gemini'],
    remedy: 'say it in the description; only enum and date-time are accepted',
    find: ({ schema, use }) =>
      use === 'input' &&
      typeof schema.format === 'string' &&
      allowsType(schema, 'string') &&
      !['enum', 'date-time'].includes(schema.format)
        ? `has the format ${quoted(schema.format)}`
        : undefined,
  },
]

/** The patterns that a schema says of texts, or of names. */
function patternsOf({ pattern, patternProperties }: JsonSchema): string[] {
  const own = typeof pattern === 'string' ? [pattern] : []
  const ofNames = isRecord(patternProperties) ? Object.keys(patternProperties) : []
  return [...own, ...ofNames]
}

const escapesOf = (schema: JsonSchema): string[] =>
  patternsOf(schema)
    .filter((pattern) => compiles(pattern, '') && !compiles(pattern, 'u'))
    .map((pattern) => `has the pattern ${quoted(pattern)}, which is invalid in Unicode mode`)

function compiles(pattern: string, flags: string): boolean {
  try {
    return new RegExp(pattern, flags) !== undefined
  } catch {
    return false
  }
}
