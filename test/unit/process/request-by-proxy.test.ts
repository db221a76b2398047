import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { NamedProxy } from '../../../src/process/proxy/named-proxy.ts'
import { type Asking, requestByProxy } from '../../../src/process/proxy/request-by-proxy.ts'
import { HttpProxy } from '../../support/http-proxy.ts'

const at = (url: string): NamedProxy => ({
  variable: 'HTTP_PROXY',
  url: new URL(url),
  authorization: undefined,
})
const asking = (limit = 5_000): Asking => ({
  method: 'POST',
  headers: { 'x-kind': 'one' },
  body: 'body',
  signal: AbortSignal.timeout(limit),
})

/** A proxy that says how the connections to it fare, and closes one where it is used for the second time. */
async function closing() {
  const used = new WeakMap<object, number>()
  const seen: number[] = []
  const server = createServer(async (request, response) => {
    const times = (used.get(request.socket) ?? 0) + 1
    used.set(request.socket, times)
    seen.push(times)
    if (times > 1) return void request.socket.destroy()
    response.end(`${request.method} ${request.url} ${request.headers.host} ${await text(request)}`)
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, seen, [Symbol.dispose]: () => server.close() && server.closeAllConnections() }
}

test('a connection that was kept, and is closed when it is used again, costs no answer', async () => {
  using proxy = await closing()
  for (const _ of [1, 2]) {
    const answer = await requestByProxy(at(proxy.url), new URL('http://login.example/x?y'), asking())
    assert.equal(await text(answer), 'POST http://login.example/x?y login.example body')
  }
  assert.deepEqual(proxy.seen, [1, 2, 1])
})

test('a proxy that answers nothing is waited for no longer than the signal says', async () => {
  await using proxy = await HttpProxy.start({ status: 0 })
  for (const scheme of ['http', 'https']) {
    const asked = requestByProxy(at(proxy.url), new URL(`${scheme}://login.example/`), asking(200))
    await assert.rejects(asked)
  }
  assert.deepEqual([proxy.requests.length, proxy.tunnels.length], [1, 1])
})

test('what follows the headers of a tunnel that was refused is nobody’s answer', async () => {
  await using proxy = await HttpProxy.start({ status: 302 })
  const asked = requestByProxy(at(proxy.url), new URL('https://login.example/'), asking())
  await assert.rejects(asked, /^ProxyFault: the proxy in HTTP_PROXY \(\S+\) responded with status 302$/)
})
