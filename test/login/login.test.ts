import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { connectV2, textOf } from '../support/clients.ts'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer, type Oddities } from '../support/login-server.ts'
import { startFastmcp } from '../support/program.ts'
import { chosen, rarely } from '../support/whole.ts'

/** The three ways to a remote server: each logs in by itself, and says what the tool said. */
const ways = {
  list: async (home: LoginHome, url: string) => {
    const { stdout, stderr, code } = await home.run('list', url)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /greet/)
  },
  call: async (home: LoginHome, url: string) => {
    const { stdout, stderr, code } = await home.run('call', url, 'greet')
    assert.equal(code, 0, stderr)
    assert.equal(stdout, 'hello\n')
  },
  run: async (home: LoginHome, url: string) => {
    const client = await connectV2({ stdio: ['run', url], env: home.env })
    assert.equal(textOf(await client.callTool({ name: 'greet', arguments: {} })), 'hello')
    await client.close()
  },
}

for (const [way, use] of Object.entries(ways)) {
  const often = way === 'call' ? rarely : test
  often(`${way}: logs in, keeps it, refreshes it, and begins again once it is revoked`, async () => {
    await using server = await LoginServer.start()
    using home = new LoginHome()
    await use(home, server.url)
    await use(home, server.url)
    assert.equal(home.opened.length, 1)
    const [file = '', ...others] = home.files
    assert.deepEqual(others, [])
    assert.equal(statSync(file).mode & 0o777, 0o600)
    server.endTokens()
    await use(home, server.url)
    assert.deepEqual([home.opened.length, server.counts.refresh], [1, 1])
    server.revoke()
    await use(home, server.url)
    assert.deepEqual([home.opened.length, server.counts.register], [2, 1])
  })

  rarely(`${way}: several at once open one browser window`, async () => {
    await using server = await LoginServer.start()
    using home = new LoginHome()
    await Promise.all([use(home, server.url), use(home, server.url)])
    assert.equal(home.opened.length, 1)
  })
}

for (const way of ['call', 'run'] as const) {
  test(`${way}: a token that ends while a call runs is refreshed`, async () => {
    await using server = await LoginServer.start()
    using home = new LoginHome()
    let times = 0
    server.onCall = () => {
      if (times++ === 0) server.endTokens()
    }
    await ways[way](home, server.url)
    assert.deepEqual([server.counts.refresh, server.counts.called], [1, 1])
  })

  test(`${way}: more scope is asked for once, beside what there is`, async () => {
    await using server = await LoginServer.start({ callScope: 'write' })
    using home = new LoginHome()
    await ways[way](home, server.url)
    const scopes = home.opened.map((url) => new URL(url).searchParams.get('scope'))
    assert.deepEqual(scopes, ['read', 'read write'])
  })
}

/** What is hostile or missing, and the words for it; no token is asked for, or none is sent. */
const hostile: Record<string, [odd: Oddities, words: RegExp]> = {
  'a wrong issuer': [
    { metadata: { issuer: 'https://evil.example' } },
    /issuer is not the authorization server/,
  ],
  'a mix-up': [{ iss: 'https://evil.example' }, /issuer is not the authorization server/],
  'a missing issuer': [{ iss: null }, /issuer is not the authorization server/],
  'PKCE missing': [{ metadata: { code_challenge_methods_supported: undefined } }, /PKCE/],
  'plain PKCE': [{ metadata: { code_challenge_methods_supported: ['plain'] } }, /PKCE/],
  'registration refused': [{ registration: false }, /--client-id/],
  'an authorization endpoint in the clear': [
    { metadata: { authorization_endpoint: 'http://login.example/authorize' } },
    /authorization endpoint is not https/,
  ],
  'a token endpoint that sends on to another host': [
    { tokenRedirect: 'http://127.0.0.1:9/token' },
    /the authorization server refused/,
  ],
  'another resource': [{ resource: { resource: 'https://bank.example/mcp' } }, /does not match/],
}

const refusing = {
  list: (home: LoginHome, url: string) => home.run('list', url),
  call: (home: LoginHome, url: string) => home.run('call', url, 'greet'),
}

for (const [index, [name, [odd, words]]] of Object.entries(hostile).entries()) {
  for (const way of chosen(['list', 'call', 'run'] as const, 3, index % 3)) {
    test(`${name} is refused by ${way}`, async () => {
      await using server = await LoginServer.start(odd)
      using home = new LoginHome()
      if (way === 'run') await assert.rejects(connectV2({ stdio: ['run', server.url], env: home.env }), words)
      else {
        const { code, stderr } = await refusing[way](home, server.url)
        assert.equal(code, 4, stderr)
        assert.match(stderr, words)
      }
      assert.deepEqual([server.tokens.size, server.counts.called], [0, 0])
    })
  }
}

test('without a browser the address is printed, or a code where that is offered', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome(false)
  await using started = startFastmcp(['list', server.url], { env: home.env })
  const [, address = ''] = await started.until(/Open this address to log in:\s+(\S+)\n/)
  await fetch(address)
  assert.equal((await started.exited).code, 0, started.stderr)
  await using other = await LoginServer.start({ device: true })
  const { code, stderr } = await home.run('list', other.url)
  assert.equal(code, 0, stderr)
  assert.match(stderr, /enter the code ABCD-EFGH/)
})

test('a callback on another path, host or state counts for nothing', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome(false)
  await using started = startFastmcp(['list', server.url], { env: home.env })
  const [, address = ''] = await started.until(/Open this address to log in:\s+(\S+)\n/)
  const params = new URL(address).searchParams
  const callback = params.get('redirect_uri') ?? ''
  const good = `code=x&state=${params.get('state')}`
  assert.equal((await fetch(`${callback}?code=x&state=y`)).status, 400)
  // What any page may send there and is no URL.
  for (const path of ['//', '//?a', '//:80'])
    assert.equal((await fetch(new URL(callback).origin + path)).status, 404)
  assert.equal((await fetch(`${callback}/more?${good}`)).status, 404)
  assert.equal(
    (await fetch(`${callback.replace('127.0.0.1', 'localhost')}?${good}`).catch(() => ({ status: 404 })))
      .status,
    404,
  )
  await fetch(address)
  assert.equal((await started.exited).code, 0, started.stderr)
})

rarely('a program logs in as itself', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome(false)
  home.env.MACHINE = 'machine-secret'
  const args = ['--client-credentials', '--client-id', 'ci', '--client-secret-env', 'MACHINE']
  const { code, stderr } = await home.run('list', server.url, ...args)
  assert.equal(code, 0, stderr)
  assert.deepEqual([server.counts.machine, server.counts.authorize], [1, 0])
})

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
