import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer, type Oddities } from '../support/login-server.ts'
import { rarely } from '../support/whole.ts'
import { allWays, go, use } from './ways.ts'

test('an mcp.json and inspect have the same login as a URL', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const file = join(home.folder, 'mcp.json')
  writeFileSync(file, JSON.stringify({ mcpServers: { far: { url: server.url } } }))
  for (const way of allWays) await use(way, home, file)
  for (const spec of [server.url, file]) {
    const { code, stdout, stderr } = await home.run('inspect', spec)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /greet/)
  }
  assert.deepEqual([home.opened.length, server.counts.code], [1, 1])
})

/** What goes on for ever, or would fill the memory. */
const endless: Record<string, [odd: Oddities, words: RegExp]> = {
  'a registration that sends on to itself': [
    { moved: { '/register': '/register' } },
    /refused to register a client \(307\)/,
  ],
  'metadata of two megabytes': [
    { metadata: { more: 'x'.repeat(2 ** 21) } },
    /what it says of its logins cannot be read/,
  ],
}

for (const [name, [odd, words]] of Object.entries(endless)) {
  rarely(`${name} ends a login`, async () => {
    await using server = await LoginServer.start(odd)
    using home = new LoginHome()
    const { fault = '' } = await go('call', home, server.url)
    assert.match(fault, words)
    assert.equal(server.counts.called, 0)
  })
}

const document = '/.well-known/oauth-authorization-server'

/** What never comes, or never ends: the wait has a limit, and the words say whose answer is missing. */
const silent: Record<string, [odd: Oddities, words: RegExp]> = {
  'what a server says of its logins': [
    { silent: ['/.well-known/oauth-protected-resource/mcp'] },
    /what it says of its logins does not come in time; try again, or give a token by --bearer-env/,
  ],
  'half of what an authorization server says of itself': [
    { halting: [document] },
    /what it says of its logins does not come in time/,
  ],
  'a token': [{ silent: ['/token'] }, /the authorization server did not answer in time/],
}

for (const [name, [odd, words]] of Object.entries(silent)) {
  rarely(`${name} that does not come ends a login after half a minute`, async () => {
    await using server = await LoginServer.start(odd)
    using home = new LoginHome()
    const { code, stderr, took } = await home.run('login', server.url)
    assert.equal(code, 4, stderr)
    assert.match(stderr, words)
    assert.ok(stderr.includes(server.url) && took >= 30_000, `${took}: ${stderr}`)
  })
}
