import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { connectV1 } from '../support/clients.ts'
import { root, serveSse } from '../support/program.ts'

const echo = `${root}test/fixtures/http/echo-v2.ts`

/** A reverse proxy that takes `/tools` off the paths that it passes on, and says so. */
async function stripping(target: URL) {
  const server = http.createServer((request, response) => {
    const url = new URL(`${request.url}`.replace(/^\/tools/, ''), target)
    const headers = { ...request.headers, host: target.host, 'x-forwarded-prefix': '/tools' }
    const onward = http.request(url, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward.on('error', () => response.destroy()))
    response.on('close', () => onward.destroy())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: new URL(`http://127.0.0.1:${port}/tools/sse`), [Symbol.dispose]: close }
}

test('an SSE client is told of the path that a proxy takes off', async () => {
  await using server = await serveSse(echo)
  using proxy = await stripping(server.url)
  const client = await connectV1({ sse: proxy.url })
  assert.ok((await client.listTools()).tools.length > 0)
  await client.close()
})

/** The address that a stream begins with, for what a proxy says. */
async function endpointFor(url: URL, prefix: string): Promise<string> {
  const response = await fetch(url, { headers: { 'x-forwarded-prefix': prefix } })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('\n\n')) text += (await reader?.read())?.value ?? assert.fail('the stream has ended')
  await reader?.cancel()
  return /data: ([^?]*)\?/.exec(text)?.[1] ?? text
}

test('what is not a plain path is passed over', async () => {
  await using server = await serveSse(echo)
  for (const [prefix, endpoint] of [
    ['/tools', '/tools/messages/'],
    ['/tools/', '/tools/messages/'],
    ['/a/b, /c', '/a/b/messages/'],
    ['', '/messages/'],
    ['/', '/messages/'],
    ['//evil.example', '/messages/'],
    ['/\\evil.example', '/messages/'],
    ['https://evil.example', '/messages/'],
    ['tools', '/messages/'],
    ['/a?b', '/messages/'],
    ['/a#b', '/messages/'],
    ['/a b', '/messages/'],
    [`/${'a'.repeat(300)}`, '/messages/'],
  ])
    assert.equal(await endpointFor(server.url, `${prefix}`), endpoint, prefix)
})
