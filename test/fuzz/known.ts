import { envelope } from './line.ts'
import type { Tree } from './tree.ts'

const object = (members: Record<string, Tree>): Tree => ({
  members: Object.entries(members).map(([name, value]) => [JSON.stringify(name), value]),
})
const lists = (depth: number): Tree => ({ depth, object: false, core: '' })
const objects = (depth: number): Tree => ({ depth, object: true, core: '1' })
/** What no function can make a text of. */
const textless = '{"toString":1,"valueOf":1}'

const envelopeOf = (modern: boolean): Record<string, Tree> =>
  modern ? { _meta: JSON.stringify(envelope) } : {}

/** Messages that have stopped conversations, or might: each is answered, and what comes after it, too. */
export function known(modern: boolean): Tree[] {
  const _meta = envelopeOf(modern)
  let count = 0
  const ask = (method: string, params: Record<string, Tree> = {}, id: Tree = `"known ${count++}"`) =>
    object({ jsonrpc: '"2.0"', id, method: JSON.stringify(method), params: object({ ..._meta, ...params }) })
  const call = (name: Tree, args: Tree = '{}') => ask('tools/call', { name, arguments: args })
  const tell = (method: string, params: Record<string, Tree>) =>
    object({ jsonrpc: '"2.0"', method: JSON.stringify(method), params: object(params) })
  const withMeta = (meta: string) => ask('ping', { _meta: meta })
  const ping = { jsonrpc: '"2.0"', method: '"ping"' }
  return [
    // A request without an id that is no notification: it ended the process.
    object({
      ...ping,
      id: 'null',
      method: '"tools/call"',
      params: object({ ..._meta, name: '"wait"' }),
      error: 'true',
    }),
    // Deep and wide.
    ask('ping', { x: lists(20_000) }),
    ask('ping', { x: objects(50_000) }),
    call('"give"', object({ x: lists(20_000) })),
    call('"give"', object({ x: { width: 50_000, object: true } })),
    call('"give"', object({ x: { width: 200_000, object: false } })),
    call(lists(20_000)),
    ask('resources/read', { uri: lists(20_000) }),
    ask('prompts/get', { name: '"greet"', arguments: lists(20_000) }),
    ask('tools/list', { cursor: lists(20_000) }),
    ask('no/such', { x: lists(20_000) }),
    tell('notifications/cancelled', { requestId: lists(20_000) }),
    tell('notifications/progress', { progressToken: lists(20_000), progress: '1' }),
    object({ jsonrpc: '"2.0"', id: '"never"', result: object({ x: lists(20_000) }) }),
    object({ jsonrpc: '"2.0"', id: lists(20_000), method: '"ping"' }),
    lists(20_000),
    // Names that every object has, and what is no text.
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''].flatMap((name) => [
      ask(name),
      call(JSON.stringify(name)),
      ask('prompts/get', { name: JSON.stringify(name) }),
      ask('resources/read', { uri: JSON.stringify(name) }),
      ask('ping', {}, JSON.stringify(name)),
    ]),
    call(textless),
    ask('resources/read', { uri: textless }),
    ask('prompts/get', { name: textless }),
    ask('logging/setLevel', { level: textless }),
    ask('completion/complete', { ref: textless, argument: textless }),
    ask('completion/complete', {
      ref: `{"type":"ref/prompt","name":${textless}}`,
      argument: '{"name":"a","value":"b"}',
    }),
    ask('initialize', {
      protocolVersion: textless,
      capabilities: '{}',
      clientInfo: `{"name":${textless},"version":${textless}}`,
    }),
    ask('tools/call', {
      name: '"give"',
      arguments: '{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}',
      ..._meta,
    }),
    // Numbers, surrogates and control characters.
    call(
      '"give"',
      '{"a":1e400,"b":-0,"c":123456789012345678901234567890,"d":"\\ud800","e":"\\u0000\\u2028\\u001b"}',
    ),
    // Ids of every kind.
    ...['0', '-1', '-0', '""', '"\\ud800"', '9007199254740991', '1.0', '1e3'].map((id) =>
      object({ ...ping, id }),
    ),
    ...['9007199254740993', '-1e300', '1.5', '1e400', 'null', 'true', '[]', '{}', '[1]'].map((id) =>
      object({ ...ping, id }),
    ),
    // What may be said beside: tokens, versions, members.
    ...['null', '{}', '[]', '1.5', '9007199254740993', '"a"', '0', 'true'].map((token) =>
      withMeta(`{"progressToken":${token}}`),
    ),
    ...['null', '[]', '7', '"x"', '{"io.modelcontextprotocol/related-task":null}', '{"__proto__":1}'].map(
      withMeta,
    ),
    ...['"1.0"', '2.0', 'null', '["2.0"]'].map((jsonrpc) =>
      object({ ...ping, jsonrpc, id: `"version ${count++}"` }),
    ),
    object({ ...ping, id: `"known ${count++}"`, params: '[]' }),
    object({ ...ping, id: `"known ${count++}"`, params: 'null' }),
    object({ ...ping, id: `"known ${count++}"`, colour: '"red"' }),
    object({ ...ping, id: `"known ${count++}"`, result: '{}' }),
    object({ ...ping, id: `"known ${count++}"`, method: 'null' }),
    object({ jsonrpc: '"2.0"', id: `"known ${count++}"` }),
    // Answers to nothing, whole and broken; cancellations of nothing.
    ...['1', '"1"', '0', 'null', '{}', '1.5'].flatMap((id) => [
      object({ jsonrpc: '"2.0"', id, result: '{}' }),
      object({ jsonrpc: '"2.0"', id, result: '7' }),
      object({ jsonrpc: '"2.0"', id, error: '{"code":"x"}' }),
      object({ jsonrpc: '"2.0"', id, result: '{}', error: '{"code":1,"message":"both"}' }),
      tell('notifications/cancelled', { requestId: id === '0' ? '"nobody"' : id }),
      tell('notifications/progress', { progressToken: id, progress: id }),
    ]),
    tell('notifications/cancelled', {}),
    tell('notifications/__proto__', { x: '1' }),
    object({ jsonrpc: '"2.0"', method: '"notifications/cancelled"' }),
    object({ jsonrpc: '"2.0"', method: '"notifications/initialized"', params: '7' }),
    // Batches, and what is no message.
    { list: [] },
    { list: [object({ ...ping, id: '"in a batch"' })] },
    ...['null', '42', '"text"', 'true', '{}', 'hello', '{"jsonrpc":"2.0"', '\ufeff{}', '{"id":1}'],
    // What handlers answer with.
    ...odd.flatMap((kind) => [call('"odd"', `{"kind":"${kind}"}`), call('"bare"', `{"kind":"${kind}"}`)]),
  ]
}

const odd = [
  ...['deep', 'wide', 'circle', 'ring', 'bigint', 'symbol', 'function', 'infinity', 'surrogate'],
  ...[
    'proto',
    'date',
    'map',
    'toJSON',
    'trap',
    'throws',
    'throwsText',
    'throwsNothing',
    'throwsDeep',
    'none',
  ],
]

/** The deepest that there are, there and back; they take seconds. */
export const deepest = (modern: boolean): Tree[] => [
  object({
    jsonrpc: '"2.0"',
    id: '"deepest"',
    method: '"ping"',
    params: object({ ...envelopeOf(modern), x: lists(1_000_000) }),
  }),
  object({
    jsonrpc: '"2.0"',
    id: '"deepest answer"',
    method: '"tools/call"',
    params: object({ ...envelopeOf(modern), name: '"odd"', arguments: '{"kind":"deepest"}' }),
  }),
]
