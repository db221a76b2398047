import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { requestTarget } from '../../src/transports/http/request-target.ts'
import { Edited } from '../support/dev.ts'
import { serveHttp, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { send } from '../support/raw-http.ts'

/** How a path may be spelt, and what it then is; nothing for what is refused. HOST stands for the server's own, NAME for it without its port. */
const spellings: Record<string, string | undefined> = {
  '/admin/secret': '/admin/secret',
  '/admin/secret/': '/admin/secret/',
  '/admin/secret?x=/open/': '/admin/secret',
  '/admin/secret#/open/x': '/admin/secret',
  '/open/x': '/open/x',
  '/open/../admin/secret': '/admin/secret',
  '/open/%2e%2e/admin/secret': '/admin/secret',
  '/open/%2E%2E/admin/secret': '/admin/secret',
  '/open/.%2e/admin/secret': '/admin/secret',
  '/open/%2e./admin/secret': '/admin/secret',
  '/open/./x': '/open/x',
  '/open/%2e/x': '/open/x',
  '/admin/secret/../../open/x': '/open/x',
  '/admin/secret/..': '/admin/',
  '/..': '/',
  '/../../admin/secret': '/admin/secret',
  '//admin/secret': '/admin/secret',
  '///admin/secret': '/admin/secret',
  '//evil.example/admin/secret': '/evil.example/admin/secret',
  '//evil.example/../admin/secret': '/admin/secret',
  '/..//admin/secret': '/admin/secret',
  '/open//x': '/open//x',
  '/open/https://elsewhere.example/x': '/open/https://elsewhere.example/x',
  '/%61dmin/secret': '/admin/secret',
  '/admin%2Dx/%7Euser': '/admin-x/~user',
  '/admin%2fsecret': '/admin%2Fsecret',
  '/open/%c3%bc': '/open/%C3%BC',
  '/open/a%20b': '/open/a%20b',
  '/open/%252e%252e/admin/secret': '/open/%252e%252e/admin/secret',
  '/open/..%2fadmin/secret': undefined,
  '/open/..%5cadmin/secret': undefined,
  '/open/%2e%2e%2fadmin/secret': undefined,
  '/open/x%2f../admin/secret': undefined,
  '/open\\..\\admin\\secret': '/admin/secret',
  '\\admin\\secret': '/admin/secret',
  'http://HOST/admin/secret': '/admin/secret',
  'HTTP://HOST/open/../admin/secret': '/admin/secret',
  'http://HOST': '/',
  'http://NAME/admin/secret': '/admin/secret',
  'http://HOST//evil.example/x': '/evil.example/x',
  'http://evil.example/open/x': undefined,
  'http://HOST@evil.example/open/x': undefined,
  'http://evil.example\\@HOST/open/x': undefined,
  'ftp://HOST/open/x': undefined,
  'admin/secret': undefined,
  '*': undefined,
}

describe('a request target', () => {
  for (const [spelling, path] of Object.entries(spellings)) {
    test(spelling, () => {
      const target = requestTarget(
        spelling.replace('HOST', 'localhost:1').replace('NAME', 'localhost'),
        'localhost:1',
      )
      assert.equal(target?.url.split('?')[0], path)
      // What has its normal form keeps it.
      if (target) assert.deepEqual(requestTarget(target.url, 'localhost:1'), target)
    })
  }
})

/** The hook lets everybody into what is open, as it reads the path; whoever gets further says what the handler reads. */
const source = `
import { FastMCP } from 'fastmcp-cli'
const pathOf = (request) => new URL(request.url).pathname
export const mcp = new FastMCP({
  name: 'paths',
  version: '1.0.0',
  auth: (request) => {
    const path = pathOf(request)
    console.error('hook read ' + path + ' on ' + new URL(request.url).host)
    if (!path.startsWith('/admin')) return { token: 'anybody', clientId: 'anybody', scopes: [] }
  },
})
for (const path of ['/admin/*', '/open/*', '/*']) {
  mcp.customRoute(path, { auth: true }, (request) => Response.json({ route: path, reads: pathOf(request), host: new URL(request.url).host }))
}
`
const mounted = `
import { createServer } from 'node:http'
const host = createServer(mcp.listener).listen(0, '127.0.0.1', () => console.log('listening on http://127.0.0.1:' + host.address().port + '/mcp'))
`
const mountedHono = `
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
const app = new Hono()
app.mount('/', mcp.fetch)
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => console.log('listening on http://127.0.0.1:' + port + '/mcp'))
`

interface Up extends AsyncDisposable {
  url: URL
}
const plainNode = async (file: string): Promise<Up> => {
  const project = new Project({ 'server.mjs': file })
  const server = start(process.execPath, [project.path('server.mjs')])
  const [, url = ''] = await server.until(/listening on (\S+)/, 'stdout')
  const stop = async () => {
    await server[Symbol.asyncDispose]()
    project[Symbol.dispose]()
  }
  return { url: new URL(url), [Symbol.asyncDispose]: stop }
}

const roads: Record<string, () => Promise<Up>> = {
  run: async () => {
    const project = new Project({ 'server.mjs': source })
    const server = await serveHttp(project.path('server.mjs'))
    const stop = async () => {
      await server[Symbol.asyncDispose]()
      project[Symbol.dispose]()
    }
    return { url: server.url, [Symbol.asyncDispose]: stop }
  },
  dev: async () => {
    const edited = new Edited([], { files: { 'server.ts': source } })
    const url = await edited.url()
    return { url, [Symbol.asyncDispose]: () => edited[Symbol.asyncDispose]() }
  },
  'mounted in node:http': () => plainNode(source + mounted),
  'mounted in Hono': () => plainNode(source + mountedHono),
}

for (const [road, up] of Object.entries(roads)) {
  describe(`the path that the hook reads is the handler's, ${road}`, () => {
    let server: Up
    before(async () => {
      server = await up()
    })
    after(() => server?.[Symbol.asyncDispose]())

    for (const [spelling, path] of Object.entries(spellings)) {
      test(spelling, async () => {
        const { url } = server
        const target = spelling.replace('HOST', url.host).replace('NAME', url.hostname)
        const { status, text, json } = await send(url, { method: 'GET', path: target })
        // Hono reads the target before us, and has its own words for what it cannot read.
        const hono = road === 'mounted in Hono'
        if (status !== 200) {
          assert.ok([400, 401, 404, 405].includes(status) || (hono && status === 500), text)
          assert.ok(hono || path === undefined || path.startsWith('/admin'), `refused: ${text}`)
          return
        }
        const body = json as { route: string; reads: string; host: string }
        assert.ok(!body.reads.startsWith('/admin'), `the route ${body.route} ran for ${body.reads}`)
        if (!hono) assert.deepEqual([body.reads, body.host], [path, url.host])
        assert.ok(body.route === '/*' || body.reads.startsWith(body.route.slice(0, -1)))
      })
    }
  })
}
