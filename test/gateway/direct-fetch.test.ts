import assert from 'node:assert/strict'
import { on, once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { AnswerTooLong } from '../../src/remote/url/answer-too-long.ts'
import { directFetch } from '../../src/remote/url/direct-fetch.ts'

const limit = 100_000
const json = { 'content-type': 'application/json' }
const message = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { text: 'ä€😀'.repeat(100) } })
const packed = (encoding: string, bytes: Buffer) => (_: IncomingMessage, response: ServerResponse) =>
  response.writeHead(200, { ...json, 'content-encoding': encoding }).end(bytes)

/** What a server can answer with, ordinary or not. */
const acts: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown> = {
  json: (_, response) => response.writeHead(200, json).end(message),
  charset: (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(message),
  pieces: (_, response) => {
    response.writeHead(200, json)
    for (const byte of Buffer.from(message)) response.write(Buffer.from([byte]))
    response.end()
  },
  gzip: packed('gzip', gzipSync(message)),
  deflate: packed('deflate', deflateSync(message)),
  brotli: packed('br', brotliCompressSync(message)),
  identity: packed('identity', Buffer.from(message)),
  empty: (_, response) => response.writeHead(200, json).end(),
  accepted: (_, response) => response.writeHead(202).end(),
  'no content': (_, response) => response.writeHead(204).end(),
  'an error': (_, response) => response.writeHead(500, 'Bad luck', json).end('{"no": 1}'),
  'a page': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'),
  'a redirect': (_, response) => response.writeHead(307, { location: '/json' }).end('moved'),
  cookies: (_, response) => response.writeHead(200, { ...json, 'set-cookie': ['a=1', 'b=2'] }).end(message),
  'a stream': (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    setImmediate(() => response.end('data: 2\n\n'))
  },
  'a packed stream': (_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
      .end(gzipSync('data: 1\n\n')),
  'what was sent': (request, response) => {
    response.writeHead(200, { ...json, 'x-method': request.method })
    request.pipe(response)
  },
  cut: (_, response) => {
    response.writeHead(200, { ...json, 'content-length': 100 }).write('{')
    setTimeout(() => response.destroy(), 20)
  },
  'cut in a pack': (_, response) => {
    response.writeHead(200, { ...json, 'content-encoding': 'gzip' }).write(gzipSync(message).subarray(0, 20))
    setTimeout(() => response.destroy(), 20)
  },
  'no pack at all': packed('gzip', Buffer.from(message)),
  reset: (request) => request.socket.destroy(),
}

let server: ReturnType<typeof createServer>
let origin = ''
before(async () => {
  server = createServer((request, response) =>
    acts[decodeURIComponent(request.url ?? '').slice(1)]?.(request, response),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
after(() => server.close())

/** All that is read of an answer; of an error, what is told of it. */
async function told(fetch: typeof globalThis.fetch, act: string) {
  const init = {
    method: 'POST',
    headers: { 'X-Own': 'own', ...json },
    body: message,
    redirect: 'manual',
  } as const
  try {
    const response = await fetch(new URL(`/${act}`, origin), init)
    const { status, statusText, ok, url, redirected, headers } = response
    const own = [...headers].filter(
      ([name]) => !/^(date|connection|keep-alive|transfer-encoding)$/.test(name),
    )
    return { status, statusText, ok, url, redirected, own, text: await response.text() }
  } catch (error) {
    return { fault: (error as Error).constructor.name }
  }
}

describe('our own requests are answered as those of fetch', () => {
  for (const act of Object.keys(acts))
    test(act, async () => {
      assert.deepEqual(await told(directFetch(limit), act), await told(globalThis.fetch, act))
    })

  test('with JSON that is read as such, or is not', async () => {
    const post = (act: string) =>
      directFetch(limit)(`${origin}/${act}`, { method: 'POST', redirect: 'manual' })
    assert.deepEqual(await (await post('json')).json(), JSON.parse(message))
    await assert.rejects((await post('empty')).json(), SyntaxError)
  })

  test('unless they are too long, packed or not', async () => {
    for (const act of ['json', 'pieces', 'gzip', 'brotli'])
      await assert.rejects(told1(directFetch(50), act), AnswerTooLong)
  })

  test('and end with the reason of their signal', async () => {
    const stop = new AbortController()
    acts.never = () => stop.abort(new Error('enough'))
    const init = { method: 'POST', redirect: 'manual', signal: stop.signal } as const
    await assert.rejects(directFetch(limit)(`${origin}/never`, init), /^Error: enough$/)
    await assert.rejects(directFetch(limit)(`${origin}/json`, init), /^Error: enough$/)
  })

  test('and tell why nobody is there', async () => {
    const asked = directFetch(limit)('http://127.0.0.1:9', { method: 'POST', redirect: 'manual' })
    await assert.rejects(
      asked,
      (error: TypeError) => Reflect.get(Object(error.cause), 'code') === 'ECONNREFUSED',
    )
  })
})

const told1 = (fetch: typeof globalThis.fetch, act: string) =>
  fetch(`${origin}/${act}`, { method: 'POST', redirect: 'manual' })

test('a connection is closed before a server would close it, and a new one is used', async () => {
  const server = createServer({ keepAliveTimeout: 0 }, (_, response) =>
    response.writeHead(200, json).end('{}'),
  )
  const opened = on(server, 'connection')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const ask = () => directFetch(limit)(url, { method: 'POST', body: '{}', redirect: 'manual' })
    assert.equal((await ask()).status, 200)
    const [socket] = (await opened.next()).value as [Socket]
    await once(socket, 'close')
    assert.equal((await ask()).status, 200)
    const [other] = (await opened.next()).value as [Socket]
    assert.notEqual(other, socket)
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
