import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runInNewContext } from 'node:vm'
import type { AuthHook } from '../../src/protocol/auth.ts'
import { AuthGate } from '../../src/serve/auth/auth-gate.ts'

const good = { token: 't', clientId: 'c', scopes: ['a'] }
const now = Date.now() / 1000

class Caller {
  readonly #token = 't'
  readonly clientId = 'c'
  readonly scopes: string[] = []
  get token(): string {
    return this.#token
  }
}

/** A `Response` of an implementation that shares no class with Node's. */
const foreign = (status: number, body: string, headers: Record<string, string> = {}) => ({
  status,
  headers: new Map(Object.entries(headers)),
  body: null,
  arrayBuffer: () => Promise.resolve(new TextEncoder().encode(body).buffer),
})

/** What a hook returns or does, and what its caller gets: 200 for who is let in. */
const table: Record<string, { hook: () => unknown; status: number; says?: RegExp }> = {
  AuthInfo: { hook: () => good, status: 200 },
  'a promise of AuthInfo': { hook: async () => good, status: 200 },
  'a thenable of AuthInfo': {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what this row is about
    hook: () => ({ then: (done: (value: unknown) => void) => done(good) }),
    status: 200,
  },
  'AuthInfo without scopes': { hook: () => ({ token: 't', clientId: 'c' }), status: 200 },
  'AuthInfo with more': { hook: () => ({ ...good, extra: { sub: 's' }, active: true }), status: 200 },
  'an instance of a class': { hook: () => new Caller(), status: 200 },
  'AuthInfo without a prototype': { hook: () => Object.assign(Object.create(null), good), status: 200 },
  'AuthInfo of another realm': {
    hook: () => runInNewContext("({ token: 't', clientId: 'c' })"),
    status: 200,
  },
  'AuthInfo that expires later': { hook: () => ({ ...good, expiresAt: now + 60 }), status: 200 },
  'AuthInfo that has expired': { hook: () => ({ ...good, expiresAt: now - 1 }), status: 401 },
  undefined: { hook: () => undefined, status: 401 },
  null: { hook: () => null, status: 401 },
  'a promise of nothing': { hook: async () => undefined, status: 401 },
  'an empty object': { hook: () => ({}), status: 500, says: /returned an object with no "token"/ },
  'a promise of an empty object': { hook: async () => ({}), status: 500 },
  'an array': { hook: () => [], status: 500, says: /returned an array/ },
  'an array with a token': { hook: () => Object.assign([], good), status: 500 },
  'an error': { hook: () => new Error('no'), status: 500, says: /returned an error, which is to be thrown/ },
  'an error with a token': { hook: () => Object.assign(new TypeError('no'), good), status: 500 },
  'an error of another realm': {
    hook: () => Object.assign(runInNewContext('new Error()'), good),
    status: 500,
  },
  true: { hook: () => true, status: 500, says: /returned a boolean/ },
  false: { hook: () => false, status: 500 },
  'a string': { hook: () => 'ann', status: 500 },
  'a number': { hook: () => 1, status: 500 },
  'a symbol': { hook: () => Symbol('ann'), status: 500 },
  'a function': { hook: () => Object.assign(() => good, good), status: 500 },
  'a Map': { hook: () => new Map(Object.entries(good)), status: 500 },
  'a token without a client': { hook: () => ({ token: 't' }), status: 500, says: /no "clientId"/ },
  'a client without a token': { hook: () => ({ clientId: 'c' }), status: 500 },
  'a token that is a number': { hook: () => ({ ...good, token: 1 }), status: 500, says: /a bad "token"/ },
  'a token that is a String object': { hook: () => ({ ...good, token: new String('t') }), status: 500 },
  'a client that is null': { hook: () => ({ ...good, clientId: null }), status: 500 },
  'an introspection answer, inactive': { hook: () => ({ active: false }), status: 500 },
  'an introspection answer, active': {
    hook: () => ({ active: true, sub: 's', client_id: 'c' }),
    status: 500,
  },
  'an inactive answer with a token': {
    hook: () => ({ ...good, active: false }),
    status: 500,
    says: /not "active"/,
  },
  'an expiry that is a text': { hook: () => ({ ...good, expiresAt: '2020-01-01' }), status: 500 },
  'an expiry that is not a number': { hook: () => ({ ...good, expiresAt: Number.NaN }), status: 500 },
  'scopes that are a text': { hook: () => ({ ...good, scopes: 'a b' }), status: 500, says: /"scopes"/ },
  'a getter that throws': {
    hook: () => ({
      get token() {
        throw new Error('gone')
      },
    }),
    status: 500,
    says: /failed: Error: gone/,
  },
  'a Proxy that says yes to everything': { hook: () => new Proxy({}, { get: () => 'x' }), status: 500 },
  'something thrown': {
    hook: () => {
      throw new Error('database')
    },
    status: 500,
    says: /auth \(hook\) failed: Error: database/,
  },
  'a rejection': { hook: () => Promise.reject(new Error('database')), status: 500, says: /database/ },
  'a thrown text': {
    hook: () => {
      throw 'out of luck'
    },
    status: 500,
    says: /failed: out of luck/,
  },
  'nothing for ever': {
    hook: () => new Promise(() => undefined),
    status: 503,
    says: /has not answered within/,
  },
  'a Response': { hook: () => new Response('no', { status: 403 }), status: 403 },
  'a Response made by json()': { hook: () => Response.json({}, { status: 429 }), status: 429 },
  'a Response that would let in': { hook: () => new Response('in', { status: 200 }), status: 200 },
  'a Response with a token': {
    hook: () => Object.assign(new Response('no', { status: 403 }), good),
    status: 403,
  },
  'a Response of another implementation': { hook: () => foreign(418, 'teapot'), status: 418 },
  'another implementation with a token': { hook: () => ({ ...foreign(403, 'no'), ...good }), status: 403 },
  'a Response of a network error': { hook: () => Response.error(), status: 500, says: /status 0/ },
  'a Response that never ends': {
    hook: () => new Response(new ReadableStream({ start: () => undefined }), { status: 403 }),
    status: 503,
  },
  'a Response that was read': {
    hook: async () => {
      const response = new Response('no', { status: 403 })
      await response.text()
      return response
    },
    status: 500,
  },
}

