import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { listening, type Started, startFastmcp, times } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { call, callModern, wordsOf } from '../support/raw-calls.ts'
import { initialize, mcpHeaders, send } from '../support/raw-http.ts'

/** The bearer token says what the hook makes of its caller; `seen` says what a handler finds of that. */
const server = `
import { FastMCP } from 'fastmcp-cli'

class Ticket {
  #secret = 1
  kind = 'ticket'
}
class Id {
  #text = 'ann'
  toJSON() { return this.#text }
}
const deep = (levels) => {
  let value = 'bottom'
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { in: value }
  return value
}
const levelsOf = (value) => {
  let levels = 0
  for (; typeof value === 'object'; value = Object.values(value)[0]) levels++
  return levels + ' ' + value
}
const circle = (more) => {
  const one = { name: 'one', more }
  one.self = one
  return one
}
const endless = () => new Proxy({}, { ownKeys: () => ['in'], get: endless, getPrototypeOf: () => null,
  getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: endless() }) })

const kinds = {
  plain: [() => ({ roles: ['a', 'b'], none: null, nothing: undefined }), (x) => JSON.stringify(x) + ('nothing' in x)],
  deep: [() => ({ deep: deep(20_000) }), (x) => levelsOf(x.deep)],
  middling: [() => ({ deep: deep(2_500) }), (x) => levelsOf(x.deep)],
  circular: [() => circle(), (x) => x.self.self.name],
  shared: [() => { const a = { n: 1 }; return { a, b: a } }, (x) => x.a === x.b],
  bigint: [() => ({ id: 12n }), (x) => typeof x.id],
  date: [() => ({ at: new Date(0) }), (x) => x.at.getTime()],
  bytes: [() => ({ key: new Uint8Array([1, 2]) }), (x) => x.key.join()],
  map: [() => ({ of: new Map([['a', new Set([deep(3_000)])]]) }), (x) => levelsOf([...x.of.get('a')][0])],
  function: [() => ({ check: () => true, name: 'ann' }), (x) => x.name],
  'function in a circle': [() => circle(() => true), (x) => x.self.name],
  'function beside a bigint': [() => ({ check: () => true, id: 12n }), (x) => typeof x.id],
  'function in a map': [() => ({ of: new Map([['f', () => 1], ['a', 2]]) }), (x) => x.of.get('a')],
  symbol: [() => ({ of: Symbol('x'), name: 'ann' }), (x) => x.name],
  promise: [() => ({ of: Promise.resolve(), name: 'ann' }), (x) => x.name],
  instance: [() => ({ of: new Ticket() }), (x) => x.of.kind],
  'one of a class': [() => new Ticket(), (x) => x.kind],
  id: [() => ({ of: new Id() }), (x) => JSON.stringify(x.of)],
  getter: [() => ({ get lazy() { throw new Error('not now') }, name: 'ann' }), (x) => x.name],
  proto: [() => JSON.parse('{"__proto__":{"a":1},"name":"ann"}'), (x) => Object.keys(x).join() + ({}).a],
  proxy: [() => new Proxy({ name: 'ann' }, {}), (x) => x.name],
  endless: [() => ({ of: endless() }), () => 'served'],
  revoked: [() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return { of: proxy } }, () => 'served'],
  'deep subject': [() => ({ sub: deep(20_000) }), () => 'served'],
  'circular subject': [() => ({ sub: circle() }), () => 'served'],
  'bigint subject': [() => ({ sub: 12n }), () => 'served'],
}
const auth = function caller(request) {
  const kind = request.headers.get('authorization')?.slice(7) ?? ''
  return kinds[kind] && { token: kind, clientId: 'ann', scopes: [], extra: kinds[kind][0]() }
}
export const mcp = new FastMCP({ name: 'callers', version: '1.0.0', auth })
mcp.tool({ name: 'seen' }, (_, { auth }) => String(kinds[auth.token][1](auth.extra)))
mcp.customRoute('/seen', { auth: true }, (_, { auth }) => new Response(String(kinds[auth.token][1](auth.extra))))
`

/** What a handler finds; by `dev` too, which hands callers from process to process. */
const served: Record<string, string> = {
  plain: '{"roles":["a","b"],"none":null}true',
  deep: '20000 bottom',
  middling: '2500 bottom',
  circular: 'one',
  shared: 'true',
  bigint: 'bigint',
  date: '0',
  bytes: '1,2',
  map: '3000 bottom',
  function: 'ann',
  'function in a circle': 'one',
  'function beside a bigint': 'bigint',
  'function in a map': '2',
  symbol: 'ann',
  promise: 'ann',
  instance: 'ticket',
  'one of a class': 'ticket',
  id: '"ann"',
  getter: 'ann',
  proto: '__proto__,nameundefined',
  proxy: 'ann',
}
/** Of whom nobody can say whom a session would belong to. */
const nobody = ['deep subject', 'circular subject', 'bigint subject']

const commands = { run: ['-t', 'http', '-p', '0'], dev: ['--no-inspector', '-p', '0'] }

for (const [command, options] of Object.entries(commands))
  describe(`what a hook knows of a caller, by ${command}`, () => {
    let started: Started & { url: URL }
    const project = new Project({ 'server.ts': server })
    before(async () => {
      started = await listening(startFastmcp([command, project.path('server.ts'), ...options]))
    })
    after(async () => {
      await started[Symbol.asyncDispose]()
      project[Symbol.dispose]()
    })
    const bearer = (kind: string) => ({ authorization: `Bearer ${kind}` })
    const open = (kind: string) =>
      send(started.url, { headers: { ...mcpHeaders, ...bearer(kind) }, body: initialize })

    for (const [kind, expected] of Object.entries(served))
      test(`${kind} reaches handlers`, async () => {
        const opened = await open(kind)
        assert.equal(opened.status, 200, opened.text)
        const session = { ...mcpHeaders, 'mcp-session-id': String(opened.headers['mcp-session-id']) }
        assert.equal(wordsOf(await call(started.url, { ...session, ...bearer(kind) }, 'seen')), expected)
        assert.equal(wordsOf(await callModern(started.url, 'seen', {}, {}, bearer(kind))), expected)
        const route = await send(started.url, { method: 'GET', path: '/seen', headers: bearer(kind) })
        assert.equal(route.text, expected)
      })

    for (const [at, kind] of nobody.entries())
      test(`a ${kind} is a fault of the hook`, async () => {
        assert.equal((await open(kind)).status, 500)
        await started.until(times('auth .caller. returned an "extra" whose "iss" and "sub"', at + 1))
      })

    test('what has no end is served, or a fault of the hook', async () => {
      assert.equal((await open('endless')).status, command === 'run' ? 200 : 500)
      if (command === 'dev')
        await started.until(/auth \(caller\) returned AuthInfo that .* too large: more than 100000 objects/)
    })

    test('what cannot be read at all is left out', async () => {
      assert.equal((await open('revoked')).status, 200)
    })
  })
