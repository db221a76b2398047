import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cacheText, piecesWithCached, textWithCached } from '../../../src/protocol/cached-text.ts'

const listOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ name: `tool ${at}`, text: 'é"\n' }))
const [short, long] = [listOf(3), listOf(1_000)]
cacheText(short)
cacheText(long)

const results = (tools: readonly unknown[]): object[] => [
  { tools },
  { tools, _meta: { a: [1] } },
  { _meta: {}, nextCursor: 'more', tools },
  { a: undefined, tools, b: undefined, c: null },
  { a: undefined, tools, toJSON: undefined },
]
const messages = (result: object): object[] => [
  { jsonrpc: '2.0', id: 1, result },
  { result, jsonrpc: '2.0', id: 'a"b' },
  { result },
]

test('a message that holds a kept list has the text that JSON gives it', () => {
  for (const tools of [short, long, listOf(2), []])
    for (const message of results(tools).flatMap(messages))
      assert.equal(textWithCached(message), JSON.stringify(message))
})

test('the pieces of one with a long list are that text', () => {
  for (const message of results(long).flatMap(messages)) {
    const [before = '', bytes = Buffer.alloc(0), after = ''] = piecesWithCached(message) ?? []
    assert.equal(before + Buffer.from(bytes).toString() + after, JSON.stringify(message))
  }
})

test('there are none of a short list, of one that is not kept, and of what has no text', () => {
  const others = [{ tools: short }, { tools: listOf(1_000) }, { content: [] }, { tools: long, _meta: 1n }]
  for (const result of others) assert.equal(piecesWithCached({ jsonrpc: '2.0', id: 1, result }), undefined)
  assert.equal(piecesWithCached({ jsonrpc: '2.0', id: 1, error: { code: 1, message: 'no' } }), undefined)
})
