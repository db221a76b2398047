import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { inspectorCli } from '../support/inspector-cli.ts'
import { fastmcp, program, root, serveHttp, serveSse } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

/** Exports its server, and serves it by itself under plain node: the Inspector needs nothing of ours. */
const ownServer = `
  import { realpathSync } from 'node:fs'
  import { fileURLToPath } from 'node:url'
  import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
  import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
  import { z } from 'zod'
  export const server = new McpServer({ name: 'answers', version: '1.0.0' })
  server.registerTool('forecast', { inputSchema: { city: z.string(), days: z.number().int().default(3) } },
    ({ city, days }) => ({ content: [
      { type: 'text', text: city + ' ' + typeof days },
      { type: 'image', data: 'AAAA', mimeType: 'image/png' },
      { type: 'resource_link', uri: 'weather://cities/Oslo', name: 'Oslo' },
    ] }))
  server.registerResource('Oslo', 'weather://cities/Oslo', {}, () => ({
    contents: [{ uri: 'weather://cities/Oslo', blob: 'AAAA', mimeType: 'image/png' }] }))
  server.registerPrompt('packing', { argsSchema: { city: z.string() } }, ({ city }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: 'To ' + city } }] }))
  const main = process.argv[1] && realpathSync(process.argv[1])
  if (main === fileURLToPath(import.meta.url)) await server.connect(new StdioServerTransport())`

const shellWords = (words: readonly string[]) => words.map((word) => `"${word}"`).join(' ')

const weather = join(root, 'examples', 'weather.ts')
const kinds = join(root, 'test', 'fixtures', 'companions', 'kinds.ts')

describe("list and call answer what the official Inspector's command line does", () => {
  const project = new Project({
    'own.js': ownServer,
    'node_modules/answers/package.json': '{ "name": "answers", "type": "module", "exports": "./main.js" }',
    'node_modules/answers/main.js': ownServer,
    'mcp.json': JSON.stringify({
      mcpServers: { own: { type: 'stdio', command: process.execPath, args: ['own.js'] } },
    }),
  })
  const inspector = inspectorCli(project.folder)
  const ours = (...args: string[]) => fastmcp([...args, '--json'], { cwd: project.folder })
  const own = [process.execPath, project.path('own.js'), '--']
  const package_ = [process.execPath, project.path('node_modules/answers/main.js'), '--']
  const config = ['--config', project.path('mcp.json'), '--server', 'own', '--cwd', project.folder]
  let http: Awaited<ReturnType<typeof serveHttp>>
  let sse: Awaited<ReturnType<typeof serveSse>>

  before(async () => {
    ;[http, sse] = await Promise.all([serveHttp(weather), serveSse(weather)])
  })
  after(async () => {
    await Promise.all([http, sse].map((server) => server[Symbol.asyncDispose]()))
    project[Symbol.dispose]()
  })

  const modern = ['--transport', 'http', '--protocol-era', 'modern', '--server-url']
  const places: Record<string, () => [spec: string[], theirs: string[]]> = {
    'a TypeScript file': () => [[weather], [process.execPath, program, 'run', weather, '--']],
    'a JavaScript file under plain node': () => [['own.js'], own],
    'Streamable HTTP': () => [[http.url.href], [http.url.href]],
    'Streamable HTTP, both in the modern era': () => [[http.url.href], [...modern, http.url.href]],
    SSE: () => [[sse.url.href], [sse.url.href]],
    'an mcp.json': () => [['mcp.json'], config],
    'an installed package': () => [['answers'], package_],
    'a command': () => [['--exec', shellWords([process.execPath, project.path('own.js')])], own],
  }

  for (const [name, place] of chosen(Object.entries(places), 6)) {
    test(name, async () => {
      const [spec, target] = place()
      const theirs = async (method: string, ...words: string[]) => {
        const { code, result, stderr } = await inspector(...target, '--method', method, ...words)
        assert.equal(code, 0, stderr)
        return result
      }
      const call = async (...words: string[]) => {
        const { code, stdout, stderr } = await ours('call', ...spec, ...words)
        assert.equal(code, 0, stderr)
        return JSON.parse(stdout)
      }
      const listed = await ours('list', ...spec)
      assert.deepEqual(JSON.parse(listed.stdout), {
        ...(await theirs('tools/list')),
        ...(await theirs('prompts/list')),
        ...(await theirs('resources/list')),
        ...(await theirs('resources/templates/list')),
      })
      const args = ['city=Oslo', 'days=2']
      assert.deepEqual(
        await call('forecast', ...args),
        await theirs('tools/call', '--tool-name', 'forecast', '--tool-arg', ...args),
      )
      assert.deepEqual(
        await call('--prompt', 'packing', 'city=Oslo'),
        await theirs('prompts/get', '--prompt-name', 'packing', '--prompt-args', 'city=Oslo'),
      )
      // How long a modern answer may be kept is shown by ours alone.
      const { ttlMs: _ttl, cacheScope: _scope, ...read } = await call('--resource', 'weather://cities/Oslo')
      assert.deepEqual(read, await theirs('resources/read', '--uri', 'weather://cities/Oslo'))
    })
  }

  test('a tool that fails and a place where nothing is: the same exit codes', async () => {
    const target = [process.execPath, program, 'run', kinds, '--']
    const failed = await inspector(...target, '--method', 'tools/call', '--tool-name', 'fail')
    const said = await ours('call', kinds, 'fail')
    assert.deepEqual(JSON.parse(said.stdout), failed.result)
    assert.deepEqual([said.code, failed.code], [5, 5])
    const nowhere = 'http://127.0.0.1:45671/mcp'
    const gone = await inspector(nowhere, '--method', 'tools/list')
    assert.deepEqual([(await ours('list', nowhere)).code, gone.code], [4, 4])
  })

  test('arguments of every kind arrive as the same values', async () => {
    const args = { text: '1', count: 1.5, sure: true, tags: ['x', 'y'], nested: { a: 1 }, perhaps: null }
    const target = [process.execPath, program, 'run', kinds, '--']
    const words = ['--tool-name', 'echo', '--tool-args-json', JSON.stringify(args)]
    const { result } = await inspector(...target, '--method', 'tools/call', ...words)
    const typed = ['text=1', 'count=1.5', 'sure=true', 'tags=x,y', 'nested={"a":1}', 'perhaps:=null']
    const { stdout } = await ours('call', kinds, 'echo', ...typed)
    assert.deepEqual(JSON.parse(stdout), result)
  })
})
