import assert from 'node:assert/strict'
import { test } from 'node:test'
import { McpServer } from '@modelcontextprotocol/server'
import { keepsVersion, speakModern } from '../../../src/patches/packages/negotiated-version.ts'

test('a server of SDK v2 keeps its version where it can be set, and goes by it', async () => {
  const { server } = new McpServer({ name: 'a', version: '1' })
  assert.equal(keepsVersion(server), true)
  speakModern(server)
  assert.equal(server.getNegotiatedProtocolVersion(), '2026-07-28')
  // In that era a server asks nothing of its own accord.
  await assert.rejects(server.ping(), /not available on protocol revision 2026-07-28/)
})

test('a server that keeps it elsewhere is known', () => {
  assert.equal(keepsVersion({ connect: () => undefined }), false)
})
