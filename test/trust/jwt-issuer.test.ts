import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type AuthorizationServer,
  seconds,
  startAuthorizationServer,
} from '../support/authorization-server.ts'
import { fastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { send } from '../support/raw-http.ts'
import { chosen, rarely, whole } from '../support/whole.ts'
import { ask, bearer, hookedRoads, plainServer, roads } from './guarded-roads.ts'

type Token = (issuer: AuthorizationServer) => string | Promise<string>

/** Tokens that are refused, and what their bearers are told. */
const bad: Record<string, [make: Token, told: RegExp]> = {
  'of nothing': [() => 'nothing', /The token is not accepted/],
  expired: [(issuer) => issuer.token({ exp: seconds(-60) }), /The token has expired/],
  'without an end': [(issuer) => issuer.token({ exp: undefined }), /The expiry of the token is not accepted/],
  'not yet valid': [(issuer) => issuer.token({ nbf: seconds(60) }), /The start of the token is not accepted/],
  'of another issuer': [(issuer) => issuer.token({ iss: 'https://x.example' }), /The issuer of the token/],
  'for another server': [(issuer) => issuer.token({ aud: 'https://x.example' }), /The audience of the token/],
  'for no server': [(issuer) => issuer.token({ aud: undefined }), /The audience of the token/],
  'that is not signed': [(issuer) => issuer.unsigned(), /The token is not accepted/],
  'signed with the public key as a secret': [(issuer) => issuer.confused(), /The token is not accepted/],
  'signed by a stranger': [(issuer) => issuer.forged(), /The token is not accepted/],
  'signed with a key that is not published': [(issuer) => issuer.unknownKey(), /The token is not accepted/],
  'with a key of its own': [(issuer) => issuer.foreign((jwk) => ({ jwk })), /The token is not accepted/],
  'that says where its key is': [
    (issuer) =>
      issuer.foreign(() => ({
        jku: `${issuer.origin}/theirs`,
        x5u: `${issuer.origin}/theirs`,
        kid: 'theirs',
      })),
    /The token is not accepted/,
  ],
  'whose key is named by a path': [
    (issuer) => issuer.odd({ kid: '../../../../../dev/null' }),
    /The token is not accepted/,
  ],
  'whose key is named by what every object has': [
    (issuer) => issuer.odd({ kid: '__proto__' }),
    /The token is not accepted/,
  ],
  'with what it says must be understood': [
    (issuer) => issuer.odd({ crit: ['more'], more: 1 }),
    /The token is not accepted/,
  ],
  'whose payload is not encoded': [
    (issuer) => issuer.odd({ crit: ['b64'], b64: false }),
    /The token is not accepted/,
  ],
  'that says nothing by another case': [(issuer) => issuer.odd({ alg: 'nOnE' }), /The token is not accepted/],
  'in another': [
    async (issuer) => issuer.odd({ cty: 'JWT' }, await issuer.token()),
    /The token is not accepted/,
  ],
  'that is encrypted': [() => 'eyJhbGciOiJkaXIifQ..aaaa.bbbb.cccc', /The token is not accepted/],
  'signed with zeros': [
    async (issuer) => (await issuer.token()).replace(/[^.]+$/, 'A'.repeat(86)),
    /The token is not accepted/,
  ],
  'for a list of other servers': [
    (issuer) => issuer.token({ aud: ['https://x.example', `${issuer.audience}/more`] }),
    /The audience of the token/,
  ],
  'of several issuers': [
    (issuer) => issuer.odd({}, { iss: [issuer.issuer], aud: issuer.audience, exp: seconds(60) }),
    /The issuer of the token/,
  ],
  'whose end is a text': [
    (issuer) => issuer.odd({}, { iss: issuer.issuer, aud: issuer.audience, exp: `${seconds(60)}` }),
    /The expiry of the token|The token is not accepted/,
  ],
  'with its end cut off': [
    async (issuer) => (await issuer.token()).slice(0, -2),
    /The token is not accepted/,
  ],
}

describe('--jwt-issuer guards', () => {
  let issuer: AuthorizationServer
  before(async () => {
    issuer = await startAuthorizationServer()
  })
  after(() => issuer?.[Symbol.dispose]())

  const all = Object.entries(roads)
  for (const [name, serve] of whole ? all : all.filter(([name]) => /globals under run/.test(name))) {
    test(name, async () => {
      const args = ['--jwt-issuer', issuer.issuer, '--jwt-audience', issuer.audience]
      await using server = await serve(args)
      const { url } = server
      const nobody = await ask(url, {})
      const pointer = `https://mcp.example/.well-known/oauth-protected-resource/mcp`
      assert.equal(nobody.status, 401, nobody.text)
      assert.equal(nobody.headers['www-authenticate'], `Bearer realm="mcp", resource_metadata="${pointer}"`)
      const metadata = await send(url, { method: 'GET', path: '/.well-known/oauth-protected-resource/mcp' })
      assert.deepEqual(metadata.json, {
        resource: issuer.audience,
        authorization_servers: [issuer.issuer],
        bearer_methods_supported: ['header'],
      })
      const good = await issuer.token()
      for (const era of ['legacy', 'modern'] as const) {
        // Of both eras the same check is asked, and a key that nobody knows takes it a second.
        const rows = chosen(Object.entries(bad), era === 'legacy' ? 1 : 4)
        for (const [which, [make, told]] of rows) {
          const refused = await ask(url, bearer(await make(issuer)), era)
          assert.equal(refused.status, 401, `a token ${which}: ${refused.text}`)
          assert.match(
            String(refused.headers['www-authenticate']),
            /^Bearer .*error="invalid_token".*resource_metadata=/,
          )
          assert.match(refused.text, told, which)
        }
        // What serves the modern era is loaded only now, and Node's own loader does not stand what was replaced.
        if (name.includes('replaces') && era === 'modern') continue
        const admitted = await ask(url, bearer(good), era)
        assert.equal(admitted.status, 200, admitted.text)
        const several = await issuer.token({ aud: ['https://x.example', issuer.audience] })
        assert.equal((await ask(url, bearer(several), era)).status, 200)
      }
      assert.equal(server.stderr().includes(good), false)
      // What a token says of where its key is was asked by nobody.
      const places = issuer.asked
        .map(({ path }) => path)
        .filter((path) => !/^\/(keys|\.well-known\/)/.test(path))
      assert.deepEqual(places, [])
    })
  }

  for (const [name, serve] of Object.entries(hookedRoads)) {
    rarely(`as jwtAuth does in code that replaces globals, under ${name}`, async () => {
      const hook = `jwtAuth({ issuer: '${issuer.issuer}', audience: '${issuer.audience}' })`
      await using server = await serve(hook)
      for (const [which, [make, told]] of Object.entries(bad)) {
        const refused = await ask(server.url, bearer(await make(issuer)))
        assert.equal(refused.status, 401, `a token ${which}: ${refused.text}`)
        assert.match(refused.text, told, which)
      }
      const admitted = await ask(server.url, bearer(await issuer.token()))
      assert.equal(admitted.status, 200, admitted.text)
    })
  }

  test('and keeps a session for the subject that opened it, whatever its token', async () => {
    await using server =
      (await roads['a file under run']?.([
        '--jwt-issuer',
        issuer.issuer,
        '--jwt-audience',
        issuer.audience,
        '--jwks',
        `${issuer.origin}/keys`,
      ])) ?? assert.fail()
    const opened = await ask(server.url, bearer(await issuer.token()))
    const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) }
    const end = async (claims: Record<string, unknown>) =>
      (
        await send(server.url, {
          method: 'DELETE',
          headers: { ...session, ...bearer(await issuer.token(claims)) },
        })
      ).status
    assert.equal(await end({ sub: 'bob' }), 404)
    assert.equal(await end({ jti: 'renewed' }), 204)
  })
})

