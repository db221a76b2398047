import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { connectV2, textOf } from '../support/clients.ts'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer } from '../support/login-server.ts'
import { startFastmcp } from '../support/program.ts'
import { chosen, rarely } from '../support/whole.ts'
import { allWays, use } from './ways.ts'

const document = 'https://client.example/fastmcp.json'

describe('a client that is given', () => {
  for (const way of ['basic', 'post'] as const) {
    test(`with a secret, which is sent as ${way}: login, refresh, and revocation`, async () => {
      const client = { id: 'ours', secret: 'very-quiet', way }
      const metadata = { token_endpoint_auth_methods_supported: [`client_secret_${way}`] }
      await using server = await LoginServer.start({ registration: false, client, metadata })
      using home = new LoginHome()
      home.env.SECRET = client.secret
      const given = ['--client-id', client.id, '--client-secret-env', 'SECRET']
      const first = await home.run('call', server.url, 'greet', ...given)
      assert.equal(first.stdout, 'hello\n', first.stderr)
      assert.deepEqual([server.clients, server.counts.register], [['ours'], 0])
      server.endTokens()
      const second = await home.run('call', server.url, 'greet', ...given)
      assert.equal(second.stdout, 'hello\n', second.stderr)
      assert.equal(server.counts.refresh, 1)
      const out = await home.run('logout', server.url)
      assert.equal(server.tokens.size + server.refreshTokens.size, 0, out.stderr)
      for (const { stdout, stderr } of [first, second, out])
        assert.doesNotMatch(stdout + stderr, /very-quiet|access-|refresh-/)
    })
  }

  test('with a secret, which another authorization server than before does not get', async () => {
    const client = { id: 'ours', secret: 'very-quiet', way: 'post' } as const
    const odd = { registration: false, client }
    await using server = await LoginServer.start(odd)
    await using other = await LoginServer.start(odd)
    using home = new LoginHome()
    home.env.SECRET = client.secret
    const given = ['--client-id', client.id, '--client-secret-env', 'SECRET']
    const login = await home.run('login', server.url, ...given)
    assert.equal(login.code, 0, login.stderr)
    server.odd.resource = { authorization_servers: [other.origin] }
    server.revoke()
    const again = await home.run('call', server.url, 'greet', ...given)
    assert.equal(again.code, 4, again.stderr)
    assert.match(again.stderr, /is not the one before, and is not sent the secret: fastmcp logout \S+\/mcp/)
    assert.deepEqual([other.counts.authorize, other.counts.code], [0, 0])
    await home.run('logout', server.url)
    const fresh = await home.run('login', server.url, ...given)
    assert.equal(fresh.code, 0, fresh.stderr)
  })

  rarely('a registered client is revoked by the way it is registered for', async () => {
    const metadata = { token_endpoint_auth_methods_supported: ['client_secret_basic'] }
    const client = { id: 'client-1', secret: 'given-out', way: 'basic' as const }
    await using server = await LoginServer.start({
      metadata,
      client,
      registered: { client_secret: client.secret },
    })
    using home = new LoginHome()
    const login = await home.run('login', server.url)
    assert.equal(login.code, 0, login.stderr)
    await home.run('logout', server.url)
    assert.equal(server.tokens.size + server.refreshTokens.size, 0)
  })

  test('a registration that is refused is told with its reason, and nothing else of the answer', async () => {
    const refusal = { error: 'invalid_client_metadata', error_description: 'a long story' }
    await using server = await LoginServer.start({ refusal })
    using home = new LoginHome()
    const { code, stderr } = await home.run('call', server.url, 'greet')
    assert.match(
      stderr,
      /refused to register a client \(invalid_client_metadata\); give one with --client-id/,
    )
    assert.doesNotMatch(stderr, /story/)
    assert.equal(code, 4)
  })

  for (const way of chosen(allWays, 3, 2)) {
    test(`by its document: ${way} logs in with it, refreshes with it, and registers nothing`, async () => {
      const metadata = { client_id_metadata_document_supported: true }
      await using server = await LoginServer.start({ metadata, client: { id: document, way: 'none' } })
      using home = new LoginHome()
      await use(way, home, server.url, '--client-metadata-url', document)
      server.endTokens()
      await use(way, home, server.url, '--client-metadata-url', document)
      assert.deepEqual(server.clients, [document])
      assert.deepEqual([server.counts.register, server.counts.code, server.counts.refresh], [0, 1, 1])
    })
  }

  for (const way of allWays) {
    rarely(`by its document: ${way} registers one where the server reads no documents`, async () => {
      await using server = await LoginServer.start()
      using home = new LoginHome()
      await use(way, home, server.url, '--client-metadata-url', document)
      assert.deepEqual([server.clients, server.counts.register], [['client-1'], 1])
    })

    rarely(`by its document: ${way} logs in on another device with it`, async () => {
      const metadata = { client_id_metadata_document_supported: true }
      const client = { id: document, way: 'none' as const }
      await using server = await LoginServer.start({ device: true, metadata, client })
      using home = new LoginHome(false)
      await use(way, home, server.url, '--client-metadata-url', document)
      assert.deepEqual([server.counts.register, server.counts.device], [0, 2])
    })
  }

  test('what contradicts itself is refused', async () => {
    using home = new LoginHome()
    const mistakes: [args: string[], says: RegExp][] = [
      [
        ['--client-secret-env', 'NONE', '--client-id', 'x'],
        /--client-secret-env NONE: the variable NONE is not set/,
      ],
      [['--client-secret-env', 'HOME'], /--client-secret-env needs --client-id/],
      [['--client-metadata-url', 'http://client.example/x'], /must be an https URL with a path/],
      [['--callback-port', '70000'], /--callback-port/],
    ]
    for (const [args, says] of mistakes) {
      const { code, stderr } = await home.run('list', 'https://mcp.example/mcp', ...args)
      assert.match(stderr, says)
      assert.equal(code, 2)
    }
  })
})

