import type { Check, Fault } from '../../check.ts'
import { endless, recursive } from '../circles.ts'
import { headerFaults } from '../header-faults.ts'
import { type SchemaNode, stepsTo } from '../node.ts'
import { type Reference, referencesOf } from '../references.ts'
import { deepest, type Walked } from '../walk.ts'
import { official } from './schema-check.ts'

/** A schema with all that is in it, and where its references lead. */
export interface WholeSchema extends Walked {
  readonly references: readonly Reference[]
}

export const wholeSchema = (walked: Walked): WholeSchema => ({ ...walked, references: referencesOf(walked) })

/** What OpenAI allows in strict mode. */
const strict = { levels: 5, properties: 100 }

/** What takes more than one schema to tell. */
export const wholeChecks: readonly Check<WholeSchema>[] = [
  {
    name: 'reference-dangling',
    level: 'error',
    clients: ['Claude', 'clients built on the official SDKs'],
    ofOutput: official,
    remedy: 'add what it means to $defs, or write it there',
    find: ({ references }) =>
      references
        .filter(({ leads }) => leads === 'nowhere')
        .map(({ node, text }) => at(node, `refers to ${text}, which is not there`)),
  },
  {
    name: 'reference-elsewhere',
    level: 'error',
    clients: ['clients that validate'],
    ofOutput: official,
    remedy: 'add what it means to $defs',
    find: ({ references }) =>
      references
        .filter(({ leads }) => leads === 'elsewhere')
        .map(({ node, text }) => at(node, `refers to ${text}, which no client fetches`)),
  },
  {
    name: 'reference-endless',
    level: 'error',
    clients: ['clients that validate'],
    ofOutput: official,
    remedy: 'say what it is in the end',
    find: ({ references }) =>
      endless(references).map(({ node, text }) =>
        at(node, `refers to ${text}, which leads back and never to a schema`),
      ),
  },
  {
    name: 'reference-recursive',
    level: 'warning',
    clients: ['Gemini CLI'],
    remedy: 'write as many levels as are needed, or pass it as a JSON string',
    find: ({ references, use }) =>
      use === 'input'
        ? recursive(references).map(({ node, text }) => at(node, `refers to ${text}, which holds itself`))
        : undefined,
  },
  {
    name: 'reference-recursive-output',
    level: 'warning',
    clients: ['Claude Code'],
    ofOutput: ['Claude Code'],
    remedy: 'write as many levels as are needed, or leave the output schema out',
    find: ({ references, use }) =>
      use === 'output'
        ? recursive(references).map(({ node, text }) => at(node, `refers to ${text}, which holds itself`))
        : undefined,
  },
  {
    name: 'reference',
    level: 'warning',
    clients: ['Copilot CLI', 'Claude Desktop'],
    remedy: 'write what it means there',
    find: ({ references, use }) =>
      use === 'input'
        ? references
            .filter(({ leads }) => leads === 'within')
            .map(({ node, text }) => at(node, `refers to ${text}`))
        : undefined,
  },
  {
    name: 'too-deep-strict',
    level: 'warning',
    clients: ['OpenAI in strict mode'],
    remedy: `nest at most ${strict.levels} levels`,
    find: ({ nodes, use }) => {
      const lowest = nodes.reduce((one, other) => (other.level > one.level ? other : one))
      return use === 'input' && lowest.level > strict.levels
        ? at(lowest, `is ${lowest.level} levels deep`)
        : undefined
    },
  },
  {
    name: 'too-many-properties-strict',
    level: 'warning',
    clients: ['OpenAI in strict mode'],
    remedy: `use at most ${strict.properties}, or several tools`,
    find: ({ nodes, use }) => {
      const count = nodes.filter(({ role }) => role === 'property').length
      return use === 'input' && count > strict.properties ? `has ${count} properties in all` : undefined
    },
  },
  {
    name: 'too-deep',
    level: 'error',
    clients: ['clients that validate'],
    ofOutput: official,
    remedy: 'nest less; what is below or behind this was not checked',
    find: ({ cut }) =>
      cut &&
      (cut.depth > deepest ? `is nested deeper than ${deepest} schemas` : 'has too many schemas to look at'),
  },
  {
    name: 'header',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    effect: 'dropped',
    remedy:
      'put x-mcp-header on arguments of type string, integer or boolean, each with a header name of its own',
    find: ({ nodes, use }) => (use === 'input' ? headerFaults(nodes) : undefined),
  },
]

const at = (node: SchemaNode, text: string): Fault => ({ at: stepsTo(node), text })