describe('the keys of --jwt-issuer', () => {
  for (const where of ['oauth', 'openid'] as const) {
    test(`are found by the metadata of ${where}, once`, async () => {
      using issuer = await startAuthorizationServer({ path: '/tenant' })
      issuer.publishes(where)
      await using server = await serveFor(issuer)
      const tokens = await Promise.all(Array.from({ length: 8 }, () => issuer.token()))
      const answers = await Promise.all(tokens.map((token) => ask(server.url, bearer(token))))
      assert.deepEqual(
        answers.map(({ status }) => status),
        Array(8).fill(200),
      )
      assert.equal(issuer.asked.filter(({ path }) => path === '/keys').length, 1)
    })
  }

  test('that cannot be had are 503, a reason on stderr, and no reason to let anybody in', async () => {
    using issuer = await startAuthorizationServer()
    await using server = await serveFor(issuer)
    const token = await issuer.token()
    const rows: [make: () => void, words: RegExp][] = [
      [
        () => issuer.publishes('none'),
        /oauth-authorization-server answers with status 404; .*Name the address of its keys with --jwks/,
      ],
      [
        () => issuer.publishes('of another'),
        /is the metadata of "https:\/\/another\.example", and not of "http/,
      ],
      [() => issuer.publishes('oauth'), /keys answers with status 302/],
      [() => undefined, /keys has sent more than 1 MiB/],
      [() => undefined, /keys does not have a set of keys/],
      [() => undefined, /keys cannot be reached: /],
    ]
    const manners = ['well', 'well', 'moved', 'huge', 'other JSON', 'down'] as const
    for (const [at, [make, words]] of rows.entries()) {
      make()
      issuer.manners.keys = manners[at] ?? 'well'
      const refused = await ask(server.url, bearer(token))
      assert.equal(refused.status, 503, `${words}: ${refused.text}`)
      assert.equal(refused.headers['retry-after'], '10')
      assert.match(server.stderr(), words)
    }
    issuer.manners.keys = 'well'
    assert.equal((await ask(server.url, bearer(token))).status, 200)
    assert.equal(server.stderr().includes(token), false)
  })

  rarely('that do not come in time are 503, and those that came before still count', async () => {
    using issuer = await startAuthorizationServer()
    await using server = await serveFor(issuer)
    assert.equal((await ask(server.url, bearer(await issuer.token()))).status, 200)
    issuer.manners.keys = 'slow'
    const [unknown, known] = await Promise.all([
      issuer.unknownKey().then((token) => ask(server.url, bearer(token))),
      issuer.token().then((token) => ask(server.url, bearer(token))),
    ])
    assert.equal(unknown.status, 503)
    assert.equal(known.status, 200)
    assert.match(server.stderr(), /keys has not answered in time/)
  })

  test('rotate under load without one wrong refusal', async () => {
    using issuer = await startAuthorizationServer()
    await using server = await serveFor(issuer)
    let done = false
    const seen = { admitted: 0, refused: 0 }
    const callers = Array.from({ length: 4 }, async () => {
      while (!done) {
        const good = await ask(server.url, bearer(await issuer.token()), 'modern')
        assert.equal(good.status, 200, good.text)
        seen.admitted++
        const wrong = await ask(server.url, bearer(await issuer.forged()), 'modern')
        assert.equal(wrong.status, 401, wrong.text)
        seen.refused++
      }
    })
    for (let turn = 1; turn <= 3; turn++) {
      await issuer.rotate(`key-${turn}`)
      const before = seen.admitted
      while (seen.admitted < before + 12) await ask(server.url, bearer(await issuer.token()), 'modern')
    }
    done = true
    await Promise.all(callers)
    assert.ok(
      issuer.asked.filter(({ path }) => path === '/keys').length <= 6,
      'about one fetch for each rotation',
    )
  })

  rarely('that are withdrawn admit nobody once the next are known, with or without kid', async () => {
    using issuer = await startAuthorizationServer()
    await using server = await serveFor(issuer)
    const old = await issuer.token()
    assert.equal((await ask(server.url, bearer(old))).status, 200)
    await issuer.rotate('two')
    const unnamed = await issuer.token({}, { kid: undefined })
    assert.equal((await ask(server.url, bearer(await issuer.token()))).status, 200)
    assert.equal((await ask(server.url, bearer(unnamed))).status, 200, 'either of two keys')
    await issuer.rotate('three', { withdraw: true })
    assert.equal((await ask(server.url, bearer(await issuer.token()))).status, 200)
    assert.equal((await ask(server.url, bearer(old))).status, 401)
  })
})

