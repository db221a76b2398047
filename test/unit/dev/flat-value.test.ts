import { flatten, unflatten } from '../../../src/dev/protocol/flat-value.ts'
import { table } from '../../support/table.ts'

const crossed = (value: object) => unflatten(structuredClone(flatten(value)))

class Id {
  readonly #text = 'id'
  toJSON() {
    return this.#text
  }
}
const date = new Date(0)
const broken = {
  a: 1,
  get b() {
    throw new Error('no')
  },
}

table('flatten, and unflatten in another process,', crossed, [
  [{}, {}],
  [[], []],
  [
    { a: 1, b: 'ü', c: null, d: undefined, e: 1n, f: [true, { g: 2 }] },
    { a: 1, b: 'ü', c: null, d: undefined, e: 1n, f: [true, { g: 2 }] },
  ],
  [
    { date, bytes: Uint8Array.of(1), map: new Map([[{ a: 1 }, new Set([1])]]) },
    { date, bytes: Uint8Array.of(1), map: new Map([[{ a: 1 }, new Set([1])]]) },
  ],
  [JSON.parse('{"__proto__":{"a":1},"constructor":2}'), JSON.parse('{"__proto__":{"a":1},"constructor":2}')],
  [
    { id: new Id(), url: new URL('http://a/') },
    { id: 'id', url: 'http://a/' },
  ],
  [{ call: () => 1, symbol: Symbol('s'), kept: 1 }, { kept: 1 }, 'what cannot travel is lost'],
  [broken, { a: 1 }],
  [Object.assign([1, 2], { more: 3 }), Object.assign([1, 2], { more: 3 })],
])

const circle: Record<string, unknown> = {}
circle.self = circle
table('flatten, in circles,', () => {
  const again = crossed(circle) as { self?: unknown }
  return again.self === again
}, [[undefined, true]])

let deep: object = {}
for (let level = 0; level < 10_000; level++) deep = { deep }
table('how many parts flatten makes', (value: object) => flatten(value).length, [
  [{ a: {}, b: [] }, 3],
  [{ toJSON: undefined, deep: [deep] }, 10_003, 'as deep as it likes'],
])