test('--callback-port is where the browser comes back to, and one that is taken is said in one line', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const args = ['call', server.url, 'greet', '--callback-port', String(port)]
  const refused = await home.run(...args)
  assert.equal(refused.code, 4)
  assert.equal(refused.stderr.trim(), `fastmcp: --callback-port ${port}: the port is in use`)
  assert.deepEqual(home.opened, [])
  taken.close()
  const { stdout, stderr } = await home.run(...args)
  assert.equal(stdout, 'hello\n', stderr)
  const [address = ''] = home.opened
  const redirect = new URL(address).searchParams.get('redirect_uri')
  assert.equal(redirect, `http://127.0.0.1:${port}/callback`)
})

rarely('over SSE: login, refresh and login again, by a command and by a proxy', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const call = async () => {
    const { stdout, stderr } = await home.run('call', server.sseUrl, 'greet')
    assert.equal(stdout, 'hello\n', stderr)
  }
  const run = async () => {
    const client = await connectV2({ stdio: ['run', server.sseUrl], env: home.env })
    assert.equal(textOf(await client.callTool({ name: 'greet', arguments: {} })), 'hello')
    await client.close()
  }
  await call()
  server.endTokens()
  await run()
  assert.deepEqual([home.opened.length, server.counts.refresh], [1, 1])
  server.revoke()
  await run()
  assert.equal(home.opened.length, 2)
  await using hostile = await LoginServer.start({ metadata: { issuer: 'https://evil.example' } })
  const { code, stderr } = await home.run('call', hostile.sseUrl, 'greet')
  assert.match(stderr, /issuer is not the authorization server/)
  assert.equal(code, 4)
})

test('login --scope asks for more beside what there is, once', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const scopes = () =>
    home.opened.map((url) => new URL(url).searchParams.get('scope')?.split(' ').sort().join(' '))
  for (const more of [[], ['--scope', 'write'], ['--scope', 'write'], []]) {
    const { code, stderr } = await home.run('login', server.url, ...more)
    assert.equal(code, 0, stderr)
  }
  assert.deepEqual(scopes(), ['read', 'read write'])
  assert.equal(server.counts.refresh, 2)
  const { stdout } = await home.run('logins', '--json')
  assert.match(stdout, /read write|write read/)
})

test('no secret is an argument of a process, a setting that is shown, or a line of the log', async () => {
  const client = { id: 'ours', secret: 'very-quiet', way: 'post' as const }
  await using server = await LoginServer.start({ client, registration: false })
  using home = new LoginHome()
  home.env.SECRET = client.secret
  const given = ['--client-id', client.id, '--client-secret-env', 'SECRET', '--log-level', 'debug']
  const shown = await home.run('run', server.url, ...given, '--print-config')
  assert.equal(shown.code, 0, shown.stderr)
  await using front = startFastmcp(['run', server.url, '-t', 'http', '-p', '0', ...given], { env: home.env })
  const [, url = ''] = await front.until(/listening on (\S+)/)
  const words: string[] = []
  server.onCall = () => words.push(...commandLines())
  const called = await connectV2({ http: new URL(url) })
  assert.equal(textOf(await called.callTool({ name: 'greet', arguments: {} })), 'hello')
  await called.close()
  const [file = ''] = home.files
  const { tokens } = JSON.parse(readFileSync(file, 'utf8')) as { tokens: Record<string, string> }
  const secrets = [client.secret, tokens.access_token, tokens.refresh_token]
  assert.equal(secrets.filter(Boolean).length, 3)
  const told = [shown.stdout, shown.stderr, front.stdout, front.stderr, ...words].join('\n')
  for (const secret of secrets) assert.ok(secret && !told.includes(secret))
})

/** The command lines of all processes, where the system shows them as files. */
function commandLines(): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
}