test('--jwt-issuer and what contradicts it, or is only half said, is a usage error', async () => {
  using project = new Project({
    'server.ts': plainServer,
    'guarded.ts': `import { FastMCP } from 'fastmcp-cli'\nexport const mcp = new FastMCP({ name: 'g', auth: () => undefined })`,
  })
  const run = (file: string, ...args: string[]) =>
    fastmcp(['run', project.path(file), '-t', 'http', '-p', '0', ...args], { env: { TOKEN: 'x' } })
  const both = ['--jwt-issuer', 'https://a.example', '--jwt-audience', 'b']
  const rows: [string, string[], RegExp][] = [
    ['server.ts', ['--jwt-issuer', 'https://a.example'], /--jwt-issuer needs --jwt-audience/],
    ['server.ts', ['--jwt-audience', 'a'], /--jwt-audience has no effect without --jwt-issuer/],
    ['server.ts', [...both, '--token-env', 'TOKEN'], /--token-env and --jwt-issuer exclude each other/],
    ['server.ts', ['--jwt-issuer', 'a', '--jwt-audience', 'b'], /--jwt-issuer: must be a URL/],
    [
      'server.ts',
      ['--jwt-issuer', 'https://u:secret@a.example', '--jwt-audience', 'b'],
      /must not have a user name/,
    ],
    ['guarded.ts', both, /checks its callers itself \(auth\), so --jwt-issuer has no effect/],
  ]
  for (const [file, args, words] of chosen(rows, 4)) {
    const outcome = await run(file, ...args)
    assert.equal(outcome.code, 2, outcome.stderr)
    assert.match(outcome.stderr, words)
    assert.doesNotMatch(outcome.stderr, /secret/)
  }
})

const serveFor = (issuer: AuthorizationServer) => {
  const serve = roads['a file under run'] ?? assert.fail()
  return serve(['--jwt-issuer', issuer.issuer, '--jwt-audience', issuer.audience])
}
