import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer } from '../support/login-server.ts'
import { startFastmcp } from '../support/program.ts'
import { rarely } from '../support/whole.ts'
import { allWays, use } from './ways.ts'

for (const way of allWays) {
  const often = way === 'call' ? rarely : test
  often(`${way}: logs in, keeps it, refreshes it, and begins again once it is revoked`, async () => {
    await using server = await LoginServer.start()
    using home = new LoginHome()
    await use(way, home, server.url)
    await use(way, home, server.url)
    assert.equal(home.opened.length, 1)
    const [file = '', ...others] = home.files
    assert.deepEqual(others, [])
    assert.equal(statSync(file).mode & 0o777, 0o600)
    server.endTokens()
    await use(way, home, server.url)
    assert.deepEqual([home.opened.length, server.counts.refresh], [1, 1])
    server.revoke()
    await use(way, home, server.url)
    assert.deepEqual([home.opened.length, server.counts.register], [2, 1])
  })

  rarely(`${way}: several at once open one browser window`, async () => {
    await using server = await LoginServer.start()
    using home = new LoginHome()
    await Promise.all([use(way, home, server.url), use(way, home, server.url)])
    assert.equal(home.opened.length, 1)
  })
}

for (const way of allWays) {
  test(`${way}: a token that ends meanwhile is refreshed`, async () => {
    await using server = await LoginServer.start()
    using home = new LoginHome()
    let times = 0
    const end = () => {
      if (times++ === 0) server.endTokens()
    }
    if (way === 'list') server.onList = end
    else server.onCall = end
    await use(way, home, server.url)
    assert.deepEqual([server.counts.refresh, server.counts.called], [1, way === 'list' ? 0 : 1])
  })

  test(`${way}: more scope is asked for once, beside what there is`, async () => {
    await using server = await LoginServer.start(
      way === 'list' ? { listScope: 'write' } : { callScope: 'write' },
    )
    using home = new LoginHome()
    await use(way, home, server.url)
    const scopes = home.opened.map((url) => new URL(url).searchParams.get('scope'))
    assert.deepEqual(scopes, ['read', 'read write'])
  })
}

rarely('login, logins and logout', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const first = await home.run('login', server.url)
  assert.equal(first.code, 0, first.stderr)
  assert.equal((await home.run('list', server.url)).code, 0)
  assert.equal(home.opened.length, 1)
  const logins = await home.run('logins', '--json')
  const [found] = JSON.parse(logins.stdout) as { url: string; state: string }[]
  assert.deepEqual([found?.url, found?.state], [server.url, 'valid'])
  assert.doesNotMatch(logins.stdout, /access-|refresh-/)
  const out = await home.run('logout', server.url)
  assert.equal(out.code, 0, out.stderr)
  assert.deepEqual(home.files, [])
  assert.equal(server.tokens.size + server.refreshTokens.size, 0)
})

test('--login never says how to give a token, and opens nothing', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const { code, stderr } = await home.run('list', server.url, '--login', 'never')
  assert.equal(code, 4)
  assert.match(stderr, /401: it asks for a token; log in with fastmcp login, or give it by --bearer-env/)
  assert.deepEqual(home.opened, [])
})

test('a proxy says nothing of a login on stdout, and no token anywhere', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  await using started = startFastmcp(['run', server.url, '--log-level', 'debug'], { env: home.env })
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  }
  const hello = { jsonrpc: '2.0', id: 1, method: 'initialize', params }
  started.child.stdin?.write(`${JSON.stringify(hello)}\n`)
  await started.until(/"id":1/, 'stdout')
  for (const line of started.stdout.trim().split('\n')) assert.equal(JSON.parse(line).jsonrpc, '2.0')
  assert.match(started.stderr, /asks for a login/)
  const [file = ''] = home.files
  const { tokens } = JSON.parse(readFileSync(file, 'utf8')) as { tokens: Record<string, string> }
  for (const secret of [tokens.access_token, tokens.refresh_token])
    assert.ok(secret && !started.stderr.includes(secret) && !started.stdout.includes(secret))
})
