import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { FileKeyring } from '../support/keyring.ts'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer } from '../support/login-server.ts'
import { rarely } from '../support/whole.ts'
import { use } from './ways.ts'

/** The text of the one file of logins. */
function kept(home: LoginHome): string {
  const [file = '', ...others] = home.files.filter((name) => name.endsWith('.json'))
  assert.deepEqual(others, [])
  assert.equal(statSync(file).mode & 0o777, 0o600)
  return readFileSync(file, 'utf8')
}

test('a keyring holds the key to a login, which all commands open; off leaves it aside', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const keyring = new FileKeyring(home)
  await use('call', home, server.url)
  const [[entry = '', key = ''] = []] = Object.entries(keyring.entries)
  assert.equal(entry, `fastmcp|logins in ${home.env.FASTMCP_LOGIN_DIR}|secret-service`)
  assert.equal(Buffer.from(key, 'base64url').length, 32)
  server.endTokens()
  await use('run', home, server.url)
  assert.deepEqual([home.opened.length, server.counts.refresh], [1, 1])
  assert.doesNotMatch(kept(home), /access-|refresh-|client-1/)
  assert.ok(!kept(home).includes(key))
  home.env.FASTMCP_KEYRING = 'off'
  await use('list', home, server.url)
  assert.equal(home.opened.length, 2)
  assert.match(kept(home), /access-/)
})

rarely('logins says which are sealed without asking the keyring, and logout revokes them', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const keyring = new FileKeyring(home)
  await use('call', home, server.url)
  keyring.manner = 'hangs'
  const { stdout } = await home.run('logins', '--json')
  const [found] = JSON.parse(stdout) as { url: string; state: string; sealed: boolean; scope: string }[]
  assert.deepEqual(
    [found?.url, found?.state, found?.sealed, found?.scope],
    [server.url, 'valid', true, 'read'],
  )
  keyring.manner = 'works'
  const out = await home.run('logout', server.url)
  assert.equal(out.code, 0, out.stderr)
  assert.equal(server.tokens.size + server.refreshTokens.size, 0)
  assert.deepEqual(home.files, [])
})

test('a keyring that refuses: a new login is not sealed, and a sealed one says what to do', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const keyring = new FileKeyring(home)
  keyring.manner = 'refuses'
  const first = await home.run('login', server.url)
  assert.equal(first.code, 0, first.stderr)
  assert.match(
    first.stderr,
    /kept in a file that only you can read: the system's keyring refuses \(.*it is locked\)/,
  )
  assert.match(kept(home), /access-/)
  keyring.manner = 'works'
  server.revoke()
  await use('call', home, server.url)
  assert.doesNotMatch(kept(home), /access-/)
  keyring.manner = 'refuses'
  const { code, stderr } = await home.run('call', server.url, 'greet')
  assert.equal(code, 4, stderr)
  assert.match(stderr, /sealed with a key in the system's keyring, which refuses \(.*it is locked\)/)
  assert.match(stderr, /set FASTMCP_KEYRING=off for fastmcp login http\S+\/mcp/)
  const out = await home.run('logout', server.url)
  assert.match(out.stderr, /could not be revoked, since the system's keyring does not give the key/)
  assert.deepEqual([out.code, home.files], [0, []])
})

rarely('a keyring that never answers is waited for 15 seconds, and asked once', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const keyring = new FileKeyring(home)
  await use('call', home, server.url)
  keyring.manner = 'hangs'
  const { code, stderr, took } = await home.run('call', server.url, 'greet')
  assert.equal(code, 4, stderr)
  assert.match(stderr, /the system's keyring, which does not answer; .*FASTMCP_KEYRING=off/)
  assert.ok(took >= 15_000, `${took}`)
})

rarely('a key that is gone costs one login, as does a package that is', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const keyring = new FileKeyring(home)
  await use('call', home, server.url)
  keyring.empty()
  await use('call', home, server.url)
  await use('call', home, server.url)
  assert.equal(home.opened.length, 2)
  home.env.NODE_PATH = ''
  const { code, stderr } = await home.run('call', server.url, 'greet')
  assert.equal(code, 4)
  assert.match(stderr, /keyring, which needs @napi-rs\/keyring, which is not installed here; .*KEYRING=off/)
})

rarely('logins at several servers at once have one key', async () => {
  await using one = await LoginServer.start()
  await using other = await LoginServer.start()
  using home = new LoginHome()
  const keyring = new FileKeyring(home)
  await Promise.all([one, other].map(({ url }) => use('call', home, url)))
  assert.equal(Object.keys(keyring.entries).length, 1)
  for (const { url } of [one, other]) await use('call', home, url)
  assert.equal(home.opened.length, 2)
})

rarely('a program that logs in as itself, and an old package, leave a login unsealed', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const keyring = new FileKeyring(home, '2.0.9')
  home.env.MACHINE = 'machine-secret'
  const args = ['--client-credentials', '--client-id', 'ci', '--client-secret-env', 'MACHINE']
  await use('call', home, server.url, ...args)
  assert.match(kept(home), /access-/)
  const login = await home.run('login', server.url)
  assert.match(login.stderr, /refuses \(@napi-rs\/keyring 2\.0\.9 is too old: it has to be 2\.1 or newer\)/)
  assert.deepEqual(keyring.entries, {})
})

rarely('FASTMCP_KEYRING with another value is a usage error', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  new FileKeyring(home)
  home.env.FASTMCP_KEYRING = 'no'
  const { code, stderr } = await home.run('login', server.url)
  assert.deepEqual([code, stderr.includes('FASTMCP_KEYRING must be on or off')], [2, true], stderr)
})
