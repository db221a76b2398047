import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientV2, connectV2, pinned } from '../support/clients.ts'
import { Edited, eventually, textOf } from '../support/dev.ts'
import { times } from '../support/program.ts'
import { rarely } from '../support/whole.ts'

/** A server of our own library: it knows the era it is called in, asks its client, and has a route. */
const own = (version: string, more = '') => `
import { FastMCP } from 'fastmcp-cli'
import { z } from 'zod'
export const mcp = new FastMCP({ name: 'own', version: '1.0.0' })
mcp.tool({ name: 'version' }, () => '${version}')
mcp.tool({ name: 'era' }, (_, ctx) => ctx.era)
mcp.tool({ name: 'pid' }, () => String(process.pid))
mcp.tool({ name: 'ask' }, async (_, ctx) => {
  const { action } = await ctx.elicit('${version}?', z.object({ name: z.string() }))
  return '${version} ' + action
})
mcp.tool({ name: 'remember', input: z.object({ value: z.string() }) }, async ({ value }, ctx) => {
  await ctx.state.set('value', value)
  return 'kept'
})
mcp.tool({ name: 'recall' }, async (_, ctx) => '${version} ' + (await ctx.state.get('value')))
mcp.tool({ name: 'slow' }, async () => {
  await new Promise((resolve) => setTimeout(resolve, 60_000))
  return 'never'
})
mcp.customRoute('/version/:name', (_, { params }) => new Response('${version} ' + params.name))
mcp.customRoute('/echo', { methods: ['POST'] }, async (request) => new Response(await request.text()))
${more}`

const file = { files: { 'server.ts': own('first') } }

test('a modern client is served in its own era', async () => {
  await using edited = new Edited([], file)
  const client = await connectV2({ http: await edited.url() }, clientV2('modern', pinned))
  assert.equal(await textOf(client, 'era'), 'modern')
  assert.deepEqual((await client.listPrompts()).prompts, [])
  edited.project.write('server.ts', own('second'))
  await edited.dev.until(/reload/)
  assert.equal(await textOf(client, 'version'), 'second')
  await client.close()
})

test("a modern client's answer finds the code that asked", async () => {
  await using edited = new Edited([], file)
  const client = clientV2('modern', pinned, { elicitation: {} })
  let asked = 0
  client.setRequestHandler('elicitation/create', async () => {
    if (asked++ === 0) {
      edited.project.write('server.ts', own('second'))
      await edited.dev.until(/reload/)
    }
    return { action: 'accept' as const, content: { name: 'x' } }
  })
  await connectV2({ http: await edited.url() }, client)
  assert.equal(await textOf(client, 'ask'), 'first accept')
  assert.equal(await textOf(client, 'ask'), 'second accept')
  await client.close()
})

rarely('a modern call is answered when its server is killed', async () => {
  await using edited = new Edited([], file)
  const client = await connectV2({ http: await edited.url() }, clientV2('modern', pinned))
  const pid = Number(await textOf(client, 'pid'))
  const slow = textOf(client, 'slow')
  await textOf(client, 'version')
  process.kill(pid, 'SIGKILL')
  await assert.rejects(slow, /The server was killed by SIGKILL/)
  await edited.dev.until(/reload/)
  assert.equal(await textOf(client, 'version'), 'first')
  await client.close()
})

test('what is kept with a session outlives the code that kept it', async () => {
  await using edited = new Edited([], file)
  const client = await connectV2({ http: await edited.url() })
  await textOf(client, 'remember', { value: 'blue' })
  assert.equal(await textOf(client, 'recall'), 'first blue')
  edited.project.write('server.ts', own('second'))
  await edited.dev.until(/reload/)
  assert.equal(await textOf(client, 'recall'), 'second blue')
  process.kill(Number(await textOf(client, 'pid')), 'SIGKILL')
  await edited.dev.until(/restart[\s\S]*reload/)
  assert.equal(await textOf(client, 'recall'), 'second blue')
  await client.close()
})

test('routes follow the code', async () => {
  await using edited = new Edited([], file)
  const { origin } = await edited.url()
  await edited.dev.until(/ready/)
  const get = async (path: string) => (await fetch(origin + path)).text()
  assert.equal(await get('/version/x'), 'first x')
  const echo = await fetch(`${origin}/echo`, { method: 'POST', body: 'a body' })
  assert.equal(await echo.text(), 'a body')
  assert.equal((await fetch(`${origin}/echo`)).status, 405)
  assert.equal((await fetch(`${origin}/new`)).status, 404)
  edited.project.write('server.ts', own('second', "mcp.customRoute('/new', () => new Response('new'))"))
  await edited.dev.until(/reload/)
  assert.equal(await get('/version/x'), 'second x')
  assert.equal(await get('/new'), 'new')
  const fewer = own('third', "mcp.customRoute('/new', { methods: ['PUT'] }, () => new Response('put'))")
  edited.project.write('server.ts', fewer.replace(/.*\/echo.*/, ''))
  await edited.dev.until(times(' reload ', 2))
  assert.equal((await fetch(`${origin}/echo`, { method: 'POST' })).status, 404)
  const refused = await fetch(`${origin}/new`)
  assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'PUT'])
  edited.project.write('server.ts', 'export const mcp = (;')
  await edited.dev.until(/still serving/)
  assert.equal(await get('/version/x'), 'third x')
})

