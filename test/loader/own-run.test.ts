import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectV1, textOf } from '../support/clients.ts'
import { fastmcp, serveHttp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

const file = (start: string, before = '') => `import { FastMCP, isMain } from 'fastmcp-cli'
const mcp = new FastMCP({ name: 'own' })
mcp.tool({ name: 'hi' }, () => 'hi')
${before}
${start}
`

const starts = {
  'await mcp.run()': 'await mcp.run()',
  'mcp.run() with options': `void mcp.run({ transport: 'http', port: 3000, path: '/own' })`,
  'mcp.runAsync()': 'const { close } = await mcp.runAsync()\nprocess.on("SIGUSR2", close)',
  'a run() in a guard': 'if (isMain(import.meta)) await mcp.run()',
  'a run() in a guard of Node': 'if (import.meta.main) await mcp.run()',
  'a run() a little later': 'setTimeout(() => mcp.run(), 200)',
  'a run() in a function that is called':
    'async function main() { await mcp.run() }\nmain().catch(console.error)',
}

describe('a FastMCP that runs itself and is not exported', () => {
  for (const [name, start] of Object.entries(starts)) {
    test(`${name}, on stdio`, async () => {
      using project = new Project({ 'server.ts': file(start) })
      const outcome = await fastmcp(['call', 'server.ts', 'hi'], { cwd: project.folder })
      assert.equal(outcome.code, 0, outcome.stderr)
      assert.equal(outcome.stdout, 'hi\n')
    })
  }

  test('its options count, below those of the command line', async () => {
    using project = new Project({ 'server.ts': file(starts['mcp.run() with options']) })
    await using served = await serveHttp('server.ts', [], { cwd: project.folder })
    assert.match(served.url.href, /\/own$/)
    const client = await connectV1({ http: served.url })
    assert.equal(textOf(await client.callTool({ name: 'hi' })), 'hi')
    await client.close()
  })

  test('what does not run it has no server', async () => {
    using project = new Project({ 'server.ts': file('if (process.argv.length > 90) await mcp.run()') })
    const outcome = await fastmcp(['run', 'server.ts'], { cwd: project.folder, input: hello })
    assert.equal(outcome.code, 3)
    assert.match(outcome.stderr, /no MCP server in server\.ts/)
  })
})

test('a guard stays shut in a file that exports its server', async () => {
  const before = 'export { mcp }'
  using project = new Project({
    'server.ts': file('if (isMain(import.meta)) throw new Error("ran")', before),
  })
  const outcome = await fastmcp(['call', 'server.ts', 'hi'], { cwd: project.folder })
  assert.equal(outcome.stdout, 'hi\n', outcome.stderr)
})
