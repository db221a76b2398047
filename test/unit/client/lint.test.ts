import { findingsCount, lintOffers, lintStart } from '../../../src/client/lint.ts'
import type { Offers } from '../../../src/client/offers.ts'
import { table } from '../../support/table.ts'

type Tool = Offers['tools'][number]
const tool = (parts: object) =>
  ({ name: 'a', description: 'What it does', inputSchema: { type: 'object' }, ...parts }) as Tool
const nothing: Offers = { tools: [], prompts: [], resources: [], resourceTemplates: [] }

/** Level and subject of each finding, and what it is about. */
const found = (offers: Partial<Offers>) =>
  lintOffers({ ...nothing, ...offers }).map(({ level, subject, text }) => `${level} ${subject}: ${text}`)
const ofTool = (parts: object) =>
  found({ tools: [tool(parts)] }).map((line) =>
    line.replace(/^(\w+) tool a: .*?(description|name|type|anyOf|\$ref|refers).*/, '$1 $2'),
  )

table('lintOffers, of one tool,', ofTool, [
  [{}, []],
  [{ description: ' ' }, ['warning description']],
  [{ description: undefined }, ['warning description']],
  [{ inputSchema: {} }, ['error type']],
  [{ inputSchema: null }, ['error type']],
  [{ inputSchema: { type: 'object', anyOf: [] } }, ['warning anyOf']],
  [
    { inputSchema: { type: 'object', properties: { a: { items: { $ref: 'https://a.example' } } } } },
    ['error refers'],
  ],
  [{ inputSchema: { type: 'object', properties: { a: { $ref: '#/$defs/a' } } } }, []],
  [{ inputSchema: { type: 'object', properties: { 'a b': { type: 'string' } } } }, ['error name']],
  [{ inputSchema: { type: 'object', properties: { ['__proto__']: { type: 'string' } } } }, []],
  [{ inputSchema: { type: 'object', properties: { a: {} } } }, ['warning type']],
])

const named = (names: readonly string[]) =>
  found({ tools: names.map((name) => tool({ name })) }).map((line) => line.split(':')[0])
table('lintOffers, of the names of tools,', named, [
  [['a', 'b-1_C'], []],
  [['a b'], ['error tool a b']],
  [[''], ['error tool ']],
  [['städte'], ['error tool städte']],
  [['a.b'], ['error tool a.b']],
  [['x'.repeat(65)], [`error tool ${'x'.repeat(65)}`]],
  [['a', 'a', 'a'], ['error tool a']],
  [['constructor', '__proto__'], []],
])

const others = (offers: Partial<Offers>) => found(offers).map((line) => line.split(': ')[0])
table('lintOffers, of the rest,', others, [
  [{}, []],
  [{ prompts: [{ name: 'a b', description: 'c' }] }, ['warning prompt a b']],
  [{ prompts: [{ name: 'a' }] }, ['warning prompt a']],
  [
    {
      resources: [
        { name: 'a', uri: 'a:b' },
        { name: 'b', uri: 'a:b' },
      ],
    },
    ['error resource a:b'],
  ],
])

table('lintStart', (took: number) => lintStart(took).map(({ text }) => /\d+ s/.exec(text)?.[0]), [
  [0, []],
  [4_999, []],
  [5_000, ['5 s']],
  [12_600, ['13 s']],
])

table(
  'findingsCount',
  (levels: readonly ('error' | 'warning')[]) =>
    findingsCount(levels.map((level) => ({ level, subject: '', text: '' }))),
  [
    [[], 'nothing'],
    [['error'], '1 error'],
    [['warning', 'error', 'warning'], '1 error, 2 warnings'],
  ],
)
