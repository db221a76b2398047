import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import express, { type RequestHandler } from 'express'
import { FastMCP } from 'fastmcp-cli'
import { initialize, mcpHeaders, rpc, send } from '../support/raw-http.ts'

const version = '2026-07-28'
const envelope = {
  'io.modelcontextprotocol/protocolVersion': version,
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** A server with a tool that waits until its signal is aborted. */
function waiting() {
  const mcp = new FastMCP({ name: 'waiting' })
  const told = new EventEmitter()
  const [begun, aborted] = [once(told, 'begun'), once(told, 'aborted')]
  mcp.tool({ name: 'wait' }, (_, { signal }) => {
    told.emit('begun')
    return new Promise<never>(() => signal.addEventListener('abort', () => told.emit('aborted')))
  })
  return { mcp, begun, aborted }
}

const post = (body: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  new Request('https://host.example/mcp', {
    method: 'POST',
    headers: { ...mcpHeaders, ...headers },
    body,
    ...init,
  })

const modernWait = (init: RequestInit = {}) =>
  post(
    rpc('tools/call', { name: 'wait', arguments: {}, _meta: envelope }),
    { 'mcp-protocol-version': version, 'mcp-method': 'tools/call', 'mcp-name': 'wait' },
    init,
  )

describe('a client of a web-standard host that leaves cancels its call', () => {
  test('by the signal of the request, before the answer has begun', async () => {
    const { mcp, begun, aborted } = waiting()
    const leaving = new AbortController()
    const answer = mcp.fetch(modernWait({ signal: leaving.signal }))
    await begun
    leaving.abort()
    await aborted
    assert.equal((await answer).status, 499)
  })

  test('by the signal, or by its body, while the answer is a stream', async () => {
    for (const way of ['signal', 'body']) {
      const { mcp, aborted } = waiting()
      const leaving = new AbortController()
      const answer = await mcp.fetch(modernWait({ signal: leaving.signal }))
      assert.match(String(answer.headers.get('content-type')), /event-stream/)
      if (way === 'signal') leaving.abort()
      else await answer.body?.cancel()
      await aborted
      if (way === 'signal') await answer.text()
    }
  })

  test('and one that has left already has no call at all', async () => {
    const { mcp } = waiting()
    assert.equal((await mcp.fetch(modernWait({ signal: AbortSignal.abort() }))).status, 499)
  })
})

test('what is in flight when a mount is closed is answered with an error', async () => {
  const { mcp, begun } = waiting()
  const mount = mcp.mount()
  const opened = await mount.fetch(post(initialize))
  const session = { 'mcp-session-id': String(opened.headers.get('mcp-session-id')) }
  const answer = mount.fetch(post(rpc('tools/call', { name: 'wait', arguments: {} }, 7), session))
  await begun
  await mount.close()
  assert.match(await (await answer).text(), /"id":7.*"code":-32603.*shutting down|-32603.*"id":7/)
})

test('hook and route read the address as the host knows it, and a route has the request itself', async () => {
  const heard: string[] = []
  const mcp = new FastMCP({
    name: 'addressed',
    auth: ({ url }) => {
      heard.push(url)
      return { token: 'x', clientId: 'x', scopes: [] }
    },
  })
  let received: Request | undefined
  mcp.customRoute('/upload', { methods: ['POST'] }, async (request) => {
    received = request
    return new Response(`${request.url} ${await request.text()}`)
  })
  assert.equal((await mcp.fetch(post(initialize))).status, 200)
  assert.deepEqual(heard, ['https://host.example/mcp'])
  const sent = new Request('https://host.example/upload?x=1', { method: 'POST', body: 'a word' })
  assert.equal(await (await mcp.fetch(sent)).text(), 'https://host.example/upload?x=1 a word')
  assert.equal(received, sent)
  // Written in another way, it is another request to the same address.
  const odd = new Request('https://host.example/%75pload', { method: 'POST', body: 'a word' })
  assert.equal(await (await mcp.fetch(odd)).text(), 'https://host.example/upload a word')
})

/** Sends requests to a listener while it listens. */
async function served(listener: RequestListener, ask: (url: URL) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    await ask(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`))
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

describe('a body that the host has read before', () => {
  const limit = '10mb'
  const readers: Record<string, RequestHandler> = {
    'express.json()': express.json({ limit, strict: false }),
    'express.text()': express.text({ limit, type: '*/*' }),
    'express.raw()': express.raw({ limit, type: '*/*' }),
  }
  /** However deep or odd it is. */
  const rows: Record<string, [body: string, status: number]> = {
    initialize: [initialize, 200],
    'a batch': [`[${initialize}]`, 400],
    null: ['null', 400],
    'a deep message': [
      initialize.replace(
        '"capabilities":{}',
        `"capabilities":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      ),
      200,
    ],
  }
  for (const [reader, read] of Object.entries(readers)) {
    test(`by ${reader}, is understood`, async () => {
      const app = express().use(read, new FastMCP({ name: 'read' }).listener)
      await served(app, async (url) => {
        for (const [row, [body, status]] of Object.entries(rows)) {
          const answer = await send(url, { headers: mcpHeaders, body })
          assert.equal(answer.status, status, `${row}: ${answer.text}`)
        }
      })
    })
  }

  test('and thrown away, is not waited for', async () => {
    const { listener } = new FastMCP({ name: 'read' })
    const reading: RequestListener = (request, response) => {
      request.resume().once('end', () => setImmediate(() => listener(request, response)))
    }
    await served(reading, async (url) => {
      const { status, text } = await send(url, { headers: mcpHeaders, body: initialize })
      assert.deepEqual([status, /has read the body/.test(text)], [500, true])
    })
    const request = post(initialize)
    await request.text()
    assert.equal((await new FastMCP({ name: 'read' }).fetch(request)).status, 500)
  })
})

test('a host that says itself who may read its answers is not contradicted', async () => {
  const { listener } = new FastMCP({ name: 'own' })
  const own: RequestListener = (request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    listener(request, response)
  }
  for (const [host, allowed] of [
    [own, '*'],
    [listener, 'http://localhost:5173'],
  ] as const) {
    await served(host, async (url) => {
      const headers = { ...mcpHeaders, origin: 'http://localhost:5173' }
      const answer = await send(url, { headers, body: initialize })
      assert.equal(answer.headers['access-control-allow-origin'], allowed)
    })
  }
})
