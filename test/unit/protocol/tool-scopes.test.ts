import type { JsonRpcMessage } from '../../../src/protocol/jsonrpc.ts'
import { isScope, lackingScopes } from '../../../src/protocol/tool-scopes.ts'
import { table } from '../../support/table.ts'

const lacking = lackingScopes(() => new Map([['deploy', ['admin', 'ops']]]), {
  deploy: ['ops', 'eu'],
  read: ['reader'],
})
const calling = (name: unknown, more: object = { id: 1 }) =>
  ({ jsonrpc: '2.0', ...more, method: 'tools/call', params: { name } }) as JsonRpcMessage
const known = (scopes: unknown) => ({ token: 't', clientId: 'c', scopes }) as never

type Asked = readonly [message: JsonRpcMessage, granted?: unknown]
const asked = ([message, granted]: Asked) =>
  lacking(message, granted === undefined ? undefined : known(granted))

table('lackingScopes', asked, [
  [[calling('deploy'), ['admin', 'ops', 'eu']], undefined],
  [[calling('deploy'), ['admin', 'ops']], ['admin', 'ops', 'eu'], 'all that it takes, each once'],
  [
    [calling('deploy'), []],
    ['admin', 'ops', 'eu'],
  ],
  [[calling('deploy')], ['admin', 'ops', 'eu'], 'nobody is known'],
  [[calling('deploy'), 'admin ops eu'], ['admin', 'ops', 'eu'], 'which is no list'],
  [
    [calling('deploy'), null],
    ['admin', 'ops', 'eu'],
  ],
  [[calling('deploy', {})], ['admin', 'ops', 'eu'], 'without an id'],
  [[calling('read'), ['reader']], undefined],
  [[calling('read'), ['Reader']], ['reader']],
  [[calling('open'), []], undefined],
  [[calling('constructor')], undefined],
  [[calling('__proto__')], undefined],
  [[calling(undefined)], undefined],
  [[{ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { name: 'deploy' } }], undefined],
  [[{ jsonrpc: '2.0', id: 1, method: 'tools/call' }], undefined],
  [[{ jsonrpc: '2.0', id: 1, result: {} }], undefined],
])

table('isScope', isScope, [
  ['admin', true],
  ['https://scopes.example/files:read', true],
  ['', false],
  ['a b', false],
  ['a"b', false],
  ['a\\b', false],
  ['a\nb', false],
  ['ä', false],
  [undefined, false],
])
