import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { LoginHome } from '../support/login-home.ts'
import { LoginServer, type Oddities } from '../support/login-server.ts'
import { chosen } from '../support/whole.ts'
import { allWays, go } from './ways.ts'

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
  'registration refused, with a reason': [
    { refusal: { error: 'access_denied' } },
    /refused to register a client \(access_denied\); give one with --client-id/,
  ],
  'another resource': [{ resource: { resource: 'https://bank.example/mcp' } }, /does not match/],
}

for (const [index, [name, [odd, words]]] of Object.entries(hostile).entries()) {
  for (const way of chosen(allWays, 3, index % 3)) {
    test(`${name} is refused by ${way}`, async () => {
      await using server = await LoginServer.start(odd)
      using home = new LoginHome()
      const { fault = '' } = await go(way, home, server.url)
      assert.match(fault, words)
      assert.deepEqual([server.tokens.size, server.counts.called], [0, 0])
    })
  }
}

/** What sends on to another port or host, and the words for it; none where a server may also say nothing of itself. */
const moved: Record<string, [path: string, words: RegExp | undefined]> = {
  'the server itself, of one who has logged in': ['/mcp', /redirect/i],
  'what it says of its logins': ['/.well-known/oauth-protected-resource/mcp', undefined],
  'what the authorization server says of itself': ['/.well-known/oauth-authorization-server', undefined],
  'the registration of clients': ['/register', /refused to register a client \(307\)/],
  'the token endpoint': ['/token', /the authorization server refused/],
}

for (const [index, [name, [path, words]]] of Object.entries(moved).entries()) {
  for (const way of chosen(allWays, 3, index % 3)) {
    test(`where ${name} sends on, ${way} does not go, to another port or another host`, async () => {
      const asked: string[] = []
      const other = createServer((request, response) => {
        asked.push(`${request.method} ${request.url} ${request.headers.authorization}`)
        response.end('{}')
      }).listen(0, '127.0.0.1')
      await new Promise((resolve) => other.once('listening', resolve))
      const { port } = other.address() as AddressInfo
      try {
        for (const host of ['127.0.0.1', 'localhost']) {
          const to = `http://${host}:${port}${path}`
          await using server = await LoginServer.start({ moved: { [path]: to } })
          using home = new LoginHome()
          const { fault, stderr } = await go(way, home, server.url)
          assert.doesNotMatch(stderr, /access-|refresh-/)
          if (words === undefined) continue
          assert.match(fault ?? '', words)
          assert.equal(server.counts.called, 0)
        }
        assert.deepEqual(asked, [])
      } finally {
        other.close()
        other.closeAllConnections()
      }
    })
  }
}
