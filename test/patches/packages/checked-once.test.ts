import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { CallToolRequestSchema, CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js'
import { checkedOnce, mayCheckTwice, plain } from '../../../src/patches/packages/checked-once.ts'
import { instrument } from '../../../src/patches/packages/instrument.ts'
import { root } from '../../support/program.ts'

/** How many checks of each file can be left out. */
const checks = { 'server/index.js': 2, 'shared/protocol.js': 1 }

test('each check of SDK v1 that may be left out is where it is looked for', () => {
  for (const format of ['esm', 'cjs'])
    for (const [name, count] of Object.entries(checks)) {
      const file = join(root, 'node_modules/@modelcontextprotocol/sdk/dist', format, name)
      const changed = instrument(readFileSync(file, 'utf8'), file) ?? ''
      const found = changed.split(`${checkedOnce}?.`).length + changed.split(`!${checkedOnce}`).length - 2
      assert.equal(found, count, `${format} ${name}`)
      assert.ok(mayCheckTwice(String(pathToFileURL(file))))
    }
})

const parts: Record<string, readonly unknown[]> = {
  content: [
    ...[undefined, null, 'text', [], {}, [undefined], ['text'], [[]], [null]],
    [{ type: 'text', text: 'one' }],
    [
      { type: 'text', text: '' },
      { text: 'in another order', type: 'text' },
    ],
    [{ type: 'text' }],
    [{ type: 'text', text: 1 }],
    [{ type: 'text', text: 'one', annotations: { priority: 1 } }],
    [{ type: 'text', text: 'one', more: 1 }],
    [{ type: 'image', data: 'aGk=', mimeType: 'image/png' }],
    [{ type: 'dance', text: 'one' }],
    [Object.create({ type: 'text', text: 'inherited' })],
    [Object.assign(Object.create(null), { type: 'text', text: 'bare' })],
  ],
  isError: [undefined, true, false, 'yes'],
  structuredContent: [undefined, {}, { value: [1] }, 'no'],
  _meta: [undefined, {}, { own: 1 }],
}

/** Every result of these parts, the members in the order of the names. */
function* resultsOf(names: readonly string[], result: object = {}): Generator<object> {
  const [name, ...others] = names
  if (name === undefined) return yield result
  yield* resultsOf(others, result)
  for (const value of parts[name] ?? []) yield* resultsOf(others, { ...result, [name]: value })
}

test('what is said of a result of texts is what its schema says', () => {
  const all = [
    ...resultsOf(['content', 'isError', 'structuredContent', '_meta']),
    ...resultsOf(['isError', 'content']),
    ...[undefined, null, 1, 'text', [], new Date()],
  ]
  let taken = 0
  for (const result of all) {
    const said = plain(result)
    if (!said) continue
    taken++
    const checked = CallToolResultSchema.safeParse(result)
    assert.ok(checked.success)
    assert.equal(JSON.stringify(said.data), JSON.stringify(checked.data))
  }
  assert.ok(all.length > 1_000 && taken >= 9, `${taken} of ${all.length}`)
})

test('a request that its schema has made is the same when it is checked again', () => {
  const params = [
    { name: 'one' },
    { name: 'one', arguments: { a: [{ b: null }] }, _meta: { progressToken: 1, own: {} } },
    { name: 'one', more: 1, task: { ttl: 1 } },
  ]
  for (const one of params) {
    const once = CallToolRequestSchema.parse({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: one })
    assert.deepEqual(CallToolRequestSchema.parse(once), once)
  }
})
