import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { certificate, key } from '../matrix/certificate.ts'
import { connectV1, textOf } from '../support/clients.ts'
import { fastmcp, serveHttp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

/** A file whose own server is made by some lines of its, out of `answer` and the options of a certificate. */
const file = (lines: string) => `import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
const tls = { key: ${JSON.stringify(key)}, cert: ${JSON.stringify(certificate)} }
async function answer(request, response) {
  const inner = new McpServer({ name: 'tls', version: '1.0.0' })
  inner.registerTool('hi', {}, () => ({ content: [{ type: 'text', text: request.url }] }))
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await inner.connect(transport)
  await transport.handleRequest(request, response)
}
${lines}
`

const servers = {
  'node:https': 'https.createServer(tls, answer).listen(8443)',
  'node:http2': 'http2.createServer(answer).listen(8443)',
  'node:http2 with a certificate':
    'http2.createSecureServer({ ...tls, allowHTTP1: true }, answer).listen(8443)',
  'node:https, exported': 'export const server = https.createServer(tls, answer)\nserver.listen(8443)',
  'node:https, and one of node:http that sends callers there':
    'http.createServer((_, response) => response.writeHead(301).end()).listen(8080)\nhttps.createServer(tls, answer).listen(8443)',
}

describe('files that listen with a certificate', () => {
  for (const [name, lines] of Object.entries(servers)) {
    test(name, async () => {
      using project = new Project({ 'server.mjs': file(lines) })
      await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
      const client = await connectV1({ http: served.url })
      assert.equal(textOf(await client.callTool({ name: 'hi' })), '/mcp')
      await client.close()
    })
  }

  test('one that asks its callers for certificates is not served without', async () => {
    const lines = 'https.createServer({ ...tls, requestCert: true }, answer).listen(8443)'
    using project = new Project({ 'server.mjs': file(lines) })
    const outcome = await fastmcp(['run', 'server.mjs'], { cwd: project.folder, input: hello })
    assert.equal(outcome.code, 3)
    assert.match(
      outcome.stderr,
      /^fastmcp: server\.mjs listens for callers with certificates of their own, and the runner serves plain HTTP\n {2}to serve it as it is: node server\.mjs\n$/,
    )
  })
})
