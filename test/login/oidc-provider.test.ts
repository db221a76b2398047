import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { connectV2, textOf } from '../support/clients.ts'
import { allowInstalls } from '../support/limits.ts'
import { LoginHome } from '../support/login-home.ts'
import { OidcServer } from '../support/oidc-server.ts'
import { use } from './ways.ts'

allowInstalls()

/** The tokens that an account has kept of its one login. */
function tokensOf(home: LoginHome): { access_token: string; refresh_token: string } {
  const [file = ''] = home.files
  return JSON.parse(readFileSync(file, 'utf8')).tokens
}

async function call(home: LoginHome, url: string): Promise<void> {
  const { stdout, stderr } = await home.run('call', url, 'greet')
  assert.equal(stdout, 'hello\n', stderr)
}

async function run(home: LoginHome, url: string): Promise<void> {
  const client = await connectV2({ stdio: ['run', url], env: home.env })
  assert.equal(textOf(await client.callTool({ name: 'greet', arguments: {} })), 'hello')
  await client.close()
}

test('oidc-provider: a login, a refresh, a revocation there, and a logout here', async () => {
  await using server = await OidcServer.start()
  using home = new LoginHome()
  await call(home, server.url)
  await run(home, server.url)
  await use('list', home, server.url)
  assert.deepEqual([home.opened.length, server.counts.granted], [1, 1])
  const first = tokensOf(home)
  await server.endTokens()
  await run(home, server.url)
  const second = tokensOf(home)
  assert.deepEqual([home.opened.length, server.counts.granted], [1, 2])
  assert.notEqual(second.access_token, first.access_token)
  await server.revoke(second.access_token)
  await call(home, server.url)
  assert.equal(home.opened.length, 2)
  const third = tokensOf(home)
  const { code, stderr } = await home.run('logout', server.url)
  assert.equal(code, 0, stderr)
  assert.doesNotMatch(stderr, /could not be revoked/)
  assert.equal(await server.isGood('RefreshToken', third.refresh_token), false)
  assert.equal(await server.isGood('AccessToken', third.access_token), false)
})

test('oidc-provider: several at once log in once, and refresh once, since a refresh token is good for one use', async () => {
  await using server = await OidcServer.start()
  using home = new LoginHome()
  const three = () =>
    Promise.all([call(home, server.url), run(home, server.url), use('list', home, server.url)])
  await three()
  assert.deepEqual([home.opened.length, server.counts.granted], [1, 1])
  await server.endTokens()
  await three()
  assert.deepEqual([home.opened.length, server.counts.granted, server.counts.refused], [1, 2, 0])
})
