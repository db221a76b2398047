import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { clientV2, connectV1, connectV2, pinned } from '../support/clients.ts'
import { Edited, editedServer, eventually, textOf } from '../support/dev.ts'
import { listeningPorts, noPorts } from '../support/listening-ports.ts'
import { patience, root, startFastmcp } from '../support/program.ts'
import { chosen, rarely } from '../support/whole.ts'

const examples = ['weather.ts', 'weather-v1.ts', 'weather-v2.ts', 'factory.ts', 'low-level.ts', 'weather.cjs']

describe('every example can be developed as it stands', () => {
  for (const example of chosen([...examples, 'workspace/server/src/server.ts'], 6)) {
    test(example, async () => {
      const file = join(root, 'examples', example)
      await using dev = startFastmcp(['dev', file, '--no-inspector', '-p', '0'])
      const [, url = ''] = await dev.until(/listening on (\S+)/)
      const client = await connectV2({ http: new URL(url) })
      const { tools } = await client.listTools()
      assert.ok(tools.length > 0)
      await client.close()
    })
  }
})

test('a file that starts itself is reloaded, its session kept', async () => {
  const starting = (word: string) =>
    `${editedServer(word).replace('export const server', 'const server')}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
async function main() {
  await server.connect(new StdioServerTransport())
}
main().catch(() => process.exit(1))
`
  await using edited = new Edited([], { file: 'server.ts', files: { 'server.ts': starting('first') } })
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'version'), 'first')
  edited.project.write('server.ts', starting('second'))
  await edited.dev.until(/~version/)
  assert.equal(await textOf(client, 'version'), 'second')
  await client.close()
})

/** An app that speaks MCP itself, with a route that says which version of it answers. */
const app = (version: string, more = '') => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express from 'express'
import { randomUUID } from 'node:crypto'
const sessions = new Map()
function newServer() {
  const server = new McpServer({ name: 'app', version: '1.0.0' })
  server.registerTool('version', {}, (extra) => ({
    content: [{ type: 'text', text: '${version} ' + (extra.requestInfo?.headers.authorization ?? 'nobody') }],
  }))
  server.registerTool('slow', {}, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1500))
    return { content: [{ type: 'text', text: '${version}' }] }
  })
  return server
}
const app = express()
${more}
app.use(express.json())
app.get('/about', (request, response) => response.send('about ${version} ' + request.headers.host))
app.post('/echo', (request, response) => response.status(201).json({ ...request.body, version: '${version}' }))
app.get('/events', (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write('data: ${version}\\n\\n')
})
app.all('/mcp', async (request, response) => {
  let transport = sessions.get(request.headers['mcp-session-id'])
  if (!transport) {
    if (request.body?.method !== 'initialize') return response.status(404).end()
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => sessions.set(id, transport),
    })
    await newServer().connect(transport)
  }
  await transport.handleRequest(request, response, request.body)
})
app.listen(3000)
`

const jsonOf = async (url: URL, body: unknown) => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as unknown }
}

describe('an app with nothing but a port', () => {
  const ways = [
    ['sdk v1', (http: URL) => connectV1({ http })],
    ['sdk v2, modern', (http: URL) => connectV2({ http }, clientV2('modern', pinned))],
  ] as const
  for (const [name, connect] of chosen(ways, 2)) {
    test(`${name}: the client stays connected, and everything else is answered by the new code`, async () => {
      await using edited = new Edited([], { files: { 'server.ts': app('first') } })
      const url = await edited.url()
      const client = await connect(url)
      assert.match(await textOf(client, 'version'), /^first/)
      assert.equal(await (await fetch(new URL('/about', url))).text(), `about first ${url.host}`)
      const events = await fetch(new URL('/events', url), { signal: AbortSignal.timeout(patience) })
      const slow = textOf(client, 'slow')
      edited.project.write('server.ts', app('second'))
      await edited.dev.until(/reload .*sessions? kept/)
      assert.match(await textOf(client, 'version'), /^second/)
      assert.equal(await slow, 'first')
      // A stream of events ends, so that whoever listens asks the new code for it.
      assert.equal(await events.text(), 'data: first\n\n')
      assert.equal(await (await fetch(new URL('/about', url))).text(), `about second ${url.host}`)
      assert.deepEqual(await jsonOf(new URL('/echo', url), { a: 1 }), {
        status: 201,
        body: { a: 1, version: 'second' },
      })
      assert.equal((await fetch(new URL('/nothing', url))).status, 404)
      await client.close()
    })
  }

  rarely('what it adds is announced', async () => {
    await using edited = new Edited([], { files: { 'server.ts': app('first') } })
    const client = clientV2()
    const changed = new Promise<void>((resolve) =>
      client.setNotificationHandler('notifications/tools/list_changed', () => resolve()),
    )
    await connectV2({ http: await edited.url() }, client)
    edited.project.write('server.ts', app('first').replaceAll("'slow'", "'calm'"))
    await edited.dev.until(/\+calm −slow/)
    await changed
    await client.close()
  })

  test('it sees who calls, and one that lets nobody in unasked is handed every request as it is', async () => {
    const guard = `app.use((request, response, next) => {
  if (request.headers.authorization === 'Bearer right') next()
  else response.status(401).set('www-authenticate', 'Bearer realm="app"').end()
})`
    const mcp = (url: URL) => {
      const headers = { authorization: 'Bearer right' }
      const client = clientV2()
      return client
        .connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }))
        .then(() => client)
    }
    await using open = new Edited([], { files: { 'server.ts': app('first') } })
    const seen = await mcp(await open.url())
    assert.equal(await textOf(seen, 'version'), 'first Bearer right')
    await using edited = new Edited([], { files: { 'server.ts': app('first', guard) } })
    const url = await edited.url()
    const refused = await fetch(url, { method: 'POST', body: '{}' })
    assert.equal(refused.status, 401)
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer realm="app"')
    const client = await mcp(url)
    assert.equal(await textOf(client, 'version'), 'first Bearer right')
    await Promise.all([client.close(), seen.close()])
  })

  rarely('on stdio', async () => {
    await using edited = new Edited([], { files: { 'server.ts': app('first') } })
    const client = await connectV2({
      stdio: ['dev', edited.project.path('server.ts'), '-t', 'stdio'],
      cwd: edited.project.folder,
    })
    assert.equal(await textOf(client, 'version'), 'first nobody')
    edited.project.write('server.ts', app('second'))
    await eventually(async () => (await textOf(client, 'version')) === 'second nobody' || undefined)
    await client.close()
  })

  rarely('it stops with streams open, and nobody else reaches its own port', { skip: noPorts }, async () => {
    await using edited = new Edited([], { files: { 'server.ts': app('first') } })
    const url = await edited.url()
    await fetch(new URL('/about', url))
    const ports = listeningPorts(edited.dev.child.pid ?? 0).filter((port) => String(port) !== url.port)
    assert.equal(ports.length, 1)
    for (const port of ports) {
      assert.equal((await fetch(`http://127.0.0.1:${port}/about`)).status, 404)
    }
    const events = await fetch(new URL('/events', url), { signal: AbortSignal.timeout(patience) })
    edited.dev.kill('SIGTERM')
    assert.equal((await edited.dev.exited).code, 0)
    await events.text().catch(() => undefined)
  })
})

