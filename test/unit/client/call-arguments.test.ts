import { readArguments, readCall } from '../../../src/client/call-arguments.ts'
import { refused, table } from '../../support/table.ts'

type Values = Parameters<typeof readCall>[1]

const none: Values = {
  args: undefined,
  exec: undefined,
  input: undefined,
  resource: undefined,
  prompt: undefined,
}
const call = async ([words, values]: readonly [string, Partial<Values>?]) => {
  const { spec, target, given } = await readCall(words.split(' ').filter(Boolean), { ...none, ...values })
  return [
    spec,
    target.kind,
    target.name,
    given.typed.map(({ key, text, json }) => `${key}${json ? ':=' : '='}${text}`),
    given.whole,
  ]
}

table('readCall', call, [
  [['server.ts add'], ['server.ts', 'tool', 'add', [], {}]],
  [['server.ts add a=1 b:=[2] c='], ['server.ts', 'tool', 'add', ['a=1', 'b:=[2]', 'c='], {}]],
  [['server.ts add a=b=c'], ['server.ts', 'tool', 'add', ['a=b=c'], {}]],
  [['server.ts notes://a'], ['server.ts', 'resource', 'notes://a', [], {}]],
  [
    ['server.ts', { prompt: 'p' }],
    ['server.ts', 'prompt', 'p', [], {}],
  ],
  [
    ['server.ts a=1', { prompt: 'p' }],
    ['server.ts', 'prompt', 'p', ['a=1'], {}],
  ],
  [
    ['add a=1', { exec: 'node a.js' }],
    ['', 'tool', 'add', ['a=1'], {}],
  ],
  [
    ['server.ts add', { args: '\uFEFF{"a": 1}' }],
    ['server.ts', 'tool', 'add', [], { a: 1 }],
  ],
  [['server.ts add __proto__=1'], ['server.ts', 'tool', 'add', ['__proto__=1'], {}]],
  [['server.ts'], refused(/tool/)],
  [[''], refused(/tool/)],
  [['server.ts add a'], refused(/^"a" /)],
  [['server.ts add =1'], refused(/^"=1" /)],
  [['server.ts add :=1'], refused(/^":=1" /)],
  [['server.ts notes://a b=1'], refused(/resource/)],
  [['server.ts', { prompt: 'p', resource: 'a:b' }], refused(/--resource or --prompt/)],
  [['server.ts add', { args: '{}', input: '-' }], refused(/--args or --input/)],
  [['server.ts add', { args: '[]' }], refused(/^--args .*object/)],
  [['server.ts add', { args: '{' }], refused(/^--args .*JSON/)],
  [['server.ts add', { input: 'no-such-file.json' }], refused(/^--input no-such-file\.json/)],
])

const schema = {
  type: 'object',
  properties: {
    city: { type: 'string' },
    days: { type: 'integer' },
    tags: { type: 'array', items: { type: 'string' } },
    unit: { enum: ['C', 'F'] },
    at: { anyOf: [{ type: 'number' }, { type: 'null' }] },
  },
  required: ['city'],
}

const read = ([line, whole = {}, own = schema]: readonly [
  string,
  Record<string, unknown>?,
  Record<string, unknown>?,
]) => {
  const typed = line
    .split(' ')
    .filter(Boolean)
    .map((word) => {
      const [, key = '', json, text = ''] = /^(.*?)(:?)=(.*)$/s.exec(word) ?? []
      return { key, text, json: json === ':' }
    })
  return readArguments(typed, whole, own)
}
const open = { type: 'object' }
const listed = { ...schema, additionalProperties: { type: 'number' } }

table('readArguments', read, [
  [['city=1'], { city: '1' }],
  [['city=', {}], { city: '' }],
  [['city=größe🚆'], { city: 'größe🚆' }],
  [['city=a days=3 at=null unit=C'], { city: 'a', days: 3, at: null, unit: 'C' }],
  [['city=a tags=b tags=c'], { city: 'a', tags: ['b', 'c'] }],
  [['city=a tags=b,c'], { city: 'a', tags: ['b', 'c'] }],
  [['city=a tags:=["b,c"]'], { city: 'a', tags: ['b,c'] }],
  [['city=a city=b'], { city: 'b' }, 'the last counts'],
  [['days=2', { city: 'a', days: 1, more: {} }], { city: 'a', days: 2, more: {} }],
  [['city=a extra:=1'], { city: 'a', extra: 1 }, 'JSON is taken as it is'],
  [['city=a extra=1', {}, listed], { city: 'a', extra: 1 }],
  [['a=1 b=x', {}, open], { a: 1, b: 'x' }],
  [['__proto__=x', {}, open], JSON.parse('{"__proto__":"x"}')],
  [['', {}, open], {}],
  [['', {}, {}], {}],
  [[''], refused(/city=…/)],
  [['city=a dys=1'], refused(/"dys".*Did you mean days\?/)],
  [['city=a constructor=1'], refused(/"constructor"/)],
  [['city=a days=x'], refused(/^days: must be integer, not "x"$/)],
  [['city=a days=1.5'], refused(/^days: must be integer/)],
  [['city=a unit=K'], refused(/^unit: must be "C" \| "F", not "K"$/)],
  [['city=a at:=x'], refused(/^at:= must be .*JSON/)],
])
