import assert from 'node:assert/strict'
import http from 'node:http'
import net from 'node:net'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

test('listen() of HTTP servers is inherited, as that is how it is given back', () => {
  assert.equal(Object.hasOwn(http.Server.prototype, 'listen'), false)
  assert.equal(http.Server.prototype.listen, net.Server.prototype.listen)
})

test('a server believes that it listens, and does so in the end', async () => {
  const outcome = await runPatched(
    'node/listen',
    `import http, { createServer } from 'node:http'
    import net from 'node:net'
    import { once } from 'node:events'
    import { HeldListeners } from './patch.mjs'
    const listeners = new HeldListeners(() => console.log('held'))
    let called = 0
    const server = createServer((_, response) => response.end('served'))
    server.listen(0, '127.0.0.1', () => called++)
    await once(server, 'listening')
    console.log(server.listening, server.address(), called, listeners.held.length)
    listeners.finish(false)
    await once(server, 'listening')
    const { port } = server.address()
    console.log(await (await fetch('http://127.0.0.1:' + port)).text(), called)
    console.log(http.Server.prototype.listen === net.Server.prototype.listen)
    server.close()
    server.closeAllConnections()`,
  )
  assert.equal(
    outcome.stdout,
    "held\ntrue { address: '127.0.0.1', family: 'IPv4', port: 0 } 1 1\nserved 1\ntrue\n",
    outcome.stderr,
  )
})
