import { envelope } from './line.ts'
import type { Random } from './random.ts'
import type { Tree } from './tree.ts'

/** What one round of messages is made for. */
export interface Grammar {
  random: Random
  modern: boolean
  /** Ids that have been given out, to be used again, cancelled and answered. */
  ids: string[]
}

const names = [
  '"a"',
  '""',
  '"__proto__"',
  '"constructor"',
  '"prototype"',
  '"toString"',
  '"toJSON"',
  '"then"',
  '"length"',
  '"0"',
  '"-1"',
  '"\\ud800"',
  '"\\u0000"',
  '"_meta"',
  '"method"',
  '"id"',
  '"result"',
  '"error"',
  '"jsonrpc"',
] as const satisfies [string, ...string[]]

const scalars = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '1.5',
  '1e400',
  '-1e400',
  '9007199254740993',
  '123456789012345678901234567890',
  '1e-400',
  '""',
  '"x"',
  '"__proto__"',
  '"\\ud800"',
  '"\\udfff\\ud800"',
  '"\\u0000\\u2028\\u001b[2J"',
  '"NaN"',
  '"../../etc/passwd"',
  '"%00%ZZ"',
] as const satisfies [string, ...string[]]

const methods = [
  '"tools/call"',
  '"tools/list"',
  '"prompts/list"',
  '"prompts/get"',
  '"resources/list"',
  '"resources/templates/list"',
  '"resources/read"',
  '"resources/subscribe"',
  '"resources/unsubscribe"',
  '"completion/complete"',
  '"logging/setLevel"',
  '"ping"',
  '"initialize"',
  '"server/discover"',
  '"tasks/get"',
  '"tasks/result"',
  '"tasks/list"',
  '"sampling/createMessage"',
  '"elicitation/create"',
  '"roots/list"',
  '"notifications/initialized"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '""',
  '"no/such"',
  '"\\ud800"',
  '"rpc.discover"',
] as const satisfies [string, ...string[]]

const tools = ['echo', 'give', 'odd', 'bare', 'wait', 'ask', 'tell'] as const
const kinds = [
  ...['deep', 'wide', 'circle', 'ring', 'bigint', 'symbol', 'function', 'infinity', 'surrogate', 'proto'],
  ...['date', 'map', 'toJSON', 'trap', 'throws', 'throwsText', 'throwsNothing', 'throwsDeep', 'none'],
] as unknown as [string, ...string[]]
const uris = [
  '"item://a"',
  '"item://a?start=1&end=2"',
  '"item://"',
  '"item://%ZZ"',
  '"nothing://here"',
  '"not a uri"',
  '"file:///etc/passwd"',
  '"__proto__"',
] as const satisfies [string, ...string[]]
const notifications = [
  '"notifications/cancelled"',
  '"notifications/progress"',
  '"notifications/initialized"',
  '"notifications/roots/list_changed"',
  '"notifications/none"',
  '"notifications/message"',
  '"__proto__"',
] as const satisfies [string, ...string[]]

/** Any value, deep and wide ones now and then. */
export function value(grammar: Grammar, depth = 0): Tree {
  const { random } = grammar
  if (depth > 3 || random.once(2)) return random.pick(scalars)
  if (random.once(40)) return deep(random, value(grammar, 4))
  if (random.once(60)) return { width: random.size(100_000), object: random.once(2) }
  if (random.once(30)) return JSON.stringify('x'.repeat(random.size(300_000)))
  const length = random.below(4)
  if (random.once(2)) return { list: Array.from({ length }, () => value(grammar, depth + 1)) }
  return object(Array.from({ length }, () => [random.pick(names), value(grammar, depth + 1)]))
}

const object = (members: [string, Tree][]): Tree => ({ members })

const deep = (random: Random, core: Tree): Tree => {
  const isObject = random.once(2)
  return { depth: 1 + random.size(isObject ? 500_000 : 1_000_000), object: isObject, core }
}

/** A message for which something is expected; all else comes from `mischief`. */
export function message(grammar: Grammar): Tree {
  const { random } = grammar
  if (random.once(5)) return mischief(grammar)
  if (random.once(8)) return notification(grammar)
  if (random.once(12)) return response(grammar)
  return request(grammar)
}

function request(grammar: Grammar): Tree {
  const { random } = grammar
  const method = random.once(2) ? '"tools/call"' : random.pick(methods)
  const members: [string, Tree][] = [
    ['"jsonrpc"', '"2.0"'],
    ['"id"', random.once(12) ? usedId(grammar) : newId(grammar)],
    ['"method"', method],
  ]
  const params = paramsOf(grammar, method)
  if (grammar.modern || !random.once(6)) members.push(['"params"', object(params)])
  if (random.once(10))
    members.push([
      random.pick(names.filter((name) => !/id|method|rpc/.test(name)) as unknown as [string]),
      value(grammar),
    ])
  return object(members)
}

function paramsOf(grammar: Grammar, method: string): [string, Tree][] {
  const { random } = grammar
  const params = usual(grammar, method)
  while (random.once(3))
    params.push([
      random.pick(names.filter((name) => name !== '"_meta"') as unknown as [string]),
      value(grammar),
    ])
  const meta: [string, Tree][] = []
  if (grammar.modern && !random.once(12)) {
    for (const [name, one] of Object.entries(envelope)) meta.push([JSON.stringify(name), JSON.stringify(one)])
  }
  if (random.once(6)) meta.push(['"progressToken"', random.once(2) ? newId(grammar) : value(grammar)])
  if (random.once(12)) meta.push([random.pick(names), value(grammar)])
  if (meta.length > 0 || random.once(20))
    params.push(['"_meta"', random.once(60) ? value(grammar) : object(meta)])
  return params
}

