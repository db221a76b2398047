import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CallToolResult } from '@modelcontextprotocol/client'
import { connectV1 } from '../support/clients.ts'
import { Project } from '../support/project.ts'

const server = `
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'

export const server = new McpServer({ name: 'reaching', version: '1.0.0' })
const said = (name: string, ask: () => Promise<unknown>) =>
  server.registerTool(name, {}, async () => ({ content: [{ type: 'text', text: String(await ask()) }] }))
const folder = new URL('./plugins/', import.meta.url)
const [plugin = ''] = readdirSync(folder)
said('address', async () => (await import(new URL(plugin, folder).href)).colour)
said('path', async () => { const path = './plugins/colours.js'; return (await import(path)).colour })
said('json', async () => { const path = './data.json'; return (await import(path, { with: { type: 'json' } })).default.value })
said('package', async () => { const name = 'zod'; return typeof (await import(name)).z.object })
said('worker', async () => {
  const worker = new Worker(new URL('./work.ts', import.meta.url), { workerData: 20 })
  return (await once(worker, 'message'))[0]
})
said('fork', async () => {
  const child = fork(new URL('./child.ts', import.meta.url), ['one'])
  return (await once(child, 'message'))[0]
})
`

const files = {
  'server.ts': server,
  'plugins/colours.ts':
    "import { Red } from '../kinds.js'\nexport const colour: string = 'colour ' + Red.Dark",
  'data.json': '{ "value": 3 }',
  'kinds.ts': 'export enum Red { Dark = 7 }',
  'work.ts': `import { parentPort, workerData } from 'node:worker_threads'
import { Red } from './kinds.js'
console.log('this must not reach the client')
parentPort?.postMessage((workerData as number) + Red.Dark)`,
  'child.ts': `import { Red } from './kinds.js'
process.send?.(process.argv.slice(2).join() + Red.Dark, () => process.exit())`,
}

const expected = {
  address: 'colour 7',
  path: 'colour 7',
  json: '3',
  package: 'function',
  worker: '27',
  fork: 'one7',
}

describe('TypeScript that a server reaches while it runs', () => {
  for (const [how, text] of Object.entries(expected)) {
    test(`by ${how}`, async () => {
      using project = new Project(files)
      const client = await connectV1({ stdio: ['run', 'server.ts'], cwd: project.folder })
      const { content } = (await client.callTool({ name: how, arguments: {} })) as CallToolResult
      await client.close()
      assert.deepEqual(content, [{ type: 'text', text }])
    })
  }
})
