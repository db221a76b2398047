import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { certificate } from '../support/certificates.ts'
import { connectV2, textOf } from '../support/clients.ts'
import { HttpProxy } from '../support/http-proxy.ts'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer } from '../support/login-server.ts'
import { TlsFront } from '../support/tls-front.ts'
import { rarely } from '../support/whole.ts'

test('discovery, registration, tokens, refresh and revocation go by the proxy, and a callback does not', async () => {
  await using server = await LoginServer.start()
  await using front = await TlsFront.start(new URL(server.origin))
  const place = server.origin
  server.origin = front.at('', 'login.example')
  await using proxy = await HttpProxy.start({ caller: 'ann:pass-word' })
  using home = new LoginHome()
  const trusted = join(home.folder, 'ca.pem')
  writeFileSync(trusted, certificate)
  Object.assign(home.env, { HTTPS_PROXY: proxy.urlFor('ann:pass-word'), HTTP_PROXY: proxy.url })
  home.env.NODE_EXTRA_CA_CERTS = trusted
  // The browser is not ours, and goes its own way.
  home.env.TEST_BROWSER_AT = `${server.origin}=${place}`

  const login = await home.run('login', server.url)
  assert.equal(login.code, 0, login.stderr)
  assert.deepEqual([server.counts.register, server.counts.code], [1, 1])
  server.endTokens()
  const called = await home.run('call', server.url, 'greet')
  assert.equal(called.stdout, 'hello\n', called.stderr)
  assert.equal(server.counts.refresh, 1)
  const client = await connectV2({ stdio: ['run', server.url], env: home.env })
  assert.equal(textOf(await client.callTool({ name: 'greet', arguments: {} })), 'hello')
  await client.close()
  const before = proxy.tunnels.length
  const out = await home.run('logout', server.url)
  assert.equal(out.code, 0, out.stderr)
  assert.equal(server.tokens.size + server.refreshTokens.size, 0)
  assert.ok(proxy.tunnels.length > before)
  assert.deepEqual(new Set(proxy.tunnels), new Set([new URL(server.origin).host]))
  assert.deepEqual(proxy.requests, [])
  assert.doesNotMatch([login, called, out].map(({ stderr }) => stderr).join(), /pass-word/)
  assert.doesNotMatch(JSON.stringify(proxy.told), /access-|refresh-/)
})

rarely(
  'an authorization server that only the proxy could reach, and that is down, is named as such',
  async () => {
    await using server = await LoginServer.start()
    server.odd.resource = { authorization_servers: ['https://login.example'] }
    using home = new LoginHome()
    home.env.HTTPS_PROXY = 'http://127.0.0.1:9'
    for (const command of ['login', 'list']) {
      const { code, stderr } = await home.run(command, server.url)
      assert.equal(code, 4)
      assert.match(
        stderr,
        /the authorization server cannot be reached: the proxy in HTTPS_PROXY \(127\.0\.0\.1:9\)/,
      )
    }
  },
)
