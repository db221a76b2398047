import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientV2, connectV2, pinned } from '../support/clients.ts'
import { Edited, editedServer } from '../support/dev.ts'
import { linkOrSkip, startDev } from '../support/inspector.ts'
import { startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { atTerminal, noTerminal } from '../support/terminal.ts'

const failing = `
  import { McpServer } from '@modelcontextprotocol/server'
  export const server = new McpServer({ name: 'failing', version: '1.0.0' })
  const fail = () => { throw new Error('no') }
  server.registerTool('fine', {}, () => ({ content: [{ type: 'text', text: '"error": is a word' }] }))
  server.registerTool('broken', {}, fail)
  server.registerResource('broken', 'x://broken', {}, fail)
  server.registerPrompt('broken', {}, fail)`

test('what fails is shown as failed, in both generations of the protocol', async () => {
  using project = new Project({ 'server.ts': failing })
  await using dev = startFastmcp(['dev', 'server.ts', '--no-inspector', '-p', '0'], { cwd: project.folder })
  const [, url = ''] = await dev.until(/listening on (\S+)/)
  await dev.until(/ ready /)
  for (const era of ['legacy', 'modern'] as const) {
    const client = await connectV2(
      { http: new URL(url) },
      clientV2('client-v2', era === 'modern' ? pinned : 'legacy'),
    )
    await client.callTool({ name: 'fine' })
    await client.callTool({ name: 'broken' })
    await assert.rejects(client.readResource({ uri: 'x://broken' }))
    await assert.rejects(client.readResource({ uri: 'x://missing' }))
    await assert.rejects(client.getPrompt({ name: 'broken' }))
    await client.close()
  }
  await dev.until(/(prompts\/get broken[\s\S]*){2}/)
  const rows = [
    ...dev.stderr
      .replace(/\d+ ms/g, 'N ms')
      .matchAll(/client-v2 +((?:tools\/call|resources\/read|prompts\/get) .*)/g),
  ]
  const once = [
    'tools/call fine   N ms',
    'tools/call broken   tool error',
    'resources/read x://broken   error -32603',
    'resources/read x://missing   error -32602',
    'prompts/get broken   error -32603',
  ]
  assert.deepEqual(
    rows.map(([, row]) => row),
    [...once, ...once],
  )
})

test('the key for the Inspector says where it is when no browser is there', {
  skip: noTerminal,
}, async (t) => {
  using project = new Project({ 'server.ts': editedServer('first') })
  const nowhere = { DISPLAY: '', WAYLAND_DISPLAY: '', CI: '1' }
  await using dev = startDev(project, [], nowhere, atTerminal)
  if ((await linkOrSkip(dev, t, 'stdout')) === undefined) return
  await dev.until(/connects by itself/, 'stdout')
  dev.press('o')
  await dev.until(
    /open it in a browser: {2}http:\/\/127\.0\.0\.1:\d+\/\.fastmcp\/inspector\/[\w-]{8}/,
    'stdout',
  )
})

test('a save of a comment alone says that nothing has changed', async () => {
  await using edited = new Edited()
  await edited.url()
  await edited.dev.until(/ ready /)
  edited.project.write('server.ts', `${editedServer('first')}\n// a word`)
  await edited.dev.until(/ saved {11}no change/)
})
