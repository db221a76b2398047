import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { messageText } from '../../../src/protocol/jsonrpc.ts'
import { noteListHandler, sharedListHandler } from '../../../src/sessions/derived/shared-list.ts'

interface Tool {
  [field: string]: unknown
}

/** A server like those of the SDKs, which counts how often its list is made. */
function made() {
  const tools: Record<string, Tool> = { one: { title: 'One', enabled: true, annotations: { a: 1 } }, two: {} }
  let times = 0
  const handler = (request: unknown) => {
    times++
    return Promise.resolve({
      tools: Object.entries(tools).map(([name, tool]) => ({ name, ...tool })),
      request,
    })
  }
  const mcp = { server: { _requestHandlers: new Map([['tools/list', handler]]) }, _registeredTools: tools }
  noteListHandler(mcp)
  const shared = sharedListHandler(handler) as (
    request: unknown,
    extra: unknown,
  ) => Promise<{ tools: unknown[] }>
  return { tools, shared, handler, times: () => times }
}

const changes: Record<string, (tools: Record<string, Tool>) => void> = {
  'another tool': (tools) => void Object.assign(tools, { three: {} }),
  'one less': (tools) => void delete tools.two,
  'another name': (tools) => {
    tools.other = tools.two ?? {}
    delete tools.two
  },
  'another order': (tools) => {
    const { one = {} } = tools
    delete tools.one
    tools.one = one
  },
  'a title': ({ one }) => void Object.assign(one ?? {}, { title: 'Two' }),
  'a schema': ({ one }) => void Object.assign(one ?? {}, { inputSchema: {} }),
  'what it is for': ({ one }) => void Object.assign(one ?? {}, { enabled: false }),
  'annotations in their place': ({ one }) => void Object.assign(one?.annotations ?? {}, { a: 2 }),
  'meta data': ({ two }) => void Object.assign(two ?? {}, { _meta: { x: 1 } }),
}

describe('a list that is shared', () => {
  test('is made once, and sent as the JSON that it is', async () => {
    const { shared, times } = made()
    const results = [
      await shared({ method: 'tools/list' }, {}),
      await shared({ method: 'tools/list', params: { _meta: { progressToken: 1 } } }, {}),
    ]
    assert.equal(times(), 1)
    assert.notEqual(results[0], results[1])
    for (const [id, result] of results.entries()) {
      const message = { jsonrpc: '2.0', id, result: { ...result, none: undefined, after: [1] } } as const
      assert.equal(messageText(message), JSON.stringify(message))
    }
  })

  for (const [what, change] of Object.entries(changes))
    test(`is made again for ${what}`, async () => {
      const { tools, shared, times } = made()
      await shared({}, {})
      change(tools)
      const { tools: listed } = await shared({}, {})
      assert.equal(times(), 2)
      assert.deepEqual(
        listed.map((one) => Reflect.get(Object(one), 'name')),
        Object.keys(tools),
      )
    })

  test('is left out of what asks for another part of it', async () => {
    const { shared, times } = made()
    for (const params of [{ cursor: 'a' }, { cursor: 'a' }, 'odd', { _meta: {}, other: 1 }])
      await shared({ params }, {})
    assert.equal(times(), 4)
  })

  test('is only that of a handler which was noted', () => {
    const { handler } = made()
    const own = () => ({ tools: [] })
    assert.equal(sharedListHandler(own), own)
    assert.notEqual(sharedListHandler(handler), handler)
    assert.equal(sharedListHandler(undefined), undefined)
    noteListHandler({})
    noteListHandler({ server: { _requestHandlers: new Map() } })
  })
})