rarely('an app that uses the handler of the SDK keeps its other routes, its sessions are ours', async () => {
  const source = (version: string) => `
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { toNodeHandler } from '@modelcontextprotocol/node'
import express from 'express'
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'handled', version: '1.0.0' })
  server.registerTool('version', {}, () => ({ content: [{ type: 'text', text: '${version}' }] }))
  return server
})
const app = express()
app.get('/about', (request, response) => response.send('about ${version}'))
app.all('/mcp', toNodeHandler(handler))
app.listen(3000)
`
  await using edited = new Edited([], { files: { 'server.ts': source('first') } })
  const url = await edited.url()
  const client = await connectV2({ http: url })
  assert.equal(await textOf(client, 'version'), 'first')
  assert.equal(await (await fetch(new URL('/about', url))).text(), 'about first')
  edited.project.write('server.ts', source('second'))
  await edited.dev.until(/reload .*1 session kept/)
  assert.equal(await textOf(client, 'version'), 'second')
  assert.equal(await (await fetch(new URL('/about', url))).text(), 'about second')
  await client.close()
})

test('an object that is only run is run for each session, and the session stays', async () => {
  const source = (version: string) => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const server = new McpServer({ name: 'own', version: '1.0.0' })
server.registerTool('version', {}, () => ({ content: [{ type: 'text', text: '${version}' }] }))
export const app = { run: () => server.connect(new StdioServerTransport()) }
`
  await using edited = new Edited([], { files: { 'server.ts': source('first') } })
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'version'), 'first')
  edited.project.write('server.ts', source('second'))
  await edited.dev.until(/reload .*1 session kept/)
  assert.equal(await textOf(client, 'version'), 'second')
  await client.close()
})

for (const [name, convert] of [
  ['server.js', (source: string) => source],
  [
    'server.cjs',
    (source: string) =>
      source
        .replace(/import (\{.*\}) from '(.*)'/g, "const $1 = require('$2')")
        .replace('export const server', 'const server = exports.server'),
  ],
] as const) {
  test(`${name} is reloaded as TypeScript is`, async () => {
    const files = { 'package.json': '{ "type": "module" }', [name]: convert(editedServer('first')) }
    await using edited = new Edited([], { file: name, files })
    const client = await connectV2({ http: await edited.url() })
    assert.equal(await textOf(client, 'version'), 'first')
    edited.project.write(name, convert(editedServer('second')))
    await edited.dev.until(/~version/)
    assert.equal(await textOf(client, 'version'), 'second')
    edited.project.write(name, 'export const server = (;')
    await edited.dev.until(/still serving/)
    assert.equal(await textOf(client, 'version'), 'second')
    await client.close()
  })
}

rarely('--no-cache keeps nothing', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'fastmcp-no-cache-'))
  try {
    await using edited = new Edited(['--no-cache'], { env: { FASTMCP_CACHE_DIR: cache } })
    const client = await connectV2({ http: await edited.url() })
    edited.save('second')
    await edited.dev.until(/~version/)
    assert.equal(await textOf(client, 'version'), 'second')
    assert.deepEqual(readdirSync(cache), [])
    await client.close()
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
})