rarely(
  'a route is answered by the code that began it, and waits while its server is started again',
  async () => {
    const held = (version: string) =>
      own(
        version,
        `mcp.customRoute('/slow', () => new Response(new ReadableStream({
        async start(body) {
          body.enqueue(new TextEncoder().encode('${version} began '))
          while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 20))
          body.enqueue(new TextEncoder().encode('${version} ended'))
          body.close()
        },
      })))
      mcp.customRoute('/die', () => process.kill(process.pid, 'SIGKILL'))`,
      ).replace('import', "import { existsSync } from 'node:fs'\nimport")
    await using edited = new Edited([], { files: { 'server.ts': held('first') } })
    const { origin } = await edited.url()
    // It is asked before the server is there.
    const slow = await fetch(`${origin}/slow`)
    edited.project.write('server.ts', held('second'))
    await edited.dev.until(/ reload /)
    const fresh = await (await fetch(`${origin}/version/x`)).text()
    edited.project.write('go', '')
    assert.deepEqual([fresh, await slow.text()], ['second x', 'first began first ended'])
    assert.equal((await fetch(`${origin}/die`)).status, 502)
    assert.equal(await (await fetch(`${origin}/version/y`)).text(), 'second y')
  },
)

rarely('the log level and resource subscriptions go along', async () => {
  const source = (version: string) => `
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import * as types from '@modelcontextprotocol/sdk/types.js'
export const server = new Server({ name: 'low', version: '1' }, {
  capabilities: { logging: {}, tools: {}, resources: { subscribe: true } },
})
const subscribed = new Set()
let level = 'none'
server.setRequestHandler(types.SubscribeRequestSchema, ({ params }) => { subscribed.add(params.uri); return {} })
server.setRequestHandler(types.SetLevelRequestSchema, ({ params }) => { level = params.level; return {} })
server.setRequestHandler(types.ListToolsRequestSchema, () => ({ tools: [{ name: 'told', inputSchema: { type: 'object' } }] }))
server.setRequestHandler(types.CallToolRequestSchema, () => ({
  content: [{ type: 'text', text: ['${version}', level, ...subscribed].join(' ') }],
}))`
  await using edited = new Edited([], { files: { 'server.ts': source('first') } })
  const client = await connectV2({ http: await edited.url() })
  await client.setLoggingLevel('warning')
  await client.subscribeResource({ uri: 'file:///watched' })
  assert.equal(await textOf(client, 'told'), 'first warning file:///watched')
  edited.project.write('server.ts', source('second'))
  await edited.dev.until(/reload/)
  assert.equal(await textOf(client, 'told'), 'second warning file:///watched')
  await client.close()
})

test('of the resources a client is subscribed to, it hears of those that changed', async () => {
  const source = (version: string) => `
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import * as types from '@modelcontextprotocol/sdk/types.js'
export const server = new Server({ name: 'low', version: '1' }, { capabilities: { resources: { subscribe: true } } })
server.setRequestHandler(types.SubscribeRequestSchema, () => ({}))
server.setRequestHandler(types.ListResourcesRequestSchema, () => ({ resources: [] }))
server.setRequestHandler(types.ReadResourceRequestSchema, ({ params: { uri } }) => ({
  contents: [{ uri, text: uri.endsWith('same') ? 'same' : '${version}' }],
}))`
  await using edited = new Edited([], { files: { 'server.ts': source('first') } })
  const url = await edited.url()
  const legacy = clientV2('legacy')
  const modern = clientV2('modern', pinned)
  const heard: string[] = []
  const hear = (client: typeof legacy, name: string) => {
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
      heard.push(`${name} ${params.uri}`)
    })
  }
  hear(legacy, 'legacy')
  hear(modern, 'modern')
  await connectV2({ http: url }, legacy)
  await connectV2({ http: url }, modern)
  const uris = ['file:///same', 'file:///other']
  for (const uri of uris) await legacy.subscribeResource({ uri })
  await modern.listen({ resourceSubscriptions: uris })
  edited.project.write('server.ts', source('second'))
  await edited.dev.until(/reload/)
  await eventually(() => (heard.length >= 2 ? true : undefined))
  assert.deepEqual(heard.sort(), ['legacy file:///other', 'modern file:///other'])
  await Promise.all([legacy.close(), modern.close()])
})
