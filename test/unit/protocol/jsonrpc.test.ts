import {
  asMessage,
  isRequestId,
  type JsonRpcMessage,
  messageFault,
  messageText,
  usableId,
  wordOf,
} from '../../../src/protocol/jsonrpc.ts'
import { refused, table } from '../../support/table.ts'

const version = { jsonrpc: '2.0' } as const
const call = { ...version, id: 1, method: 'ping' }
const notAnId = 'id must be a string or an integer below 2^53'

table('messageFault', messageFault, [
  [call, undefined],
  [{ ...version, method: 'ping' }, undefined, 'a notification'],
  [{ ...version, id: '', method: '' }, undefined, 'an id and a method may be empty'],
  [{ ...version, id: 1, result: {} }, undefined],
  [{ ...version, id: 1, error: { code: -1, message: '' } }, undefined],
  [
    { ...version, id: null, error: { code: -1, message: '' } },
    undefined,
    'nobody could read what it answers',
  ],
  [{ ...call, params: undefined }, undefined],
  [{ ...call, other: 1 }, undefined, 'other members are no fault'],
  [[call], 'batches are not supported since protocol version 2025-06-18'],
  [[], 'batches are not supported since protocol version 2025-06-18'],
  [null, 'a message must be a JSON object'],
  ['ping', 'a message must be a JSON object'],
  [{}, 'jsonrpc must be "2.0"'],
  [{ ...call, jsonrpc: 2 }, 'jsonrpc must be "2.0"'],
  [{ ...call, id: null }, notAnId],
  [{ ...call, id: 1.5 }, notAnId],
  [{ ...call, id: 2 ** 53 }, notAnId],
  [{ ...call, id: {} }, notAnId],
  [{ ...call, id: true }, notAnId],
  [{ ...version, id: null, result: {} }, notAnId],
  [{ ...call, method: 1 }, 'method must be a string'],
  [{ ...call, params: [] }, 'params must be an object'],
  [{ ...call, params: null }, 'params must be an object'],
  [{ ...call, params: { _meta: 1 } }, '_meta must be an object'],
  [
    { ...call, params: { _meta: { progressToken: {} } } },
    'progressToken must be a string or an integer below 2^53',
  ],
  [
    { ...call, params: { _meta: { 'io.modelcontextprotocol/related-task': {} } } },
    'io.modelcontextprotocol/related-task must hold a taskId',
  ],
  [version, 'a message needs a method or an id'],
  [{ ...version, id: 1 }, 'a message needs a method, a result or an error'],
  [{ ...version, id: 1, result: null }, 'result must be an object'],
  [{ ...version, id: 1, error: 'wrong' }, 'a message needs a method, a result or an error'],
  [
    { ...version, id: 1, error: { code: 1.5, message: '' } },
    'a message needs a method, a result or an error',
  ],
])

table('asMessage', asMessage, [
  [call, call],
  [{ ...call, extra: 1 }, call],
  [JSON.parse('{"jsonrpc":"2.0","id":1,"method":"ping","__proto__":{"a":1}}'), call],
  [
    { ...version, id: 1, result: {}, params: {} },
    { ...version, id: 1, result: {} },
  ],
  [
    { ...version, id: 1, error: { code: 1, message: '' }, result: {} },
    { ...version, id: 1, error: { code: 1, message: '' } },
  ],
])

table('isRequestId', isRequestId, [
  ['', true],
  [0, true],
  [-1, true],
  [Number.MAX_SAFE_INTEGER, true],
  [2 ** 53, false],
  [Number.NaN, false],
  [0.5, false],
  [null, false],
  [1n, false],
])

table('usableId', usableId, [
  [{ id: 'a' }, 'a'],
  [{ id: 2 ** 60 }, 2 ** 60, 'a number that cannot be an id is still told whose the error is'],
  [{ id: null }, null],
  [{ id: {} }, null],
  [{}, null],
  [[{ id: 1 }], null],
  ['a', null],
])

table('wordOf', wordOf, [
  ['tool', 'tool'],
  [1, '1'],
  [undefined, 'undefined'],
  [null, 'null'],
  [{}, '(no text)'],
  [Object.create(null), '(no text)', 'what cannot be made a text'],
  [[], '(no text)'],
])

const circle: Record<string, unknown> = {}
circle.self = circle
const noAnswer = (why: string) => `{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"${why}"}}`

table('messageText', (message: object) => messageText(message as JsonRpcMessage), [
  [call, '{"jsonrpc":"2.0","id":1,"method":"ping"}'],
  [{ ...version, id: 1, result: { a: 'é\u2028' } }, '{"jsonrpc":"2.0","id":1,"result":{"a":"é\u2028"}}'],
  [
    { ...version, id: 1, result: undefined },
    noAnswer('The server responded with something that is not a result'),
  ],
  [{ ...version, id: 1, error: 'no' }, noAnswer('The server responded with something that is not a result')],
  [
    { ...version, id: 1, result: { big: 1n } },
    noAnswer('The answer cannot be sent as JSON: Do not know how to serialize a BigInt'),
  ],
  [
    { ...version, id: 1, result: circle },
    noAnswer('The answer cannot be sent as JSON: Converting circular structure to JSON'),
  ],
  [
    { ...call, params: circle },
    refused(/^Converting circular structure/),
    'a request is its sender’s to mend',
  ],
])
