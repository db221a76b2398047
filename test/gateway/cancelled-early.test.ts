import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { callBody, callModern, meta, modernHeaders, wordsOf } from '../support/raw-calls.ts'

const source = `
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const said = (text) => ({ content: [{ type: 'text', text }] })
const server = new McpServer({ name: 'slow', version: '1.0.0' })
server.registerTool('act', {}, () => {
  console.error('acted')
  return said('done')
})
server.registerTool('look', {}, () => said('looked'))
console.error('starting')
while (!existsSync('go')) await delay(20)
await server.connect(new StdioServerTransport())`

test('a call that its client cancels while a program starts for it is never begun', async () => {
  using project = new Project({ 'server.mjs': source, go: '' })
  await using served = startFastmcp(['run', '--exec', 'node server.mjs', '-t', 'http', '-p', '0'], {
    cwd: project.folder,
  })
  const [, url = ''] = await served.until(/listening on (\S+)/)
  // Which tools there are is asked once, ahead of the first call.
  assert.equal(wordsOf(await callModern(new URL(url), 'look', {}, {})), 'looked')
  rmSync(project.path('go'))
  const before = served.stderr.split('starting').length - 1
  const left = new AbortController()
  const call = fetch(url, {
    method: 'POST',
    headers: modernHeaders('tools/call', 'act'),
    body: callBody('act', {}, 1, { _meta: meta }),
    signal: left.signal,
  }).then((response) => response.text())
  call.catch(() => undefined)
  await served.until(new RegExp(`(?:starting[^]*){${before + 1}}`))
  left.abort()
  await assert.rejects(call)
  project.write('go', '')
  assert.equal(wordsOf(await callModern(new URL(url), 'look', {}, {})), 'looked')
  assert.doesNotMatch(served.stderr, /acted/)
})
