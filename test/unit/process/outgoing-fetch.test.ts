import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { outgoingFetch } from '../../../src/process/proxy/outgoing-fetch.ts'
import { HttpProxy } from '../../support/http-proxy.ts'

const dispatchers = () =>
  [1, 2].map((number) => Reflect.get(globalThis, Symbol.for(`undici.globalDispatcher.${number}`)))

test('a fetch by a proxy leaves the fetch of everybody else alone', async () => {
  await using proxy = await HttpProxy.start()
  const server = createServer(async (request, response) => {
    response.end(`${request.method} ${request.headers['x-kind']} ${await text(request)}`)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = `http://mcp.example:${(server.address() as AddressInfo).port}/x`
  const before = { ...process.env }
  try {
    for (const name of ['http_proxy', 'no_proxy', 'NO_PROXY']) delete process.env[name]
    process.env.HTTP_PROXY = proxy.url
    const init = { method: 'POST', body: 'body', headers: new Headers({ 'x-kind': 'init' }) }
    const first = await outgoingFetch(address, init)
    assert.equal(await first.text(), 'POST init body')
    const request = new Request(address, { ...init, headers: { 'x-kind': 'request' } })
    assert.equal(await (await outgoingFetch(request)).text(), 'POST request body')
    assert.deepEqual(proxy.requests, [address, address])
    const afterwards = dispatchers()
    await assert.rejects(fetch(address), /fetch failed/)
    assert.deepEqual(proxy.requests.length, 2)
    assert.deepEqual(dispatchers(), afterwards)
    // The one of Node's own fetch is still of its own copy of undici.
    const own = afterwards.filter(Boolean).map((one) => one.constructor)
    const { Agent } = await import('undici')
    assert.ok(own.every((one) => one !== Agent))
  } finally {
    process.env = before
    server.close()
    server.closeAllConnections()
  }
})
