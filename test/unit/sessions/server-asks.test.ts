import type { JsonRpcMessage } from '../../../src/protocol/jsonrpc.ts'
import { ServerAsks } from '../../../src/sessions/server-asks.ts'
import { table } from '../../support/table.ts'

const ask = (id: string | number, params?: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'ask',
  ...(params && { params }),
})

/** What the client sees of what one server says, in order. */
const seen = (messages: readonly object[]) => {
  const asks = new ServerAsks()
  const link = { send: () => undefined }
  return messages.map((message) => asks.toClient(link, message as JsonRpcMessage))
}

const cancelled = (requestId: unknown) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
})

table('ServerAsks.toClient', seen, [
  [[ask(0), ask('0')], [ask(1), ask(2)], 'each has an id of its own'],
  [[ask(7, { a: 1 })], [ask(1, { a: 1 })]],
  [
    [ask(0, { _meta: { progressToken: 'mine', b: 1 } })],
    [ask(1, { _meta: { progressToken: 1, b: 1 } })],
    'so has the token of its progress',
  ],
  [[ask(0, { _meta: 'none' })], [ask(1, { _meta: 'none' })]],
  [
    [ask(5), cancelled(5)],
    [ask(1), cancelled(1)],
  ],
  [[cancelled(5)], [undefined], 'what was never asked'],
  [
    [ask(5), cancelled('5')],
    [ask(1), undefined],
  ],
  [
    [ask(5), cancelled(5), cancelled(5)],
    [ask(1), cancelled(1), undefined],
  ],
  [[{ jsonrpc: '2.0', method: 'note' }], [{ jsonrpc: '2.0', method: 'note' }]],
  [[{ jsonrpc: '2.0', id: 1, result: {} }], [{ jsonrpc: '2.0', id: 1, result: {} }]],
])

/** What two servers that asked get of the client's answers. */
const answered = (ids: readonly (string | number | null)[]) => {
  const asks = new ServerAsks()
  const got: unknown[] = []
  for (const name of ['one', 'two']) {
    asks.toClient({ send: (message) => got.push([name, message]) }, ask(`of ${name}`) as JsonRpcMessage)
  }
  for (const id of ids) asks.answer({ jsonrpc: '2.0', id: id as number, result: {} })
  return got
}

table('ServerAsks.answer', answered, [
  [[2], [['two', { jsonrpc: '2.0', id: 'of two', result: {} }]]],
  [[1, 1], [['one', { jsonrpc: '2.0', id: 'of one', result: {} }]], 'the second answer is nobody’s'],
  [['1'], []],
  [[3], []],
  [[null], []],
])
