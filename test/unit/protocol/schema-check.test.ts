import { type Direction, schemaFault } from '../../../src/protocol/schema-check.ts'
import { table } from '../../support/table.ts'

/** A Standard Schema that tells this JSON Schema, or throws. */
const telling = (json: unknown) => {
  const tell = () => {
    if (json instanceof Error) throw json
    return json as Record<string, unknown>
  }
  return { '~standard': { jsonSchema: { input: tell, output: tell } } }
}

let deep: unknown = {}
for (let level = 0; level < 20_000; level++) deep = { not: deep }

table(
  'schemaFault',
  ([json, direction]: readonly [unknown, Direction]) => schemaFault(telling(json), direction),
  [
    [[{ type: 'object' }, 'input'], undefined],
    [[{}, 'input'], undefined],
    [[{ type: 'string' }, 'input'], 'must describe an object, not "string": wrap it in z.object({ … })'],
    [
      [{ type: ['object', 'null'] }, 'input'],
      'must describe an object, not ["object","null"]: wrap it in z.object({ … })',
    ],
    [[{ type: 'string' }, 'output'], undefined],
    [[{ properties: { a: { $ref: '#/$defs/a' } } }, 'input'], undefined],
    [
      [{ properties: { a: { anyOf: [{}, { $ref: 'https://a.example/b' }] } } }, 'input'],
      'refers to "https://a.example/b", which clients must not fetch: put it into the schema itself',
    ],
    [[{ properties: { a: { 'x-mcp-header': 'X-Region' } } }, 'input'], undefined],
    [
      [{ properties: { a: { 'x-mcp-header': 'no header' } } }, 'input'],
      'has the x-mcp-header "no header", which is not an HTTP header name',
    ],
    [
      [{ properties: { a: { 'x-mcp-header': 'a\r\nb' } } }, 'input'],
      'has the x-mcp-header "a\\r\\nb", which is not an HTTP header name',
    ],
    [
      [new Error('dates have none'), 'input'],
      'has no JSON Schema that clients could be told: dates have none',
    ],
    [[new ReferenceError('later'), 'input'], undefined, 'a getter that names what is declared further down'],
    [[deep, 'input'], 'is nested too deep to be told to clients'],
    [
      [null, 'input'],
      "has no JSON Schema that clients could be told: Cannot read properties of null (reading 'type')",
    ],
  ],
)

table('schemaFault, of what tells nothing,', (schema: object) => schemaFault(schema, 'input'), [
  [{}, undefined],
  [{ '~standard': 1 }, undefined],
  [() => undefined, undefined],
  [
    Object.assign(() => undefined, telling({ type: 'string' })),
    'must describe an object, not "string": wrap it in z.object({ … })',
  ],
])
