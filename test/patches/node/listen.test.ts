import assert from 'node:assert/strict'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import { describe, test } from 'node:test'
import tls from 'node:tls'
import { runPatched } from '../../support/patched.ts'

describe('listen() of HTTP servers', () => {
  const servers = {
    'node:http': http.createServer(),
    'node:https': https.createServer(),
    'node:http2': http2.createServer(),
    'node:http2, secure': http2.createSecureServer(),
  }
  for (const [name, server] of Object.entries(servers)) {
    test(`${name} inherits it, and is known by its shape`, () => {
      assert.equal(server.listen, net.Server.prototype.listen)
      assert.ok('headersTimeout' in server || /^Http2(Secure)?Server$/.test(server.constructor.name))
      assert.equal('setSecureContext' in server, /https|secure/.test(name))
    })
  }

  test('others do not look like it', () => {
    for (const server of [net.createServer(), tls.createServer()]) {
      assert.equal('headersTimeout' in server, false)
      assert.doesNotMatch(server.constructor.name, /^Http2/)
    }
  })

  test('a server that asks for certificates says so', () => {
    for (const requestCert of [true, false]) {
      for (const server of [https.createServer({ requestCert }), http2.createSecureServer({ requestCert })])
        assert.equal(Reflect.get(server, 'requestCert'), requestCert)
    }
  })
})

test('a server believes that it listens, and does so in the end', async () => {
  const outcome = await runPatched(
    'node/listen',
    `import { createServer } from 'node:http'
    import net from 'node:net'
    import { once } from 'node:events'
    import { HeldListeners } from './patch.mjs'
    const original = net.Server.prototype.listen
    const listeners = new HeldListeners(() => console.log('held'))
    let called = 0
    const server = createServer((_, response) => response.end('served'))
    server.listen(0, '127.0.0.1', () => called++)
    await once(server, 'listening')
    console.log(server.listening, server.address(), called, listeners.held.length)
    listeners.finish(false)
    await once(server, 'listening')
    const { port } = server.address()
    const raw = net.createServer().listen(0)
    await once(raw, 'listening')
    raw.close()
    console.log(await (await fetch('http://127.0.0.1:' + port)).text(), called)
    console.log(net.Server.prototype.listen === original)
    server.close()
    server.closeAllConnections()`,
  )
  assert.equal(
    outcome.stdout,
    "held\ntrue { address: '127.0.0.1', family: 'IPv4', port: 0 } 1 1\nserved 1\ntrue\n",
    outcome.stderr,
  )
})
