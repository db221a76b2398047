import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from 'fastmcp-cli'
import { mcp } from '../src/server.ts'

const findAda = { name: 'find-user', arguments: { id: '1' } }

test('finds a user', async () => {
  await using client = await connect(mcp)
  const result = await client.callTool(findAda)
  assert.deepEqual(result.structuredContent, { id: '1', name: 'Ada Lovelace' })
})

test('says so when there is no such user', async () => {
  await using client = await connect(mcp)
  const result = await client.callTool({ name: 'find-user', arguments: { id: '99' } })
  assert.equal(result.isError, true)
})

test('serves users to browsers', async () => {
  const running = await mcp.runAsync({ transport: 'http', port: 0, logLevel: 'silent' })
  try {
    const response = await fetch(new URL('/users/2', running.url))
    assert.deepEqual(await response.json(), { id: '2', name: 'Alan Turing' })
  } finally {
    await running.close()
  }
})

test('lets nobody in without the token, once there is one', async () => {
  process.env.MCP_TOKEN = 'secret'
  const running = await mcp.runAsync({ transport: 'http', port: 0, logLevel: 'silent' })
  try {
    assert.equal((await fetch(new URL('/users/2', running.url))).status, 401)
    await assert.rejects(connect(running.url))
    await using client = await connect({ url: running.url, headers: { authorization: 'Bearer secret' } })
    assert.equal((await client.listTools()).tools.length, 1)
  } finally {
    await running.close()
    delete process.env.MCP_TOKEN
  }
})
