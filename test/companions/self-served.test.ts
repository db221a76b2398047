import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectV1, textOf } from '../support/clients.ts'
import { fastmcp, serveHttp, serveSse } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { shape } from '../support/shapes.ts'
import { chosen, rarely } from '../support/whole.ts'

/** An object that serves itself: the runner only calls its `run()`. */
const withRun = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'
const server = new McpServer({ name: 'own-run', version: '1.0.0' })
server.registerTool('echo', { inputSchema: { text: z.string() } }, ({ text }) => ({
  content: [{ type: 'text', text: [text, ...process.argv.slice(2), process.env.WORD ?? ''].join(' ') }],
}))
export const app = { run: () => server.connect(new StdioServerTransport()) }
`

describe('servers that serve themselves are listed, called and inspected like any other', () => {
  const files = {
    'an Express app': () => shape('express-app.mjs'),
    'a Hono app': () => shape('hono-app.ts'),
    'an object with its own run()': (project: Project) => project.path('own.mjs'),
  }
  for (const [what, file] of chosen(Object.entries(files), 3))
    test(what, async () => {
      using project = new Project({ 'own.mjs': withRun })
      const spec = file(project)
      const listed = await fastmcp(['list', spec, '--json'])
      assert.equal(listed.code, 0, listed.stderr)
      const { tools } = JSON.parse(listed.stdout)
      assert.deepEqual(
        tools.map(({ name }: { name: string }) => name),
        ['echo'],
      )
      const called = await fastmcp(['call', spec, 'echo', 'text=hi'])
      assert.equal(called.stdout.trim(), 'hi', called.stderr)
      const inspected = await fastmcp(['inspect', spec, '--json'])
      assert.deepEqual(JSON.parse(inspected.stdout).tools, tools)
    })

  test('with the arguments and the environment of the line', async () => {
    using project = new Project({ 'own.mjs': withRun })
    const args = ['call', project.path('own.mjs'), 'echo', 'text=hi', '--env', 'WORD=there', '--', 'you']
    const called = await fastmcp(args)
    assert.equal(called.stdout.trim(), 'hi you there', called.stderr)
  })
})

test('what they do not do for an operator is said in one line', async () => {
  using project = new Project({ 'own.mjs': 'export const app = { run: async () => undefined }' })
  const run = (...options: string[]) =>
    fastmcp(['run', project.path('own.mjs'), '-t', 'http', '-p', '0', ...options], { limit: 60_000 })
  const { code, stderr } = await run('--drain-delay', '3', '--access-log')
  const words = 'this server serves itself, so --drain-delay and --access-log have no effect. Leave them out.'
  assert.deepEqual([code, stderr.split('\n')[0]], [0, `fastmcp: ${words}`])
  assert.doesNotMatch((await run()).stderr, /serves itself/)
})

describe('an object whose run() knows stdio alone', () => {
  const echoed = async (client: Awaited<ReturnType<typeof connectV1>>, text: string) =>
    textOf(await client.callTool({ name: 'echo', arguments: { text } }))

  test('is served on a port, by one of its processes a session', async () => {
    using project = new Project({ 'own.mjs': withRun })
    await using served = await serveHttp(project.path('own.mjs'), ['--env', 'WORD=there', '--', 'you'])
    assert.match(served.stderr, /its run\(\) opens no port: each session has a process of its own/)
    for (const text of ['one', 'two']) {
      const client = await connectV1({ http: served.url })
      assert.equal(await echoed(client, text), `${text} you there`)
      await client.close()
    }
  })

  rarely('is served on SSE', async () => {
    using project = new Project({ 'own.mjs': withRun })
    await using served = await serveSse(project.path('own.mjs'))
    const client = await connectV1({ sse: served.url })
    assert.equal(await echoed(client, 'hi'), 'hi ')
    await client.close()
  })

  test('and one that throws is told by its own line', async () => {
    using project = new Project({
      'own.mjs': "export const app = { run: async () => { throw new Error('no database') } }",
    })
    for (const args of [[], ['-t', 'http', '-p', '0']]) {
      const { code, stderr } = await fastmcp(['run', 'own.mjs', ...args], { cwd: project.folder })
      assert.match(
        stderr,
        /^fastmcp: own\.mjs threw in its run\(\): no database\n {2}at .*own\.mjs:1:\d+\)?\n$/,
      )
      assert.equal(code, 3)
    }
  })
})

test('an object whose run() opens its port late is announced when it has, though run() never resolves', async () => {
  using project = new Project({
    'own.mjs': `import { createServer } from 'node:http'
const later = (port) => createServer((_, response) => response.end('mine')).listen(port)
export const app = { run: ({ port }) => new Promise(() => void setTimeout(later, 500, port)) }`,
  })
  await using served = await serveHttp(project.path('own.mjs'))
  assert.equal(await (await fetch(served.url)).text(), 'mine')
})
