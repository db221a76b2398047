import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { kindsOf, SeenLists } from '../../../src/sessions/persistence/seen-lists.ts'

type Page = { tools?: object[]; nextCursor?: string }

const request = (cursor?: string) => ({
  method: 'tools/list',
  params: cursor === undefined ? {} : { cursor },
})
const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]

/** What a client has seen, and what there is after a start; whether that is news. */
const rows: Record<string, { seen: Page[]; now: Page[]; news: boolean }> = {
  'the same list': { seen: [{ tools: [a, b] }], now: [{ tools: [a, b] }], news: false },
  'another order': { seen: [{ tools: [a, b] }], now: [{ tools: [b, a] }], news: false },
  'one more': { seen: [{ tools: [a] }], now: [{ tools: [a, b] }], news: true },
  'one less': { seen: [{ tools: [a, b] }], now: [{ tools: [a] }], news: true },
  'one that is another': { seen: [{ tools: [a] }], now: [{ tools: [{ ...a, title: 'A' }] }], news: true },
  'none any more': { seen: [{ tools: [a] }], now: [], news: true },
  'none, as before': { seen: [{ tools: [] }], now: [], news: false },
  'the same pages': {
    seen: [{ tools: [a], nextCursor: '1' }, { tools: [b] }],
    now: [{ tools: [a], nextCursor: 'other' }, { tools: [b] }],
    news: false,
  },
  'another second page': {
    seen: [{ tools: [a], nextCursor: '1' }, { tools: [b] }],
    now: [{ tools: [a], nextCursor: '1' }, { tools: [c] }],
    news: true,
  },
  'another second page, which was not seen': {
    seen: [{ tools: [a], nextCursor: '1' }],
    now: [{ tools: [a], nextCursor: '1' }, { tools: [c] }],
    news: false,
  },
  'a second page where there was none': {
    seen: [{ tools: [a] }],
    now: [{ tools: [a], nextCursor: '1' }, { tools: [b] }],
    news: true,
  },
}

const answer = (result: Page) => ({ jsonrpc: '2.0', id: 1, result }) as const
const unknown = { jsonrpc: '2.0', id: 1, error: { code: -32_601, message: 'Method not found' } } as const

describe('a list after a start with other code is news to who has seen another', () => {
  for (const [name, { seen, now, news }] of Object.entries(rows))
    test(name, async () => {
      const before = new SeenLists()
      for (const [at, page] of seen.entries()) {
        const cursor = at === 0 ? undefined : seen[at - 1]?.nextCursor
        assert.ok(before.note(request(cursor), { ...page }))
        // The same page again is nothing new.
        if (at === 0 && seen.length === 1) assert.equal(before.note(request(), { ...page }), undefined)
      }
      const after = new SeenLists()
      after.restore(JSON.parse(JSON.stringify(before.record.seen)))
      let asked = 0
      const ask = async () => {
        const page = now[asked++]
        return page ? answer(page) : unknown
      }
      assert.deepEqual([...kindsOf(await after.renew(ask))], news ? ['tools'] : [])
      asked = 0
      assert.deepEqual(await after.renew(ask), {}, 'it is told once')
    })

  test('which a server that does not answer is not', async () => {
    const lists = new SeenLists()
    lists.note(request(), { tools: [a] })
    assert.deepEqual(await lists.renew(async () => undefined), {})
    lists.restore({ 'tools/list': 7, other: 'x', constructor: 'y' })
    assert.deepEqual(Object.keys(lists.record.seen ?? {}), ['tools/list'])
  })
})
