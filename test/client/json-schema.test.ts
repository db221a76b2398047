import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { alternatives, type JsonSchema, readValue, typeName } from '../../src/client/json-schema.ts'

/** Lists of lists of …, `depth` deep. */
const nested = (depth: number): JsonSchema =>
  Array.from({ length: depth }).reduce<JsonSchema>((items) => ({ type: 'array', items }), { type: 'number' })

/** A choice of a choice of …, `depth` deep. */
const chosen = (depth: number): JsonSchema =>
  Array.from({ length: depth }).reduce<JsonSchema>((one) => ({ anyOf: [one] }), { type: 'number' })

/** Each definition is a list of two kinds of lists of the next: the whole name would double with each. */
function doubling(depth: number): JsonSchema {
  const next = (at: number) => ({ type: 'array', items: { $ref: `#/$defs/${at + 1}` } })
  const list = (at: number) => ({ anyOf: [{ type: 'array', items: next(at) }, next(at)] })
  const $defs = Object.fromEntries(Array.from({ length: depth }, (_, at) => [String(at), list(at)]))
  return { $ref: '#/$defs/0', $defs: { ...$defs, [depth]: { enum: [1, 2] } } }
}

const self = { $ref: '#' }

describe('how a schema reads', () => {
  const rows: [schema: JsonSchema, name: string][] = [
    [{ type: 'string' }, 'string'],
    [{ type: ['string', 'null'] }, 'string | null'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, '(string | null)[]'],
    [{ anyOf: [{ const: 'a' }, { enum: ['b', 'a'] }, { type: 'number' }] }, '"a" | "b" | "a" | number'],
    [{ allOf: [{ $ref: '#/$defs/a' }], $defs: { a: { type: 'integer' } } }, 'integer'],
    [{ $ref: '#/$defs/none' }, 'any'],
    [nested(3), 'number[][][]'],
    // Twice the same is not itself.
    [
      {
        anyOf: [{ $ref: '#/$defs/a' }, { type: 'array', items: { $ref: '#/$defs/a' } }],
        $defs: { a: { type: 'array', items: { type: 'string' } } },
      },
      'string[] | string[][]',
    ],
    [{ type: 'array', items: self }, 'any[][]'],
    [{ anyOf: [{ type: 'string' }, self] }, 'string'],
    [{ anyOf: [self, self] }, 'any'],
    [{ allOf: [self] }, 'any'],
    [self, 'any'],
    [{ anyOf: [{ type: 'string' }, { type: 'array', items: self }] }, 'string | (string | any[])[]'],
    [chosen(20_000), 'number'],
    [{ anyOf: Array.from({ length: 10_000 }, () => self) }, 'any'],
    [{ anyOf: Array.from({ length: 300_000 }, () => ({ type: 'string' })) }, 'string'],
    [{ type: Array.from({ length: 300_000 }, () => 'string') }, 'string'],
  ]
  for (const [at, [schema, name]] of rows.entries())
    test(`${at + 1}: ${name}`, () => assert.equal(typeName(schema, schema), name))

  for (const [what, schema] of Object.entries({ nested: nested(20_000), doubling: doubling(60) }))
    test(`what has no short name has a short one all the same: ${what}`, () => {
      const name = typeName(schema, schema)
      assert.ok(name.length < 1000, `${name.length} characters`)
      assert.match(name, /any/)
    })
})

test('a choice that leads back to itself is over', () => {
  const schema = {
    anyOf: [{ $ref: '#/$defs/a' }, { type: 'null' }],
    $defs: { a: { oneOf: [self, { type: 'string' }] } },
  }
  assert.deepEqual(
    alternatives(schema, schema).map(({ type }) => type),
    ['string', 'null'],
  )
})

test('a list of itself cannot be typed without its brackets', () => {
  const schema = { type: 'array', items: self }
  assert.throws(() => readValue('1,2', schema, schema), /must be any\[\]/)
  assert.deepEqual(readValue('[[],[[]]]', schema, schema), [[], [[]]])
})
