import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ElicitRequestSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { clientV1, clientV2, connectV1, connectV2, type Target } from '../support/clients.ts'
import { Edited, textOf } from '../support/dev.ts'
import { Heard } from '../support/heard.ts'
import { serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { type Asked, type Installed, install, testAtServers, trip, urlOf } from './public-client.ts'

const remote = { package: 'mcp-remote@0.15.1', node: 20 }
const auto = ['--protocol', 'auto']

testAtServers([
  {
    ...remote,
    name: 'SDK v1 behind mcp-remote',
    transports: ['http', 'sse'],
    ask: async (target, installed) => asked(await connectV1(bridged(target, installed))),
  },
  {
    ...remote,
    name: 'SDK v1 behind mcp-remote, auto,',
    transports: ['http', 'sse'],
    ask: async (target, installed) => asked(await connectV1(bridged(target, installed, auto))),
  },
  {
    ...remote,
    name: 'SDK v2, auto, behind mcp-remote',
    transports: ['http', 'sse'],
    ask: async (target, installed) =>
      asked(await connectV2(bridged(target, installed), clientV2('client-v2', 'auto'))),
  },
])

describe('mcp-remote across a save', () => {
  for (const transport of ['http', 'sse'] as const) {
    for (const flags of [[], auto]) {
      test(`brings the change of the list over ${transport} ${flags.join(' ')}`, async (t) => {
        await using edited = new Edited(['-t', transport])
        const installed = install(remote, edited.project.folder, t)
        if (!installed) return
        const url = await edited.url()
        const target: Target = transport === 'http' ? { http: url } : { sse: url }
        const changes = new Heard<string>()
        const client = clientV1()
        client.setNotificationHandler(ToolListChangedNotificationSchema, ({ method }) => changes.add(method))
        await connectV1(bridged(target, installed, flags), client)
        try {
          assert.equal(await textOf(client, 'version'), 'first')
          edited.save('second', "server.registerTool('radar', {}, () => text('echo'))")
          await changes.atLeast(1)
          const { tools } = await client.listTools()
          assert.ok(tools.some(({ name }) => name === 'radar'))
          assert.equal(await textOf(client, 'version'), 'second')
          // Only over Streamable HTTP has it found the modern era, which knows no introduction.
          assert.equal(/ initialize /.test(edited.dev.stderr), flags.length === 0 || transport === 'sse')
        } finally {
          await client.close()
        }
      })
    }
  }
})

describe('questions through mcp-remote', () => {
  for (const file of ['examples/weather.ts', 'examples/weather-v1.ts']) {
    for (const flags of [[], auto]) {
      test(`${file} asks where to go ${flags.join(' ')}`, async (t) => {
        using home = new Project({})
        const installed = install(remote, home.folder, t)
        if (!installed) return
        await using served = await serveHttp(file)
        const client = clientV1('asked', { elicitation: {} })
        client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { city: 'Oslo' } }))
        await connectV1(bridged({ http: served.url }, installed, flags), client)
        try {
          assert.equal(await textOf(client, 'trip'), '4 degrees')
        } finally {
          await client.close()
        }
      })
    }
  }
})

/** The bridge from stdio to a URL, as a client's configuration would start it. */
function bridged(target: Target, { modules, home }: Installed, flags: readonly string[] = []): Target {
  assert.ok(!('stdio' in target))
  return {
    program: join(modules, 'mcp-remote', 'dist', 'proxy.js'),
    stdio: [urlOf(target), '--transport', 'http' in target ? 'http-only' : 'sse-only', ...flags],
    env: { MCP_REMOTE_CONFIG_DIR: home },
  }
}

async function asked(client: Awaited<ReturnType<typeof connectV1 | typeof connectV2>>): Promise<Asked> {
  try {
    const { tools } = await client.listTools()
    const { structuredContent } = await client.callTool({ name: 'forecast', arguments: trip })
    return { tools: tools.map(({ name }) => name), forecast: structuredContent }
  } finally {
    await client.close()
  }
}
