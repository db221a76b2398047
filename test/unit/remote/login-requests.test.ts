import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { discoverOAuthServerInfo } from '@modelcontextprotocol/client'
import { loginRequests } from '../../../src/remote/login/login-requests.ts'

const elsewhere = new URL('https://mcp.example/mcp')

/** A port of this machine, and how often somebody has come to it. */
async function door() {
  const seen = { visits: 0 }
  const server = createServer((socket) => {
    seen.visits++
    socket.on('error', () => undefined).end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return { seen, port, [Symbol.dispose]: () => void server.close() }
}

test('what a server elsewhere names on this machine is not asked, by whatever name', async () => {
  using at = await door()
  const fetch = loginRequests(elsewhere, new AbortController().signal)
  for (const place of ['http://127.0.0.1', 'https://127.0.0.1', 'https://localhost', 'http://localhost'])
    await assert.rejects(fetch(`${place}:${at.port}/x`), {
      name: 'LoginFault',
      message: /which is (not https|on)/,
    })
  await assert.rejects(fetch(new Request(`http://127.0.0.1:${at.port}/`)), { name: 'LoginFault' })
  assert.equal(at.seen.visits, 0)
})

test('nor is it where the official client looks for what an authorization server says of itself', async () => {
  using at = await door()
  const guarded = loginRequests(elsewhere, new AbortController().signal)
  const fetchFn: typeof fetch = async (input, init) => {
    const { origin } = new URL(String(input))
    if (origin !== elsewhere.origin) return guarded(input, init)
    const authorization_servers = [`http://127.0.0.1:${at.port}`]
    return Response.json({ resource: elsewhere.href, authorization_servers })
  }
  await assert.rejects(discoverOAuthServerInfo(elsewhere, { fetchFn }), {
    message: `it wants a login to be looked for at http://127.0.0.1:${at.port}, which is not https`,
  })
  assert.equal(at.seen.visits, 0)
})

test('a server of this machine may name what is there, and one in the clear is asked itself', async () => {
  using at = await door()
  const here = new URL(`http://127.0.0.1:${at.port}/mcp`)
  const fetch = loginRequests(here, new AbortController().signal)
  assert.equal((await fetch(`http://127.0.0.1:${at.port}/x`)).status, 404)
  assert.equal((await fetch(`http://localhost:${at.port}/x`)).status, 404)
  assert.equal(at.seen.visits, 2)
})
