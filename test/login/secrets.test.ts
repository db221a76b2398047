import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer } from '../support/login-server.ts'
import { fastmcp, startFastmcp } from '../support/program.ts'
import { hello } from '../support/project.ts'
import { chosen, rarely } from '../support/whole.ts'
import { use } from './ways.ts'

const url = 'http://127.0.0.1:1/mcp'
const odd = 'quiet-secret\nmore'

/** Secrets that no request can carry, or that come with a server that is not there; what is said of them. */
const given: Record<
  string,
  [spec: (map: (entry: object) => string) => string, args: string[], words: RegExp]
> = {
  'a token': [() => url, ['--bearer-env', 'SECRET'], /--bearer-env SECRET: SECRET contains characters/],
  'a header of an mcp.json': [
    (map) => map({ url, headers: { 'x-key': odd } }),
    [],
    /a header that it is to be sent has characters that are not allowed/,
  ],
  'a password of a URL': [
    () => 'http://ann:quiet-secret@127.0.0.1:1/mcp',
    [],
    /the URL of 127\.0\.0\.1:1 has a user name or a password: give them as a header/,
  ],
  'a password of a URL in an mcp.json': [
    (map) => map({ url: 'http://ann:quiet-secret@127.0.0.1:1/mcp' }),
    [],
    /the URL of 127\.0\.0\.1:1 has a user name or a password/,
  ],
  'a key in the query of a URL': [
    () => `${url}?key=quiet-secret&page=1`,
    [],
    /http:\/\/127\.0\.0\.1:1\/mcp\?key=…&page=…/,
  ],
}

for (const [index, [name, [spec, args, words]]] of Object.entries(given).entries()) {
  for (const way of chosen(['list', 'run'] as const, 2, index % 2)) {
    test(`${name} that is of no use is not repeated by ${way}`, async () => {
      using home = new LoginHome()
      const map = (far: object) => {
        const file = join(home.folder, 'mcp.json')
        writeFileSync(file, JSON.stringify({ mcpServers: { far } }))
        return file
      }
      const options = { env: { ...home.env, SECRET: odd }, input: hello }
      const { stdout, stderr } = await fastmcp([way, spec(map), ...args], options)
      assert.match(stderr, words)
      assert.doesNotMatch(stdout + stderr, /quiet-secret/)
    })
  }
}

rarely('a key in the query of a URL is not in --print-config, and is sent', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const keyed = `${server.url}?key=quiet-secret`
  const shown = await home.run('run', keyed, '--print-config')
  assert.equal(shown.code, 0, shown.stderr)
  assert.match(shown.stdout, /mcp\?key=…/)
  assert.doesNotMatch(shown.stdout + shown.stderr, /quiet-secret/)
})

/** What an authorization server may send in place of a token; it is an answer, and may hold one. */
const issued: Record<string, string | Record<string, unknown>> = {
  'a form': 'access_token=quiet-secret',
  'half of an object': '{"access_token":"quiet-secret","token_type":"Bea',
  'text without quotes': '{"access_token": quiet-secret}',
  'a token with a line break': { access_token: odd },
  'a token that is not ASCII': { access_token: 'quiet-secret-ü' },
  'no type': { access_token: 'quiet-secret', token_type: 7 },
}

for (const [name, answer] of chosen(Object.entries(issued), 3)) {
  test(`${name} in place of a token is not repeated`, async () => {
    await using server = await LoginServer.start({ issued: answer })
    using home = new LoginHome()
    const { code, stdout, stderr } = await home.run('login', server.url)
    assert.equal(code, 4, stderr)
    assert.match(stderr, /cannot log in at .*(?:what is not OAuth|a token that cannot be one)/)
    assert.doesNotMatch(stdout + stderr, /quiet/)
    assert.deepEqual(home.files, [])
  })
}

rarely(
  'a token that never ends, or has ended when it comes, is of use, and logins says when it ends',
  async () => {
    for (const seconds of [1e300, 1e15, 0, -1]) {
      await using server = await LoginServer.start({ issued: { expires_in: seconds } })
      using home = new LoginHome()
      await use('call', home, server.url)
      const { code, stdout, stderr } = await home.run('logins', '--json')
      assert.equal(code, 0, stderr)
      assert.match(stdout, /"expiresAt": "20\d\d-/)
    }
  },
)

test('a logout while another process refreshes ends what that gets, too', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  assert.equal((await home.run('login', server.url)).code, 0)
  server.endTokens()
  home.env.BROWSER = 'none'
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const refreshing = new Promise<void>((resolve) => {
    server.onToken = () => {
      resolve()
      return held
    }
  })
  await using calling = startFastmcp(['call', server.url, 'greet'], { env: home.env })
  await refreshing
  await using leaving = startFastmcp(['logout', server.url], { env: home.env })
  await Promise.race([leaving.exited, leaving.until(/Another fastmcp is logging in at \S+ Waiting for it/)])
  release()
  assert.equal((await leaving.exited).code, 0, leaving.stderr)
  // It has been quick enough, or has to log in again.
  await Promise.race([calling.exited, calling.until(/Open this address to log in/)])
  calling.kill()
  await calling.exited
  // The lock of the one that was killed is nobody's.
  assert.deepEqual(
    home.files.filter((file) => file.endsWith('.json')),
    [],
  )
  assert.equal(server.tokens.size + server.refreshTokens.size, 0)
})
