import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer, type Oddities } from '../support/login-server.ts'
import { rarely } from '../support/whole.ts'

/** What a terminal takes for a command: a title, a colour, and a line that is written over. */
const escapes = '\u001b]0;owned\u0007\u001b[31m\u009b2J\rok\u0008'

/** Texts of a hostile server that a person gets to see in one way or another. */
const texts: Record<string, Oddities> = {
  'the code for another device': { device: true, deviceSays: { user_code: `A${escapes}` } },
  'the scope of a token': { issued: { scope: `read${escapes}` } },
  'the reason of a refused registration': { refusal: { error: `no${escapes}`, error_description: escapes } },
  'the metadata of its authorization server': { metadata: { issuer: `https://x.example/${escapes}` } },
  'the address for another device': {
    device: true,
    deviceSays: { verification_uri: `https://x.example/${escapes}` },
  },
}

for (const [name, odd] of Object.entries(texts)) {
  rarely(`${name} commands no terminal`, async () => {
    await using server = await LoginServer.start(odd)
    using home = new LoginHome(!odd.device)
    const login = await home.run('login', server.url)
    const logins = await home.run('logins')
    const json = await home.run('logins', '--json')
    for (const { stdout, stderr } of [login, logins, json])
      assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
}

rarely('what an address holds for a shell is an argument of the browser, and nothing else', async () => {
  await using server = await LoginServer.start()
  using home = new LoginHome()
  const file = join(home.folder, 'owned')
  const words = `$(touch ${file});\`touch ${file}\`|touch ${file}&&"';touch ${file}`
  server.odd.metadata = { authorization_endpoint: `${server.origin}/authorize?x=${words}` }
  const { code, stderr } = await home.run('login', server.url)
  assert.equal(code, 0, stderr)
  assert.equal(home.opened.length, 1)
  assert.ok(!existsSync(file))
})
