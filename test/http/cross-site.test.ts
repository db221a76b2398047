import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { send } from '../support/raw-http.ts'

const server = `
import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'routes' })
mcp.customRoute('/run', () => new Response('ran'))
`

const crossSite = { 'sec-fetch-site': 'cross-site' }
const image = { ...crossSite, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }
const link = { ...crossSite, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const frame = { ...crossSite, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }

/** What browsers say of where a request comes from, and what becomes of it. */
const rows: [name: string, headers: Record<string, string>, status: number][] = [
  ['a program', {}, 200],
  ['somebody who types the address', { ...link, 'sec-fetch-site': 'none' }, 200],
  ['a page of the server', { ...image, 'sec-fetch-site': 'same-origin' }, 200],
  ['a page on another port of this machine', { ...image, 'sec-fetch-site': 'same-site' }, 200],
  ['a page of this machine by its other name', { ...image, referer: 'http://localhost:3000/' }, 200],
  ['a link that is followed, such as back from a login', { ...link, referer: 'https://login.example/' }, 200],
  ['an image on another page', { ...image, referer: 'https://evil.example/' }, 403],
  ['an image on a page that hides itself', image, 403],
  ['a frame on another page', { ...frame, referer: 'https://evil.example/' }, 403],
  ['a script of another page', { origin: 'https://evil.example' }, 403],
  ['an image on a page that is allowed', { ...image, referer: 'https://good.example/shop' }, 200],
]

for (const command of ['run', 'dev'] as const) {
  test(`${command}: what pages of other sites send is refused, with an Origin and without`, async () => {
    using project = new Project({ 'server.mjs': server })
    const more = command === 'dev' ? ['--no-inspector'] : []
    const words = [
      command,
      'server.mjs',
      '-t',
      'http',
      '-p',
      '0',
      '--allowed-origins',
      'https://good.example',
    ]
    await using served = startFastmcp([...words, ...more], { cwd: project.folder })
    const [, address = ''] = await served.until(/listening on (\S+)/)
    for (const [name, headers, status] of rows) {
      const answer = await send(new URL('/run', address), { method: 'GET', headers })
      assert.equal(answer.status, status, name)
      assert.equal(answer.text === 'ran', status === 200, name)
    }
  })
}

test('run: a file that replaces URL does not choose whose pages may call', async () => {
  using project = new Project({
    'server.mjs': `${server}
      globalThis.URL = class extends URL {
        get hostname() { return 'localhost' }
        get origin() { return 'http://localhost' }
      }`,
  })
  await using served = startFastmcp(['run', 'server.mjs', '-t', 'http', '-p', '0'], { cwd: project.folder })
  const [, address = ''] = await served.until(/listening on (\S+)/)
  const refused = rows.filter(([, , status]) => status === 403)
  for (const [name, headers, status] of refused) {
    const answer = await send(new URL('/run', address), { method: 'GET', headers })
    assert.equal(answer.status, status, name)
  }
})

test('dev: a body without a length reaches an app whatever the method', async () => {
  using project = new Project({
    'app.mjs': `
      import express from 'express'
      import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
      import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
      const app = express()
      app.post('/mcp', async (request, response) => {
        const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
        await new McpServer({ name: 'app', version: '1' }).connect(transport)
        await transport.handleRequest(request, response)
      })
      app.all('/echo', (request, response) => request.pipe(response))
      app.listen(0)`,
  })
  const words = ['dev', 'app.mjs', '-t', 'http', '-p', '0', '--no-inspector']
  await using served = startFastmcp(words, { cwd: project.folder })
  const [, address = ''] = await served.until(/listening on (\S+)/)
  for (const method of ['POST', 'DELETE', 'GET', 'PATCH', 'OPTIONS']) {
    const headers = { 'transfer-encoding': 'chunked' }
    const answer = await send(new URL('/echo', address), { method, headers, body: 'in chunks' })
    assert.equal(answer.text, 'in chunks', method)
  }
})
