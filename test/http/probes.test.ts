import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectV1 } from '../support/clients.ts'
import { editedServer } from '../support/dev.ts'
import { freePort } from '../support/free-port.ts'
import {
  fastmcp,
  listening,
  patience,
  root,
  type Started,
  serveHttp,
  serveSse,
  start,
  startFastmcp,
} from '../support/program.ts'
import { Project } from '../support/project.ts'
import { send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

const fixture = `${root}test/fixtures/http/routes.ts`

type Answer = [status: number, body: unknown]

async function probe(url: URL, path: string): Promise<Answer> {
  const { status, json } = await send(url, { method: 'GET', path })
  return [status, json]
}

const both = async (url: URL) => [await probe(url, '/livez'), await probe(url, '/readyz')]
const ok: Answer = [200, { status: 'ok' }]
const unready = (status: string): Answer => [503, { status }]

/** Waits until `/readyz` answers with a status. */
async function untilReady(url: URL, wanted: number): Promise<void> {
  const deadline = Date.now() + patience
  while ((await probe(url, '/readyz'))[0] !== wanted) {
    assert.ok(Date.now() < deadline, `/readyz never answered ${wanted}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('/livez and /readyz', () => {
  const rows: Record<string, (project: Project) => Promise<Started & { url: URL }>> = {
    run: () => serveHttp(fixture),
    'run with SSE, a path of its own and a token': () =>
      serveSse(fixture, ['--path', '/api/mcp', '--token-env', 'TOKEN'], { env: { TOKEN: 'a-token' } }),
    'run --exec': () =>
      listening(
        startFastmcp(['run', '-t', 'http', '-p', '0', '--exec', `node ${root}bin/fastmcp.js run ${fixture}`]),
      ),
    dev: (project) =>
      listening(startFastmcp(['dev', project.path('edited.ts'), '--no-inspector', '-p', '0'])),
    'a built file': async (project) => {
      const built = await fastmcp(['build', 'edited.ts', '-o', 'built.mjs'], {
        cwd: project.folder,
        limit: 3 * patience,
      })
      assert.equal(built.code, 0, built.stderr)
      return listening(start(process.execPath, [project.path('built.mjs'), '-t', 'http', '-p', '0']))
    },
    'run() of the library': (project) => listening(start(process.execPath, [project.path('library.mjs')])),
  }
  const files = {
    'edited.ts': editedServer('first'),
    'library.mjs': `
      import { FastMCP } from 'fastmcp-cli'
      await new FastMCP({ name: 'lib', version: '1.0.0' }).run({ transport: 'http', port: 0 })`,
  }
  for (const [name, started] of chosen(Object.entries(rows), 8)) {
    test(`${name} answers both, to anybody and with nothing else in them`, async () => {
      using project = new Project(files)
      await using server = await started(project)
      await untilReady(server.url, 200)
      assert.deepEqual(await both(server.url), [ok, ok])
      for (const path of ['/livez', '/readyz/?verbose']) {
        const headers = { host: 'evil.example', origin: 'https://evil.example' }
        const { status, text, headers: got } = await send(server.url, { method: 'HEAD', path, headers })
        assert.deepEqual([status, text], [200, ''])
        const names = Object.keys(got).filter((one) => !['date', 'connection', 'keep-alive'].includes(one))
        assert.deepEqual(names.sort(), ['content-length', 'content-type'])
      }
      const posted = await send(server.url, { path: '/readyz' })
      assert.notEqual(posted.status, 200)
    })
  }
})

test('while the file loads it lives, and is not ready', async () => {
  const port = await freePort()
  const url = new URL(`http://127.0.0.1:${port}/mcp`)
  using project = new Project({
    'slow.mjs': `
      import { existsSync } from 'node:fs'
      import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
      console.error('loading')
      while (!existsSync(process.env.GO)) await new Promise((resolve) => setTimeout(resolve, 20))
      export const server = new McpServer({ name: 'slow', version: '1.0.0' })`,
  })
  await using server = startFastmcp(['run', project.path('slow.mjs'), '-t', 'http', '-p', String(port)], {
    env: { GO: project.path('go') },
  })
  await server.until(/loading/)
  assert.deepEqual(await both(url), [ok, unready('loading')])
  project.write('go', '')
  await untilReady(url, 200)
})

test('under dev it is not ready before the first version that loads, and is while a save is broken', async () => {
  using project = new Project({ 'server.ts': 'export const server = (' })
  const port = await freePort()
  const url = new URL(`http://127.0.0.1:${port}/mcp`)
  const args = ['dev', project.path('server.ts'), '--no-inspector', '-p', String(port)]
  await using server = startFastmcp(args, { cwd: project.folder })
  await server.until(/server\.ts:1/)
  assert.deepEqual(await both(url), [ok, unready('loading')])
  project.write('server.ts', editedServer('first'))
  await untilReady(url, 200)
  project.write('server.ts', 'export const server = ((')
  await server.until(/reload failed|still serv|last working|previous/i)
  assert.deepEqual(await both(url), [ok, ok])
})

test('while it stops it lives, and is not ready', async () => {
  await using server = await serveHttp(fixture)
  const client = await connectV1({ http: server.url })
  const call = client.callTool({ name: 'wait', arguments: { ms: 1500 } })
  await server.until(/waiting/)
  server.kill('SIGTERM')
  await untilReady(server.url, 503)
  assert.deepEqual(await both(server.url), [ok, unready('stopping')])
  assert.deepEqual((await call).content, [{ type: 'text', text: 'waited 1500' }])
  assert.equal((await server.exited).code, 0)
  await client.close()
})

describe("the user's own come first", () => {
  const rows: Record<string, [source: string, live: string, ready: string]> = {
    'a route': [
      `import { FastMCP } from 'fastmcp-cli'
       export const mcp = new FastMCP({ name: 'own', version: '1.0.0' })
       mcp.customRoute('/livez', () => new Response('my own'))`,
      'my own',
      '{"status":"ok"}',
    ],
    'a wildcard': [
      `import { FastMCP } from 'fastmcp-cli'
       export const mcp = new FastMCP({ name: 'own', version: '1.0.0' })
       mcp.customRoute('/*', (_, { params }) => new Response('page ' + params['*']))`,
      'page livez',
      'page readyz',
    ],
    'an HTTP app': [
      `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
       import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
       import express from 'express'
       const app = express()
       app.use(express.json())
       app.get('/livez', (_, answer) => answer.send('app'))
       app.post('/mcp', async (request, response) => {
         const server = new McpServer({ name: 'app', version: '1.0.0' })
         const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
         await server.connect(transport)
         await transport.handleRequest(request, response, request.body)
       })
       app.listen(8000)`,
      'app',
      '',
    ],
  }
  for (const [name, [source, live, ready]] of Object.entries(rows)) {
    test(name, async () => {
      using project = new Project({ 'server.mjs': source })
      await using server = await serveHttp(project.path('server.mjs'))
      const text = async (path: string) => (await send(server.url, { method: 'GET', path })).text
      assert.equal(await text('/livez'), live)
      if (ready === '') assert.match(await text('/readyz'), /Cannot GET/)
      else assert.equal(await text('/readyz'), ready)
    })
  }

  test('the path of MCP itself', async () => {
    await using server = await serveHttp(fixture, ['--path', '/readyz'])
    const client = await connectV1({ http: server.url })
    assert.ok((await client.listTools()).tools.length > 0)
    assert.equal((await send(server.url, { method: 'GET', path: '/readyz' })).status, 406)
    await client.close()
  })

  test('a stop is told by /readyz whoever answers there', async () => {
    using project = new Project({
      'server.mjs': `
        import { FastMCP } from 'fastmcp-cli'
        export const mcp = new FastMCP({ name: 'own', version: '1.0.0' })
        mcp.customRoute('/readyz', () => new Response('mine'))
        mcp.customRoute('/livez', () => new Response('mine'))
        mcp.tool({ name: 'wait' }, async () => {
          console.error('waiting')
          await new Promise((resolve) => setTimeout(resolve, 1500))
          return 'waited'
        })`,
    })
    await using server = await serveHttp(project.path('server.mjs'))
    const client = await connectV1({ http: server.url })
    const call = client.callTool({ name: 'wait' })
    await server.until(/waiting/)
    server.kill('SIGTERM')
    await untilReady(server.url, 503)
    assert.deepEqual(await both(server.url), [ok, unready('stopping')])
    await call
    await client.close()
  })
})
