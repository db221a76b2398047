import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectV1 } from '../support/clients.ts'
import { fastmcp, serveHttp, startFastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

const own = (call: string) => `import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'own', version: '1.0.0' })
${call}
console.error('after')`

describe('a module that serves itself while it loads', () => {
  const calls = [
    "await mcp.run({ transport: 'http', port: 9001 })",
    'await mcp.runAsync()',
    "void mcp.run({ transport: 'sse' })",
  ]
  for (const call of calls) {
    for (const file of ['server.mjs', 'server.ts']) {
      test(`${call} in ${file} starts nothing, and the flags say how it is served`, async () => {
        using project = new Project({ [file]: own(call) })
        const outcome = await fastmcp(['run', file, '-t', 'stdio'], { cwd: project.folder, input: hello })
        assert.match(outcome.stdout, /^\{"result".*"name":"own".*\}\n$/)
        assert.equal(outcome.stderr, 'after\n')
      })
    }
  }

  test('is served once, on the port of the flag and not on its own', async () => {
    using project = new Project({ 'server.mjs': own("await mcp.run({ transport: 'http', port: 9001 })") })
    await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
    assert.notEqual(served.url.port, '9001')
    assert.equal(served.stderr.match(/listening on/g)?.length, 1)
    const client = await connectV1({ http: served.url })
    assert.equal(client.getServerVersion()?.name, 'own')
    await client.close()
  })

  test('its options count when no flag says otherwise', async () => {
    using project = new Project({
      'server.mjs': own("await mcp.run({ transport: 'http', port: 0, path: '/here' })"),
    })
    await using started = startFastmcp(['run', 'server.mjs'], { cwd: project.folder })
    await started.until(/^after\nfastmcp: listening on http:\/\/127\.0\.0\.1:\d+\/here\n$/)
  })

  test('a port needs no transport beside it when the code names one', async () => {
    using project = new Project({
      'server.mjs': own("await mcp.run({ transport: 'http', port: 1, path: '/here' })"),
    })
    await using started = startFastmcp(['run', '-p', '0', 'server.mjs'], { cwd: project.folder })
    await started.until(/^after\nfastmcp: listening on http:\/\/127\.0\.0\.1:\d{2,}\/here\n$/)
  })

  test('a port is refused when neither the line nor the code names a transport for it', async () => {
    for (const call of ["await mcp.run({ path: '/here' })", 'await mcp.run()']) {
      using project = new Project({ 'server.mjs': own(call) })
      const outcome = await fastmcp(['run', '-p', '9000', 'server.mjs'], { cwd: project.folder })
      assert.equal(outcome.code, 2)
      assert.match(outcome.stderr, /^fastmcp: --port has no effect on stdio\. Add -t http/m)
    }
  })

  test('an SDK v1 server that connects itself to stdio is served once', async () => {
    const connects = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
export const server = new McpServer({ name: 'connected', version: '1.0.0' })
await server.connect(new StdioServerTransport())`
    using project = new Project({ 'server.mjs': connects })
    const outcome = await fastmcp(['run', 'server.mjs'], { cwd: project.folder, input: hello })
    assert.equal(outcome.stdout.split('\n').length, 2, outcome.stdout)
    assert.equal(outcome.code, 0)
  })
})
