import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import type { Client } from '@modelcontextprotocol/client'
import { z } from 'zod'
import { clientV2, connectV2, pinned } from '../support/clients.ts'
import { startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { rarely } from '../support/whole.ts'

const connected: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(connected.splice(0).map((client) => client.close())))

/** A server of SDK v1 with an extension: it turns a text round, or what one of its tools is called. */
const source = (name: string, extension: string) => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
export const server = new McpServer({ name: '${name}', version: '1.0.0' })
server.server.registerCapabilities({ extensions: { '${extension}': { by: '${name}' } }, tools: {} })
server.registerTool('${name}-tool', {}, () => ({ content: [], taskId: '${name}-task' }))
const told = []
const turn = z.object({ method: z.literal('${extension}/turn'), params: z.object({}).passthrough() })
server.server.setRequestHandler(turn, async ({ params }, extra) => {
  await extra.sendNotification({ method: '${extension}/turning', params: { by: '${name}' } })
  return { by: '${name}', given: params }
})
const tell = z.object({ method: z.literal('${extension}/tell'), params: z.object({ word: z.string() }).passthrough() })
server.server.setNotificationHandler(tell, ({ params }) => { console.error('told ' + params.word) })
`

const extension = 'example.com/mirror'
const turned = z.object({ by: z.string(), given: z.record(z.string(), z.unknown()) })

async function served(words: readonly string[], files: Record<string, string>) {
  const project = new Project({ ...files, 'package.json': '{ "type": "module" }' })
  const started = startFastmcp(['run', ...words, '-t', 'http', '-p', '0'], { cwd: project.folder })
  const [, url = ''] = await started.until(/listening on (\S+)/)
  return {
    started,
    url: new URL(url),
    [Symbol.asyncDispose]: async () => {
      await started[Symbol.asyncDispose]()
      project[Symbol.dispose]()
    },
  }
}

const eras = {
  legacy: () => clientV2('legacy', 'legacy'),
  modern: () => clientV2('modern', pinned),
}

const heard = (client: Client, method: string): string[] => {
  const words: string[] = []
  const params = z.object({ by: z.string() }).loose()
  client.setNotificationHandler(method, { params }, ({ by }) => void words.push(by))
  return words
}

const turn = (client: Client, params: Record<string, unknown>) =>
  client.request({ method: `${extension}/turn`, params }, turned)

for (const [era, make] of Object.entries(eras)) {
  describe(`an extension of a server of SDK v1, for a client of the ${era} era`, () => {
    test('is told of, answers, and is told things in both directions', async () => {
      await using one = await served(['server.mjs'], { 'server.mjs': source('one', extension) })
      const client = make()
      const words = heard(client, `${extension}/turning`)
      connected.push(await connectV2({ http: one.url }, client))
      assert.deepEqual(client.getServerCapabilities()?.extensions, { [extension]: { by: 'one' } })
      const { by, given } = await turn(client, { text: 'a' })
      assert.deepEqual([by, given.text, words], ['one', 'a', ['one']])
      await client.notification({ method: `${extension}/tell`, params: { word: 'something' } })
      await one.started.until(/told something/)
      await assert.rejects(
        client.request({ method: `${extension}/nothing`, params: {} }, turned),
        /Method not found/,
      )
    })
  })

  describe(`extensions of several servers in one mcp.json, for a client of the ${era} era`, () => {
    const entry = (file: string) => ({
      command: process.execPath,
      args: [new URL('../../bin/fastmcp.js', import.meta.url).pathname, 'run', file],
    })
    const files = (second: string) => ({
      'one.mjs': source('one', extension),
      'two.mjs': source('two', second),
      'mcp.json': JSON.stringify({ mcpServers: { one: entry('one.mjs'), two: entry('two.mjs') } }),
    })

    rarely('are those of all, and a method goes to the one that has it', async () => {
      const other = 'example.com/other'
      await using both = await served(['mcp.json'], files(other))
      const client = make()
      connected.push(await connectV2({ http: both.url }, client))
      assert.deepEqual(client.getServerCapabilities()?.extensions, {
        [extension]: { by: 'one' },
        [other]: { by: 'two' },
      })
      assert.equal((await turn(client, {})).by, 'one')
      assert.equal((await client.request({ method: `${other}/turn`, params: {} }, turned)).by, 'two')
    })

    test('where two have the same, the thing that is named decides, or the refusal says why', async () => {
      await using both = await served(['mcp.json'], files(extension))
      const client = make()
      connected.push(await connectV2({ http: both.url }, client))
      const byTool = await turn(client, { name: 'two_two-tool' })
      assert.deepEqual([byTool.by, byTool.given.name], ['two', 'two-tool'])
      await client.callTool({ name: 'two_two-tool' })
      assert.equal((await turn(client, { taskId: 'two-task' })).by, 'two')
      await assert.rejects(
        turn(client, { text: 'a' }),
        /example\.com\/mirror\/turn is a method of one and two, and names nothing that is of one of them: serve one alone, as mcp\.json:one/,
      )
    })
  })
}
