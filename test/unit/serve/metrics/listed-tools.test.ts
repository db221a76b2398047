import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ListedTools } from '../../../../src/serve/metrics/listed-tools.ts'

const toolsOf = (...names: unknown[]) => ({ tools: names.map((name) => ({ name })) })

test('names are learned from lists, only so many and none that is too long', () => {
  const tools = new ListedTools()
  tools.learn({})
  tools.learn({ tools: [null, 7, { name: 7 }, { name: 'x'.repeat(129) }, { name: 'echo' }] })
  assert.deepEqual(
    [tools.nameOf('echo'), tools.nameOf('x'.repeat(129)), tools.nameOf('7')],
    ['echo', 'other', 'other'],
  )
  tools.learn(toolsOf(...Array.from({ length: 1000 }, (_, index) => `tool-${index}`)))
  assert.deepEqual([tools.nameOf('tool-498'), tools.nameOf('tool-499')], ['tool-498', 'other'])
})

test('a name that is not known has the server asked once, over all its pages, and not again at once', async () => {
  const tools = new ListedTools()
  const asked: unknown[] = []
  const ask = async (method: string, params: Record<string, unknown>) => {
    asked.push([method, params])
    const result = params.cursor === 'more' ? toolsOf('late') : { ...toolsOf('echo'), nextCursor: 'more' }
    return { jsonrpc: '2.0', id: 1, result } as const
  }
  const meta = { version: 'as the client says', progressToken: 7 }
  const first = tools.settled('late', meta, ask)
  assert.equal(tools.settled('made up', meta, ask), first)
  await first
  const kept = { version: 'as the client says' }
  assert.deepEqual(asked, [
    ['tools/list', { _meta: kept }],
    ['tools/list', { _meta: kept, cursor: 'more' }],
  ])
  assert.deepEqual(
    [tools.nameOf('late'), tools.nameOf('echo'), tools.nameOf('made up')],
    ['late', 'echo', 'other'],
  )
  assert.equal(tools.settled('made up', meta, ask), undefined)
  assert.equal(tools.settled('late', meta, ask), undefined)
})

test('a server that does not list is not asked for ever', async () => {
  const tools = new ListedTools()
  const error = { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'Method not found' } } as const
  await tools.settled('echo', undefined, async () => error)
  assert.equal(tools.nameOf('echo'), 'other')
  const endless = new ListedTools()
  let pages = 0
  await endless.settled('echo', undefined, async () => {
    pages++
    return { jsonrpc: '2.0', id: 1, result: { tools: [], nextCursor: 'again' } }
  })
  assert.equal(pages, 50)
})
