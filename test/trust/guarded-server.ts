/** What user code, or a library it uses, may have replaced by the time that callers come. */
export const replacements = [
  'nothing replaced',
  '@hono/node-server 1.x serving beside it',
  '@hono/node-server 2.x serving beside it',
  'the global Response replaced',
  'the other globals replaced',
  'Object.prototype written on',
] as const

export type Replacement = (typeof replacements)[number]

/** A route by which the tests have something replaced, in the process that the hook lives in. */
const replacing = `
import { serve as serve1 } from 'hono-node-server-v1'
import { serve as serve2 } from '@hono/node-server'
const place = { fetch: () => new Response('other'), hostname: '127.0.0.1', port: 0 }
const names = ['Request', 'Response', 'Headers', 'URL', 'fetch', 'Promise']
const originals = Object.fromEntries(names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]))
const forged = { token: 'x', clientId: 'x', kind: 'admitted', scopes: [], sub: 'x', iss: 'x' }
const { parse, stringify } = JSON
const Native = Response
const replace = {
  'nothing replaced': () => undefined,
  '@hono/node-server 1.x serving beside it': () => serve1(place).unref(),
  '@hono/node-server 2.x serving beside it': () => serve2(place).unref(),
  'the global Response replaced': () => {
    globalThis.Response = class Response extends Native {}
  },
  'the other globals replaced': () => {
    for (const name of ['Request', 'Headers', 'URL', 'Promise']) globalThis[name] = class extends globalThis[name] {}
    globalThis.fetch = () => Promise.reject(new Error('no network'))
    JSON.parse = (...args) => parse(...args)
    // What tells subjects apart must not be told by this.
    JSON.stringify = (value, ...rest) => (Array.isArray(value) ? '[]' : stringify(value, ...rest))
  },
  'Object.prototype written on': () => {
    for (const [name, value] of Object.entries(forged)) {
      Object.defineProperty(Object.prototype, name, { value, writable: true, configurable: true })
    }
  },
}
mcp.customRoute('/replace/*', (_, { params }) => {
  for (const [name, descriptor] of Object.entries(originals)) Object.defineProperty(globalThis, name, descriptor)
  for (const name of Object.keys(forged)) delete Object.prototype[name]
  Object.assign(JSON, { parse, stringify })
  replace[params['*']]()
  return Native.json({ replaced: params['*'] })
})
`

/** The hook refuses by \`Response.json()\`, undefined or an answer without content, and never by throwing. */
const definition = `
const people = { 'Bearer ann': 'ann', 'Bearer bob': 'bob' }
const auth = async (request) => {
  const name = people[request.headers.get('authorization') ?? '']
  if (name) return { token: name, clientId: 'client', scopes: [], extra: { sub: name } }
  if (request.headers.get('authorization') === 'Bearer eve') return {}
  if (request.headers.has('x-quiet')) return undefined
  return Native.json({ error: 'no' }, { status: 401 })
}
`

/** A server with a hook, a tool that tells who calls, and routes; its host is what follows. */
const server = `
import { FastMCP } from 'fastmcp-cli'
${definition}
export const mcp = new FastMCP({ name: 'guarded', version: '1.0.0', auth })
mcp.tool({ name: 'whoami' }, (_, ctx) => String(ctx.auth?.extra?.sub))
mcp.customRoute('/closed', { auth: true }, (_, { auth }) => Native.json({ for: auth?.extra?.sub }))
mcp.customRoute('/open', () => Response.json({ open: true }))
${replacing}`

const listening = `(info) => console.log('listening on http://127.0.0.1:' + (info?.port ?? host.address().port) + '/mcp')`

/** The same server, alone and in hosts of somebody else's. */
export const hosts = {
  alone: '',
  'mounted in Hono': `
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
const app = new Hono()
app.mount('/', mcp.fetch)
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ${listening})
`,
  'mounted in Hono on @hono/node-server 1.x': `
import { serve } from 'hono-node-server-v1'
import { Hono } from 'hono'
const app = new Hono()
app.mount('/', mcp.fetch)
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ${listening})
`,
  'mounted in Express': `
import express from 'express'
const app = express()
app.use(mcp.listener)
const host = app.listen(0, '127.0.0.1', ${listening})
`,
  'mounted in node:http': `
import { createServer } from 'node:http'
const host = createServer(mcp.listener).listen(0, '127.0.0.1', ${listening})
`,
} as const

export type Host = keyof typeof hosts
export const guardedServer = (host: Host) => `${server}\n${hosts[host]}`

/** Servers that know no hook, for \`--token-env\`. */
export const unguarded = {
  'a plain file of SDK v1': `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
export const server = new McpServer({ name: 'plain', version: '1.0.0' })
server.registerTool('whoami', {}, () => ({ content: [{ type: 'text', text: 'token' }] }))
`,
  'a Hono app with other routes': `
import { serve } from '@hono/node-server'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'app', version: '1.0.0' })
  server.registerTool('whoami', {}, () => ({ content: [{ type: 'text', text: 'token' }] }))
  return server
})
const app = new Hono()
app.all('/mcp', (context) => handler.fetch(context.req.raw))
app.get('/other', (context) => context.text('other'))
serve({ fetch: app.fetch, port: 3000 })
`,
  'a Hono app on @hono/node-server 1.x': `
import { serve } from 'hono-node-server-v1'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { Hono } from 'hono'
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'app', version: '1.0.0' })
  server.registerTool('whoami', {}, () => ({ content: [{ type: 'text', text: 'token' }] }))
  return server
})
const app = new Hono()
app.all('/mcp', (context) => handler.fetch(context.req.raw))
app.get('/other', (context) => context.text('other'))
serve({ fetch: app.fetch, port: 3000 })
`,
} as const
