import { type JsonSchema, propertiesOf, resolved, signature } from '../../../src/client/json-schema.ts'
import { table } from '../../support/table.ts'

const root: JsonSchema = {
  $defs: {
    city: { type: 'string' },
    'a/b~c %': { type: 'number' },
    next: { $ref: '#/$defs/city' },
    far: { $ref: '#/$defs/further' },
    further: { $ref: '#/$defs/next' },
    self: { $ref: '#/$defs/self' },
    ['__proto__']: { type: 'boolean' },
  },
}

table('resolved', (reference: unknown) => resolved({ $ref: reference }, root), [
  ['#/$defs/city', { type: 'string' }],
  ['#/$defs/next', { type: 'string' }],
  ['#/$defs/far', { type: 'string' }],
  ['#/$defs/a~1b~0c%20%25', { type: 'number' }],
  ['#/$defs/__proto__', { type: 'boolean' }],
  ['#', root],
  ['#/$defs/self', { $ref: '#/$defs/self' }, 'gives up on what has no end'],
  ['#/$defs/constructor', {}],
  ['#/$defs/none', {}],
  ['#/__proto__', {}],
  ['#/$defs/city/type', {}],
  ['https://a.example/schema', {}],
  ['#city', {}],
  ['', {}],
  ['#/%zz', {}],
  [1, { $ref: 1 }],
])

table(
  'propertiesOf',
  (schema: JsonSchema) => propertiesOf(schema).map(({ name, required }) => [name, required]),
  [
    [
      { properties: { a: {}, b: true }, required: ['b'] },
      [
        ['a', false],
        ['b', true],
      ],
    ],
    [{ properties: {}, required: ['a'] }, []],
    [{ properties: { a: {} }, required: 'a' }, [['a', false]]],
    [{ properties: JSON.parse('{"__proto__":{}}') }, [['__proto__', false]]],
    [{ properties: [1] }, []],
    [{}, []],
    [{ ...root, $ref: '#/$defs/object', $defs: { object: { properties: { a: {} } } } }, [['a', false]]],
  ],
)

table('signature', signature, [
  [{}, ''],
  [
    { properties: { city: { type: 'string' }, days: { type: 'integer' } }, required: ['city'] },
    'city=string [days=integer]',
  ],
  [{ properties: { tags: { type: 'array', items: { type: 'string' } } } }, '[tags=string[]]'],
  [{ properties: { unit: { enum: ['C', 'F'] } } }, '[unit="C" | "F"]'],
  [{ properties: { any: {} } }, '[any=any]'],
])
