import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport as StdioV1 } from '@modelcontextprotocol/sdk/server/stdio.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import {
  McpServer as McpServerV2,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { StdioServerTransport as StdioV2 } from '@modelcontextprotocol/server/stdio'
import { McpServer as TmcpServer } from 'tmcp'
import { Capture } from '../../../src/patches/packages/capture.ts'

const about = { name: 'a', version: '1' }

const sdks = {
  'SDK v1': {
    make: () => new McpServerV1(about),
    stdio: () => new StdioV1(),
    http: () => new StreamableHTTPServerTransport(),
    client: () => new ClientV1(about),
  },
  'SDK v2': {
    make: () => new McpServerV2(about),
    stdio: () => new StdioV2(),
    http: () => new WebStandardStreamableHTTPServerTransport(),
    client: () => new ClientV2(about),
  },
}

describe('servers and transports are known by their shape', () => {
  for (const [name, { make, stdio, http, client }] of Object.entries(sdks)) {
    test(`a server of ${name} that connects to stdio is kept, and starts nothing`, async () => {
      const capture = new Capture()
      const { server } = make()
      await capture.connect(server, stdio())
      assert.deepEqual(
        capture.caught.map(({ how, kind }) => [how, kind]),
        [['connect()', 'instance']],
      )
      assert.equal(capture.caught[0]?.kind === 'instance' && capture.caught[0].server, server)
      capture.finish()
      await capture.connect(server, stdio())
      assert.equal(capture.caught.length, 1)
    })

    test(`a client of ${name} connects by itself`, () => {
      assert.equal(new Capture().connect(client(), stdio()), undefined)
    })

    test(`a server of ${name} connects to as many HTTP transports as it likes`, async () => {
      const capture = new Capture()
      const { server } = make()
      for (const transport of [http(), http()]) {
        const connected = capture.connect(server, transport)
        assert.ok(connected, 'it is left to the SDK, which connects a server once')
        await connected
        assert.equal(typeof transport.onmessage, 'function')
      }
    })
  }
})

test('serveStdio() keeps its factory, and one that has a session for its transport is ours', () => {
  const capture = new Capture()
  const factory = () => new McpServerV2(about)
  assert.ok(capture.serveStdio(factory, {}))
  capture.createMcpHandler(factory)
  capture.finish()
  assert.equal(capture.serveStdio(factory, { transport: { send: () => undefined } }), undefined)
  assert.ok(capture.serveStdio(factory, { transport: new StdioV2() }))
  assert.deepEqual(
    capture.caught.map(({ how }) => how),
    ['serveStdio()', 'createMcpHandler()'],
  )
})

test('a transport of tmcp hears nothing of its server, which is kept when it listens', () => {
  const capture = new Capture()
  const adapter = { toJsonSchema: () => Promise.resolve({}) }
  const server = new TmcpServer(about, { adapter: adapter as never, capabilities: {} })
  const transport = {}
  const muted = capture.mute(transport, server) as { on(): () => void }
  muted.on()()
  assert.equal(capture.listen(transport, { user: 'x' }), true)
  assert.equal(capture.caught[0]?.kind === 'instance' && capture.caught[0].server, server)
  assert.equal(capture.listen({}, undefined), false)
})

test('start() of fastmcp is told to start on stdio, which is caught; one that checks callers is kept whole', () => {
  const capture = new Capture()
  assert.deepEqual(capture.start({}, { transportType: 'httpStream', httpStream: { port: 3000 } }), {
    transportType: 'stdio',
  })
  void capture.connect(new McpServerV1(about).server, new StdioV1())
  const [caught] = capture.caught
  const options = { transport: 'streamable-http', port: 3000, path: '/mcp' }
  assert.deepEqual(caught?.kind === 'instance' && caught.options, options)
  assert.equal(capture.start({ options: { authenticate: () => undefined } }, {}), false)
  assert.equal(capture.caught[1]?.kind, 'runnable')
})