const request = new Request('http://localhost/mcp', { headers: { authorization: 'Bearer t' } })

describe('what a hook may come up with', () => {
  for (const [name, { hook, status, says }] of Object.entries(table)) {
    test(name, async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] })
      const lines: string[] = []
      const gate = new AuthGate(hook as AuthHook, (_, line) => lines.push(line))
      const checking = gate.check(request)
      // Lets whatever can settle do so, before the limit passes.
      await new Promise(setImmediate)
      await new Promise(setImmediate)
      t.mock.timers.tick(10_000)
      const verdict = await checking
      if (name === 'a Response that would let in')
        assert.equal(verdict.kind, 'refused', 'an answer is no admission')
      assert.equal(verdict.kind === 'admitted' ? 200 : verdict.answer.status, status)
      if (status >= 500) {
        assert.equal(lines.length, 1)
        assert.match(lines[0] ?? '', /^auth/)
      } else assert.deepEqual(lines, [])
      if (says) assert.match(lines[0] ?? '', says)
    })
  }
})

describe('expiry', () => {
  const at = async (expiresAt: number, clockTolerance?: number) => {
    const hook = Object.assign(
      () => ({ ...good, expiresAt }),
      clockTolerance !== undefined && { clockTolerance },
    )
    return (await new AuthGate(hook, () => undefined).check(request)).kind
  }
  test('is exact without a tolerance', async () => {
    assert.deepEqual([await at(now - 2), await at(now + 60)], ['refused', 'admitted'])
  })
  test('bears clocks that differ by the tolerance, and no more', async () => {
    assert.deepEqual([await at(now - 30, 60), await at(now - 90, 60)], ['admitted', 'refused'])
  })
})