/** What a request of this method usually says, or nearly. */
function usual(grammar: Grammar, method: string): [string, Tree][] {
  const { random } = grammar
  const odd = random.once(6) ? value(grammar) : undefined
  switch (method) {
    case '"tools/call"':
      return call(grammar)
    case '"prompts/get"':
      return [
        ['"name"', odd ?? '"greet"'],
        ['"arguments"', random.once(3) ? value(grammar) : '{"who":"me"}'],
      ]
    case '"resources/read"':
    case '"resources/subscribe"':
    case '"resources/unsubscribe"':
      return [['"uri"', odd ?? random.pick(uris)]]
    case '"completion/complete"':
      return [
        ['"ref"', odd ?? '{"type":"ref/prompt","name":"greet"}'],
        ['"argument"', random.once(3) ? value(grammar) : '{"name":"who","value":"m"}'],
      ]
    case '"logging/setLevel"':
      return [['"level"', odd ?? '"info"']]
    case '"tools/list"':
    case '"prompts/list"':
    case '"resources/list"':
      return random.once(3) ? [['"cursor"', value(grammar)]] : []
    default:
      return random.once(3) ? [[random.pick(names), value(grammar)]] : []
  }
}

function call(grammar: Grammar): [string, Tree][] {
  const { random } = grammar
  const tool = random.pick(tools)
  const params: [string, Tree][] = [['"name"', random.once(10) ? value(grammar) : JSON.stringify(tool)]]
  if (random.once(12)) return [...params, ['"arguments"', value(grammar)]]
  const args: [string, Tree][] = []
  if (tool === 'odd' || tool === 'bare') args.push(['"kind"', JSON.stringify(random.pick(kinds))])
  if (tool === 'echo') args.push(['"text"', random.once(3) ? value(grammar) : '"hello"'])
  if (tool === 'ask') args.push(['"message"', '"who?"'])
  if (tool === 'give' || random.once(5)) args.push([random.pick(names), value(grammar)])
  if (grammar.modern && random.once(10)) params.push(['"requestState"', value(grammar)])
  if (grammar.modern && random.once(10)) params.push(['"inputResponses"', value(grammar)])
  if (random.once(20)) params.push(['"task"', random.once(2) ? '{"ttl":1000}' : value(grammar)])
  return [...params, ['"arguments"', object(args)]]
}

function notification(grammar: Grammar): Tree {
  const { random } = grammar
  const method = random.pick(notifications)
  const params: [string, Tree][] = []
  if (method === '"notifications/cancelled"')
    params.push(['"requestId"', random.once(3) ? value(grammar) : usedId(grammar)])
  if (method === '"notifications/progress"') {
    params.push(['"progressToken"', random.once(3) ? value(grammar) : usedId(grammar)])
    params.push(['"progress"', random.pick(['1', '1e400', '"x"', 'null'])])
  }
  if (random.once(4)) params.push([random.pick(names), value(grammar)])
  const members: [string, Tree][] = [
    ['"jsonrpc"', '"2.0"'],
    ['"method"', method],
  ]
  if (!random.once(6)) members.push(['"params"', object(params)])
  return object(members)
}

/** An answer to what was never asked. */
function response(grammar: Grammar): Tree {
  const { random } = grammar
  const body: [string, Tree] = random.once(2)
    ? ['"result"', random.once(3) ? value(grammar) : '{}']
    : ['"error"', random.once(3) ? value(grammar) : '{"code":1,"message":"no"}']
  return object([
    ['"jsonrpc"', '"2.0"'],
    ['"id"', random.once(2) ? usedId(grammar) : String(random.below(50))],
    body,
  ])
}

/** What is no message, or none that may be sent. */
function mischief(grammar: Grammar): Tree {
  const { random } = grammar
  const one = request(grammar)
  switch (random.below(8)) {
    case 0:
      return value(grammar)
    case 1:
      return { list: Array.from({ length: random.below(3) }, () => request(grammar)) }
    case 2:
      return { whole: one, cut: 1 + random.below(60) }
    case 3:
      return changed(one, '"jsonrpc"', random.once(2) ? '"1.0"' : value(grammar))
    case 4:
      return changed(one, '"id"', value(grammar))
    case 5:
      return changed(one, '"method"', value(grammar))
    case 6:
      return changed(one, '"params"', value(grammar))
    default:
      return noise(random)
  }
}

const changed = (tree: Tree, name: string, to: Tree): Tree =>
  typeof tree === 'object' && 'members' in tree
    ? { members: [...tree.members.filter(([one]) => one !== name), [name, to]] }
    : tree

/** Characters that no line ends at, whatever takes them for one. */
const noise = (random: Random): string =>
  Array.from({ length: 1 + random.below(80) }, () =>
    String.fromCharCode(random.once(10) ? random.below(0xd800) : 0x21 + random.below(0x5e)),
  )
    .join('')
    .replace(/[\r\n]/g, '')

function newId(grammar: Grammar): string {
  const { random, ids } = grammar
  const number = ids.length + 1
  const id = random.once(3)
    ? JSON.stringify(`${random.pick(['i', '__proto__', 'é', 'constructor '])}${number}`)
    : String(number)
  ids.push(id)
  return id
}

function usedId({ random, ids }: Grammar): string {
  return ids.length === 0 ? '1' : (ids[ids.length - 1 - random.below(Math.min(ids.length, 20))] ?? '1')
}
