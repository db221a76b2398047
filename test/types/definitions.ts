import { type Context, connect, FastMCP, jwtAuth, type RunOptions } from 'fastmcp-cli'
import { same } from './same.ts'

const mcp = new FastMCP({ name: 'types' })

new FastMCP('by name')
new FastMCP('by name', { version: '1.0.0' })
// @ts-expect-error the name is said once
new FastMCP('by name', { name: 'other' })
// @ts-expect-error a server has a name
new FastMCP({})
// @ts-expect-error a tool has a name
mcp.tool({ description: 'nameless' }, () => 1)
// @ts-expect-error a tool has a handler
mcp.tool({ name: 'no-handler' })
// @ts-expect-error a schema is no plain object
mcp.tool({ name: 'json-schema', input: { type: 'object' } }, () => 1)

mcp.resource({ uri: 'notes://{folder}/{name}', complete: { name: (typed) => [typed] } }, (params, ctx) => {
  same<typeof params, { folder: string; name: string }>()
  same<typeof ctx, Context>()
  // @ts-expect-error the template has no such parameter
  params.file
  return params.name
})
mcp.resource({ uri: 'files://{+path}{?from,to:3}{&rest*}' }, (params) => {
  same<typeof params, { path: string; from: string; to: string; rest: string }>()
  return new Uint8Array([1])
})
// @ts-expect-error the template has no such parameter to complete
mcp.resource({ uri: 'notes://{name}', complete: { title: () => [] } }, () => 'text')
mcp.resource({ uri: String('notes://x') }, (params) => {
  same<typeof params, Record<string, string>>()
  return { any: 'data' }
})
// @ts-expect-error a resource is never nothing
mcp.resource({ uri: 'notes://none' }, () => undefined)

// @ts-expect-error a prompt is text or messages
mcp.prompt({ name: 'number' }, () => 42)

mcp.customRoute('/users/:id', { methods: ['GET'], auth: true }, (request, { params, auth }) => {
  same<typeof request, Request>()
  same<typeof params.id, string | undefined>()
  return Response.json({ id: params.id, client: auth?.clientId })
})
// @ts-expect-error a route answers with a Response
mcp.customRoute('/text', () => 'text')

const options: RunOptions = { transport: 'http', port: 8000, host: '::1', allowedHosts: ['a'], health: true }
void mcp.run(options)
// @ts-expect-error a port is a number
void mcp.run({ port: '8000' })
// @ts-expect-error there is no such transport
void mcp.run({ transport: 'carrier-pigeon' })

new FastMCP({
  name: 'hook',
  auth: async (request) => (request.headers.has('x') ? undefined : new Response()),
})
// @ts-expect-error a hook says more than yes
new FastMCP({ name: 'hook', auth: () => true })
// @ts-expect-error without an audience, tokens for other servers would do
jwtAuth({ issuer: 'https://issuer.example', jwksUri: 'https://issuer.example/keys' })

export async function connected(): Promise<void> {
  await using client = await connect(mcp, { era: 'legacy', elicit: () => ({ action: 'decline' }) })
  const { tools } = await client.listTools()
  same<(typeof tools)[number]['name'], string>()
  // @ts-expect-error there is no such era
  await connect(mcp, { era: 'classic' })
}
