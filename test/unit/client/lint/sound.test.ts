import { lintSchema } from '../../../../src/client/lint/schema/lint-schema.ts'
import { table } from '../../../support/table.ts'

const where = { subject: 'tool a', path: '' }
const ofInput = (schema: unknown) =>
  lintSchema(schema, 'input', where).map(({ check, path }) => `${check} ${path}`.trim())
const text = { type: 'string' }
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })

table('lintSchema, of an input that is fine,', ofInput, [
  [object({}), []],
  [object({ a: { type: 'array', items: text } }, { required: ['a'], additionalProperties: false }), []],
  [object({ a: { type: 'string', enum: ['a', 'b'], default: 'a' } }), []],
  [object({ a: { type: 'string', format: 'date-time', pattern: '^\\d+$' } }), []],
  [object({ a: { type: 'integer', minimum: 1, maximum: 1, default: 1 } }), []],
  [object({ a: { anyOf: [text, { type: 'null' }] } }), []],
  [object({ ['__proto__']: text, constructor: text }, { required: ['__proto__', 'constructor'] }), []],
  [
    object({ type: text, properties: text, $ref: text, enum: text }, { required: ['type'] }),
    ['argument-name /properties/$ref'],
    'arguments may be called like keywords',
  ],
  [
    object({ a: { type: 'string', $schema: undefined } }),
    ['keyword-form /properties/a'],
    'what was never on the wire',
  ],
])

table('lintSchema, of names that are required,', ofInput, [
  [object({ a: text }, { required: ['a'] }), []],
  [object({ a: text }, { required: ['b', 'c'] }), ['required-unknown', 'required-unknown']],
  [object({}, { required: ['toString'] }), ['required-unknown'], 'what every object inherits is no property'],
  [object({ a: object({ b: text }, { required: ['c'] }) }), ['required-unknown /properties/a']],
  [object({ a: { anyOf: [object({ b: text }, { required: ['b'] })] } }), []],
  [
    object({ a: { ...object({ b: text }), anyOf: [{ required: ['b'] }, { required: ['c'] }] } }),
    [],
    'an alternative may say no more than this',
  ],
  [
    object({ a: { ...object({ b: text }), anyOf: [object({ c: text }, { required: ['b', 'c'] })] } }),
    [],
    'an alternative tells of the same object',
  ],
  [
    object({ a: { type: 'object', patternProperties: { '^x': text }, required: ['x1'] } }),
    ['names-by-pattern /properties/a'],
  ],
])

table(
  'lintSchema, of objects without properties,',
  (schema: unknown) => ofInput(object({ a: schema })).filter((one) => one.startsWith('object-')),
  [
    [{ type: 'object' }, ['object-without-properties /properties/a']],
    [{ type: 'object', properties: {} }, ['object-without-properties /properties/a']],
    [{ type: 'object', additionalProperties: text }, []],
    [{ type: 'object', anyOf: [object({ b: text })] }, [], 'the alternatives have them'],
    [{ type: ['object', 'null'] }, []],
  ],
)

table(
  'lintSchema, of an output,',
  (schema: unknown) =>
    lintSchema(schema, 'output', where).map(({ check, clients }) => [check, ...clients].join(' ')),
  [
    [object({ a: text }, { required: ['b'] }), [], 'it may have what it does not describe'],
    [object({ a: { type: ['string', 'null'], format: 'uri', const: 'a' } }), [], 'no model is told of it'],
    [object({ a: { type: 'strng' } }), ['unknown-type clients built on the official SDKs']],
    [object({ a: { anyOf: [] } }), ['union-empty clients that validate']],
    [object({ a: { minimum: 2, maximum: 1 } }), ['bounds-crossed']],
  ],
)

table(
  'lintSchema, of references,',
  (schema: unknown) => ofInput(schema).filter((one) => one !== 'reference /properties/a'),
  [
    [object({ a: { $ref: '#/$defs/b' } }, { $defs: { b: text } }), []],
    [object({ a: { $ref: '#b' } }, { $defs: { b: { $anchor: 'b', ...text } } }), []],
    [object({ a: { $ref: 'b.json' } }, { $defs: { b: { $id: 'b.json', ...text } } }), []],
    [object({ a: { $ref: '#/properties/b~1c' }, 'b/c': text }), ['argument-name /properties/b~1c']],
    [object({ a: { $ref: '#/$defs/a%20b' } }, { $defs: { 'a b': text } }), []],
    [object({ a: { $ref: '#/$defs/__proto__' } }, { $defs: {} }), ['reference-dangling /properties/a']],
    [object({ a: { $ref: '#nowhere' } }), ['reference-dangling /properties/a']],
    [object({ a: { $ref: '#/$defs/b%' } }), ['reference-dangling /properties/a']],
    [object({ a: { $ref: '#' } }), ['reference-recursive /properties/a']],
    [
      object({ a: { $ref: '#/properties/a' } }),
      ['reference-endless /properties/a', 'reference-recursive /properties/a'],
    ],
    [
      object(
        { a: { $ref: '#/$defs/b' } },
        { $defs: { b: object({ c: { $ref: '#/$defs/c' } }), c: object({ b: { $ref: '#/$defs/b' } }) } },
      ),
      [
        'reference-recursive /$defs/b/properties/c',
        'reference-recursive /$defs/c/properties/b',
        'reference /$defs/b/properties/c',
        'reference /$defs/c/properties/b',
      ],
      'through another',
    ],
  ],
)

table('lintSchema, of headers,', ofInput, [
  [object({ a: { ...text, 'x-mcp-header': 'A' }, b: { ...text, 'x-mcp-header': 'B' } }), []],
  [
    object({ a: { ...text, 'x-mcp-header': 'A' }, b: { ...text, 'x-mcp-header': 'a' } }),
    ['header /properties/b'],
  ],
  [object({ a: { ...text, 'x-mcp-header': 'a b' } }), ['header /properties/a']],
  [object({ a: { type: 'array', items: { ...text, 'x-mcp-header': 'A' } } }), ['header /properties/a/items']],
  [{ ...object({}), 'x-mcp-header': 'A' }, ['header']],
])
