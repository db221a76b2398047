import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  type AuthorizationServer,
  seconds,
  startAuthorizationServer,
} from '../support/authorization-server.ts'
import { certificate } from '../support/certificates.ts'
import { HttpProxy } from '../support/http-proxy.ts'
import { fastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { TlsFront } from '../support/tls-front.ts'
import { rarely } from '../support/whole.ts'
import { ask, bearer, plainServer, roads } from '../trust/guarded-roads.ts'

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-token-proxy-'))
const trusted = join(folder, 'ca.pem')
before(() => writeFileSync(trusted, certificate))
after(() => rmSync(folder, { recursive: true, force: true }))

/** An authorization server that only the proxy finds, in the clear and by TLS. */
async function hidden() {
  const issuer = await startAuthorizationServer({ host: 'login.example' })
  const front = await TlsFront.start(issuer.place)
  issuer.known.set('opaque-good', { active: true, client_id: 'app', exp: seconds(300) })
  return {
    issuer,
    secure: (path: string) => front.at(path, 'login.example'),
    [Symbol.asyncDispose]: async () => {
      issuer[Symbol.dispose]()
      await front[Symbol.asyncDispose]()
    },
  }
}

const jwt = ({ issuer, audience }: AuthorizationServer, ...more: string[]) => [
  ...['--jwt-issuer', issuer, '--jwt-audience', audience],
  ...more,
]

const caller = 'ann:p@ss'
test('keys, their address and introspection go by the proxy, which sees no token by TLS', async () => {
  await using proxy = await HttpProxy.start({ caller })
  await using at = await hidden()
  const { issuer } = at
  const token = await issuer.token()
  const rows: [args: string[], good: string][] = [
    [jwt(issuer), token],
    [jwt(issuer, '--jwks', at.secure('/keys')), token],
    [['--introspect', `${issuer.origin}/introspect`], 'opaque-good'],
    [['--introspect', at.secure('/introspect')], 'opaque-good'],
  ]
  for (const [args, good] of rows) await admits('a file under run', args, good, proxy)
  const passed = proxy.requests.map((one) => new URL(one).pathname)
  const metadata = '/.well-known/oauth-authorization-server'
  assert.deepEqual([...new Set(passed)], [metadata, '/keys', '/introspect'])
  assert.deepEqual(new Set(proxy.tunnels), new Set([new URL(at.secure('/')).host]))
  assert.doesNotMatch(JSON.stringify(proxy.told), /opaque-|eyJ/)
})

for (const name of ['a built file', 'a file under dev']) {
  rarely(`${name} goes by the proxy as well`, async () => {
    await using proxy = await HttpProxy.start({ caller })
    await using at = await hidden()
    await admits(name, ['--introspect', at.secure('/introspect')], 'opaque-good', proxy)
    assert.deepEqual(proxy.tunnels, [new URL(at.secure('/')).host], 'one connection is enough')
  })
}

test('what NO_PROXY names, and this machine itself, are asked directly', async () => {
  await using proxy = await HttpProxy.start()
  using issuer = await startAuthorizationServer()
  const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url }
  await using near = await serveOn('a file under run', jwt(issuer), env)
  assert.equal((await ask(near.url, bearer(await issuer.token()))).status, 200)
  await using at = await hidden()
  await using far = await serveOn('a file under run', ['--introspect', `${at.issuer.origin}/introspect`], {
    ...env,
    NO_PROXY: '.example',
  })
  assert.equal((await ask(far.url, bearer('opaque-good'))).status, 503)
  assert.match(far.stderr(), /introspect cannot be reached: host/)
  assert.deepEqual([...proxy.requests, ...proxy.tunnels], [])
})

rarely('a proxy that is down, or does not let us through, is named, and admits nobody', async () => {
  await using at = await hidden()
  await using closed = await HttpProxy.start({ caller })
  await using broken = await HttpProxy.start({ status: 502 })
  const rows: [proxy: string, words: RegExp][] = [
    [
      'http://127.0.0.1:9',
      /cannot be reached: the proxy in HTTPS?_PROXY \(127\.0\.0\.1:9\) cannot be reached: connection refused/,
    ],
    [
      closed.urlFor('ann:wrong'),
      /cannot be reached: 407: the proxy in HTTPS?_PROXY \(\S+\) refuses the user and password of its URL/,
    ],
    [closed.url, /cannot be reached: 407: the proxy in HTTPS?_PROXY \(\S+\) asks for a user and password/],
    [broken.url, /(?:the proxy in HTTPS_PROXY \(\S+\) responded|introspect answers) with status 502/],
  ]
  for (const [proxy, words] of rows) {
    for (const endpoint of [at.secure('/introspect'), `${at.issuer.origin}/introspect`]) {
      await using server = await serveOn('a file under run', ['--introspect', endpoint], {
        HTTP_PROXY: proxy,
        HTTPS_PROXY: proxy,
      })
      assert.equal((await ask(server.url, bearer('opaque-good'))).status, 503)
      assert.match(server.stderr(), words)
      assert.doesNotMatch(server.stderr(), /opaque|ann:|wrong/)
    }
  }
})

test('a variable that holds no proxy is said at the start, without what it holds', async () => {
  using project = new Project({ 'server.ts': plainServer })
  const env = { HTTPS_PROXY: 'socks://ann:quiet@x.example' }
  const guards = [
    ['--jwt-issuer', 'https://login.example', '--jwt-audience', 'a'],
    ['--jwt-issuer', 'http://localhost', '--jwt-audience', 'a', '--jwks', 'https://login.example/keys'],
    ['--introspect', 'https://login.example/introspect'],
  ]
  for (const guard of guards) {
    const args = ['run', project.path('server.ts'), '-t', 'http', '-p', '0', ...guard]
    const { code, stderr } = await fastmcp(args, { env })
    assert.match(stderr, /HTTPS_PROXY is not the URL of an http or https proxy/)
    assert.doesNotMatch(stderr, /quiet/)
    assert.equal(code, 2)
  }
})

/** A server that asks for its tokens by a proxy admits a good one, and no other. */
async function admits(road: string, args: string[], good: string, proxy: HttpProxy): Promise<void> {
  const url = proxy.urlFor('ann:p%40ss')
  const env = { HTTP_PROXY: url, HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: trusted }
  await using server = await serveOn(road, args, env)
  const admitted = await ask(server.url, bearer(good))
  assert.equal(admitted.status, 200, `${admitted.text}\n${server.stderr()}`)
  assert.equal((await ask(server.url, bearer('opaque-bad'))).status, 401)
  assert.doesNotMatch(server.stderr(), /p@ss|p%40ss|opaque-/)
}

const serveOn = (road: string, args: string[], env: Record<string, string>) =>
  (roads[road] ?? assert.fail())(args, env)
