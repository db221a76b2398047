import {
  advertised,
  compareOffers,
  emptyList,
  type ListKind,
  type Offer,
} from '../../../src/dev/protocol/offer.ts'
import type { JsonRpcRequest, JsonRpcResponse } from '../../../src/protocol/jsonrpc.ts'
import { table } from '../../support/table.ts'

type Lists = Partial<Offer>
const offer = (lists: Lists): Offer => ({ tools: [], prompts: [], resources: [], ...lists })

const compared = ([before, after, dirty = []]: readonly [Lists, Lists, ListKind[]?]) => {
  const { kinds, words } = compareOffers(offer(before), offer(after), new Set(dirty))
  return [[...kinds], words]
}

table('compareOffers', compared, [
  [
    [{}, {}],
    [[], []],
  ],
  [
    [{ tools: [['a', '{}']] }, { tools: [['a', '{}']] }],
    [[], []],
  ],
  [
    [{}, { tools: [['a', '{}']] }],
    [['tools'], ['+a']],
  ],
  [
    [{ tools: [['a', '{}']] }, {}],
    [['tools'], ['−a']],
  ],
  [
    [{ tools: [['a', '1']] }, { tools: [['a', '2']] }],
    [['tools'], ['~a']],
  ],
  [
    [
      {
        tools: [
          ['a', ''],
          ['b', '1'],
        ],
        prompts: [['p', '']],
      },
      {
        tools: [
          ['b', '2'],
          ['c', ''],
        ],
        prompts: [['p', '']],
      },
    ],
    [['tools'], ['+c', '~b', '−a']],
  ],
  [
    [
      {
        tools: [
          ['a', ''],
          ['b', ''],
        ],
      },
      {
        tools: [
          ['b', ''],
          ['a', ''],
        ],
      },
    ],
    [[], []],
    'the order does not matter',
  ],
  [
    [{}, {}, ['resources']],
    [['resources'], []],
  ],
  [
    [{}, { tools: [['__proto__', '']] }],
    [['tools'], ['+__proto__']],
  ],
  [
    [{ tools: [['', '1']] }, { tools: [['', '2']] }],
    [['tools'], ['~']],
  ],
])

const request = (method: string): JsonRpcRequest => ({ jsonrpc: '2.0', id: 1, method })
const result = (value: Record<string, unknown>): JsonRpcResponse => ({ jsonrpc: '2.0', id: 1, result: value })
const error = (code: number): JsonRpcResponse => ({ jsonrpc: '2.0', id: 1, error: { code, message: '' } })

const all = { tools: { listChanged: true }, prompts: { listChanged: true }, resources: { listChanged: true } }
const hello = (value: Record<string, unknown>) => advertised(request('initialize'), result(value))

table('advertised', hello, [
  [{}, result({ capabilities: all })],
  [{ capabilities: null, more: 1 }, result({ capabilities: all, more: 1 })],
  [
    { capabilities: { resources: { subscribe: true }, logging: {} } },
    result({ capabilities: { ...all, resources: { subscribe: true, listChanged: true }, logging: {} } }),
  ],
  [{ capabilities: { tools: { listChanged: false } } }, result({ capabilities: all })],
])

const other = ([method, answer]: readonly [string, JsonRpcResponse]) => advertised(request(method), answer)
table('advertised, of other answers,', other, [
  [['tools/list', result({ tools: [] })], result({ tools: [] })],
  [['initialize', error(-32600)], error(-32600)],
])

const listed = ([method, answer]: readonly [string, JsonRpcResponse]) => emptyList(request(method), answer)
table('emptyList', listed, [
  [['tools/list', error(-32601)], result({ tools: [] })],
  [['resources/templates/list', error(-32601)], result({ resourceTemplates: [] })],
  [['tools/list', error(-32603)], error(-32603)],
  [['tools/call', error(-32601)], error(-32601)],
  [['constructor', error(-32601)], error(-32601)],
  [['tools/list', result({ tools: [1] })], result({ tools: [1] })],
])
