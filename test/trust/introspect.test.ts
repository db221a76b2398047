import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { FastMCP, introspectionAuth } from 'fastmcp-cli'
import {
  type AuthorizationServer,
  seconds,
  startAuthorizationServer,
} from '../support/authorization-server.ts'
import { fastmcp, serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { send } from '../support/raw-http.ts'
import { rarely, whole } from '../support/whole.ts'
import { ask, bearer, hookedRoads, plainServer, roads } from './guarded-roads.ts'

/** Answers for which a token is refused, and what its bearer is told. */
const bad: Record<string, [answer: (server: AuthorizationServer) => unknown, told: RegExp]> = {
  unknown: [() => undefined, /The token is not active/],
  inactive: [(server) => ({ ...active(server), active: false }), /The token is not active/],
  expired: [(server) => ({ ...active(server), exp: seconds(-60) }), /The token has expired/],
  'without a sensible end': [(server) => ({ ...active(server), exp: 'never' }), /The token has expired/],
  'not yet valid': [(server) => ({ ...active(server), nbf: seconds(60) }), /The start of the token/],
  'for another server': [
    (server) => ({ ...active(server), aud: 'https://x.example' }),
    /The audience of the token/,
  ],
  'for nobody says which': [(server) => ({ ...active(server), aud: undefined }), /The audience of the token/],
  'of another issuer': [
    (server) => ({ ...active(server), iss: 'https://x.example' }),
    /The issuer of the token/,
  ],
}

const active = (server: AuthorizationServer) => ({
  active: true,
  client_id: 'app',
  sub: 'ann',
  scope: 'mcp',
  iss: server.issuer,
  aud: ['https://x.example', server.audience],
  exp: seconds(300),
})

const flags = (server: AuthorizationServer) => [
  ...['--introspect', `${server.origin}/introspect`, '--introspect-issuer', server.issuer],
  ...['--introspect-audience', server.audience],
  ...['--introspect-client-id', 'mcp server', '--introspect-secret-env', 'SECRET'],
]
const secret = 's3cret:ä'.replace('ä', '+')
const env = { SECRET: secret }

describe('--introspect guards', () => {
  let issuer: AuthorizationServer
  before(async () => {
    issuer = await startAuthorizationServer()
  })
  after(() => issuer?.[Symbol.dispose]())

  const all = Object.entries(roads)
  for (const [name, serve] of whole ? all : all.filter(([name]) => /globals under dev/.test(name))) {
    test(name, async () => {
      await using server = await serve(flags(issuer), env)
      const { url } = server
      const nobody = await ask(url, {})
      assert.equal(nobody.status, 401)
      assert.match(String(nobody.headers['www-authenticate']), /resource_metadata="https:\/\/mcp\.example\//)
      for (const era of ['legacy', 'modern'] as const) {
        for (const [which, [answer, told]] of Object.entries(bad)) {
          issuer.known.set(`token-${which}`.replaceAll(' ', '-'), answer(issuer) ?? { active: false })
          const refused = await ask(url, bearer(`token-${which}`.replaceAll(' ', '-')), era)
          assert.equal(refused.status, 401, `${which}: ${refused.text}`)
          assert.match(String(refused.headers['www-authenticate']), /^Bearer .*error="invalid_token"/)
          assert.match(refused.text, told, which)
        }
        issuer.known.set('good', active(issuer))
        if (name.includes('replaces') && era === 'modern') continue
        assert.equal((await ask(url, bearer('good'), era)).status, 200)
      }
      const { authorization, body } = issuer.asked.at(-1) ?? assert.fail()
      const given = Buffer.from(String(authorization).slice('Basic '.length), 'base64').toString()
      assert.equal(given, 'mcp+server:s3cret%3A%2B')
      assert.match(body, /^token=[^&]+&token_type_hint=access_token$/)
      assert.doesNotMatch(server.stderr(), /good|token-|s3cret/)
    })
  }
})

describe('the endpoint of --introspect', () => {
  rarely('that cannot be asked is 503, with a reason on stderr', async () => {
    using issuer = await startAuthorizationServer()
    await using server = await up(issuer)
    issuer.known.set('the-token', active(issuer))
    const rows = [
      ['down', /introspect cannot be reached: /],
      ['moved', /introspect answers with status 302/],
      ['huge', /introspect has sent more than 64 KiB/],
      ['not JSON', /does not answer as a token introspection endpoint does/],
      ['other JSON', /does not answer as a token introspection endpoint does/],
      ['slow', /introspect has not answered in time/],
    ] as const
    for (const [manner, words] of rows) {
      issuer.manners.introspect = manner
      const refused = await ask(server.url, bearer('the-token'))
      assert.equal(refused.status, 503, manner)
      assert.match(server.stderr(), words)
    }
    issuer.manners.introspect = 'well'
    assert.equal((await ask(server.url, bearer('the-token'))).status, 200)
    // What is known to be active counts for a moment longer.
    issuer.manners.introspect = 'down'
    assert.equal((await ask(server.url, bearer('the-token'))).status, 200)
    assert.equal((await ask(server.url, bearer('other'))).status, 503)
    assert.doesNotMatch(server.stderr(), /the-token|other"|s3cret/)
  })

  test('is asked about one token once at a time, and about an active one once in a while', async () => {
    using issuer = await startAuthorizationServer()
    await using server = await up(issuer)
    issuer.known.set('good', active(issuer))
    issuer.manners.introspect = 'late'
    const of = (token: string) =>
      Promise.all(Array.from({ length: 12 }, () => ask(server.url, bearer(token))))
    assert.deepEqual(new Set((await of('good')).map(({ status }) => status)), new Set([200]))
    assert.equal(issuer.asked.length, 1)
    assert.deepEqual(new Set((await of('bad')).map(({ status }) => status)), new Set([401]))
    assert.equal(issuer.mostAtOnce(), 1)
  })

  test('rotates tokens under load without one wrong refusal', async () => {
    using issuer = await startAuthorizationServer()
    await using server = await up(issuer)
    issuer.known.set('t0', active(issuer))
    let current = 0
    let done = false
    const callers = Array.from({ length: 4 }, async () => {
      while (!done) {
        const good = await ask(server.url, bearer(`t${current}`), 'modern')
        assert.equal(good.status, 200, `t${current} is active`)
        // The one that comes next is asked about before there is one.
        const next = current + 2
        const early = await ask(server.url, bearer(`t${next}`), 'modern')
        assert.ok(early.status === 401 || current >= next, 'not yet active')
      }
    })
    for (let turn = 1; turn <= 20; turn++) {
      issuer.known.set(`t${turn}`, active(issuer))
      current = turn
      assert.equal((await ask(server.url, bearer(`t${turn}`), 'modern')).status, 200)
    }
    done = true
    await Promise.all(callers)
    assert.equal(issuer.mostAtOnce(), 1)
  })
})

test('--introspect and what contradicts it is a usage error', async () => {
  using project = new Project({ 'server.ts': plainServer })
  const run = (...args: string[]) =>
    fastmcp(['run', project.path('server.ts'), '-t', 'http', '-p', '0', ...args], {
      env: { TOKEN: 'x', EMPTY: '' },
    })
  const good = ['--introspect', 'https://a.example/introspect']
  const rows: [string[], RegExp][] = [
    [[...good, '--token-env', 'TOKEN'], /--token-env and --introspect exclude each other/],
    [['--introspect-client-id', 'a'], /--introspect-client-id has no effect without --introspect/],
    [[...good, '--introspect-secret-env', 'MISSING'], /the variable MISSING is not set/],
    [[...good, '--introspect-secret-env', 'EMPTY'], /the variable EMPTY is empty/],
    [['--introspect', 'a.example'], /--introspect: must be a URL/],
  ]
  for (const [args, words] of rows) {
    const outcome = await run(...args)
    assert.equal(outcome.code, 2, outcome.stderr)
    assert.match(outcome.stderr, words)
  }
})

describe('introspectionAuth', () => {
  test('tells handlers who calls, wants scopes, and notices what is revoked after a moment', async () => {
    using issuer = await startAuthorizationServer()
    const url = `${issuer.origin}/introspect`
    const auth = introspectionAuth({ url, clientSecret: 'word', scopes: ['mcp'], cacheSeconds: 0 })
    const mcp = new FastMCP({ name: 'guarded', auth })
    mcp.customRoute('/who', { auth: true }, (_, context) => Response.json(context.auth ?? null))
    const who = (token: string) => mcp.fetch(new Request('http://h.example/who', { headers: bearer(token) }))
    issuer.known.set('good', { ...active(issuer), username: 'Ann' })
    const answer = (await (await who('good')).json()) as { clientId: string; extra: { claims: unknown } }
    assert.equal(answer.clientId, 'app')
    assert.equal((answer.extra.claims as { username: string }).username, 'Ann')
    assert.equal(issuer.asked.at(-1)?.authorization, 'Bearer word')
    issuer.known.set('poor', { ...active(issuer), scope: 'other' })
    const poor = await who('poor')
    assert.equal(poor.status, 403)
    assert.match(String(poor.headers.get('www-authenticate')), /error="insufficient_scope", scope="mcp"/)
    issuer.known.set('good', { active: false })
    assert.equal((await who('good')).status, 401)
  })

  test('names the option that makes no sense', () => {
    const url = 'https://h.example/introspect'
    assert.throws(() => introspectionAuth({ url: 'h' }), /introspectionAuth: url must be a URL, not "h"/)
    assert.throws(() => introspectionAuth({ url, clientId: '' }), /clientId is empty/)
    assert.throws(
      () => introspectionAuth({ url, audience: [] }),
      /audience must be a string or a list of strings/,
    )
    assert.throws(() => introspectionAuth({ url, scopes: ['a b'] }), /scopes must be a list of scopes/)
    assert.throws(
      () => introspectionAuth({ url, cacheSeconds: -1 }),
      /cacheSeconds must be a number of seconds/,
    )
  })

  for (const [name, serve] of Object.entries(hookedRoads)) {
    rarely(`holds in code that replaces globals, under ${name}`, async () => {
      using issuer = await startAuthorizationServer()
      const hook = `introspectionAuth({ url: '${issuer.origin}/introspect', audience: '${issuer.audience}' })`
      await using server = await serve(hook)
      issuer.known.set('good', active(issuer))
      issuer.known.set('expired', { ...active(issuer), exp: seconds(-60) })
      issuer.known.set('other', { ...active(issuer), aud: 'https://x.example' })
      for (const token of ['unknown', 'expired', 'other'])
        assert.equal((await ask(server.url, bearer(token))).status, 401, token)
      assert.equal((await ask(server.url, bearer('good'))).status, 200)
    })
  }

  rarely('works under run and dev, as jwtAuth without jwksUri does', async () => {
    using issuer = await startAuthorizationServer()
    const source = (auth: string) => `import { FastMCP, introspectionAuth, jwtAuth } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'g', auth: ${auth} })
mcp.tool({ name: 'whoami' }, (_, ctx) => String(ctx.auth?.extra?.sub))`
    issuer.known.set('good', active(issuer))
    const rows = [
      [`introspectionAuth({ url: '${issuer.origin}/introspect' })`, 'good'],
      [`jwtAuth({ issuer: '${issuer.issuer}', audience: '${issuer.audience}' })`, await issuer.token()],
    ] as const
    for (const [auth, token] of rows) {
      using project = new Project({ 'server.ts': source(auth) })
      for (const more of [[], ['--reload']]) {
        await using server = await serveHttp(project.path('server.ts'), more)
        assert.equal((await ask(server.url, bearer('bad'))).status, 401)
        assert.equal((await ask(server.url, bearer(token))).status, 200)
        assert.equal((await send(server.url, { method: 'GET' })).status, 401)
      }
    }
  })
})

const up = (issuer: AuthorizationServer) => (roads['a file under run'] ?? assert.fail())(flags(issuer), env)
