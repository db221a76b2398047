import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from 'fastmcp-cli'
import { mcp } from '../src/server.ts'

test('adds two numbers', async () => {
  await using client = await connect(mcp)
  const result = await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } })
  assert.deepEqual(result.structuredContent, { sum: 3 })
})

test('greets by name', async () => {
  await using client = await connect(mcp)
  const { contents } = await client.readResource({ uri: 'greeting://Ada' })
  assert.equal(contents[0] && 'text' in contents[0] && contents[0].text, 'Hello, Ada!')
})
