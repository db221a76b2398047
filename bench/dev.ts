// How long after a save a connected client has the new code: fastmcp dev beside tsx watch, node --watch and what
// punkpeye's `fastmcp dev --watch` runs.
//   npm run build && npx tsx bench/dev.ts [rounds]
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { cachedModules } from '../scripts/npm-cache.mjs'
import { clientV2, connectV2 } from '../test/support/clients.ts'
import { patience, program, type Started, start } from '../test/support/program.ts'
import { Project } from '../test/support/project.ts'

const rounds = Number(process.argv[2] ?? 10)

const tools = (version: number) => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
export const makeServer = () => {
  const server = new McpServer({ name: 'edited', version: '1.0.0' })
  server.registerTool('tool${version}', { inputSchema: { a: z.number() } }, ({ a }) => ({
    content: [{ type: 'text', text: String(a) }],
  }))
  return server
}
`
/** What a person writes to serve the same over HTTP without a runner: one session for each client. */
const byHand = (version: number) => `${tools(version)}
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
const sessions = new Map()
createServer(async (request, response) => {
  const id = request.headers['mcp-session-id']
  let transport = sessions.get(id)
  if (id && !transport) return response.writeHead(404).end()
  if (!transport) {
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (opened) => sessions.set(opened, transport),
    })
    await makeServer().connect(transport)
  }
  await transport.handleRequest(request, response)
}).listen(Number(process.env.BENCH_PORT), '127.0.0.1', () => console.error('listening'))
`

/** The same with punkpeye's package, which serves it itself. */
const punkpeye = (version: number) => `
import { FastMCP } from 'fastmcp'
import { z } from 'zod'
const server = new FastMCP({ name: 'edited', version: '1.0.0' })
server.addTool({
  name: 'tool${version}',
  parameters: z.object({ a: z.number() }),
  execute: async ({ a }) => String(a),
})
await server.start({ transportType: 'httpStream', httpStream: { port: Number(process.env.BENCH_PORT) } })
console.error('listening')
`

interface Peer {
  name: string
  file: string
  source: (version: number) => string
  command: (path: string) => [string, string[]]
  /** Whether a client stays connected over a save; else it has to connect anew. */
  keeps: boolean
  /** Packages beside those of this repository. */
  packages?: () => Record<string, string>
}

const tsx = new URL('../node_modules/tsx/dist/cli.mjs', import.meta.url).pathname
const peers: Peer[] = [
  {
    name: 'fastmcp dev',
    file: 'server.ts',
    source: (version) => `${tools(version)}\nexport const server = makeServer()`,
    command: (path) => [program, ['dev', path, '--no-inspector', '-p', '0']],
    keeps: true,
  },
  {
    name: 'tsx watch',
    file: 'server.ts',
    source: byHand,
    command: (path) => [tsx, ['watch', path]],
    keeps: false,
  },
  {
    name: 'node --watch',
    file: 'server.mjs',
    source: byHand,
    command: (path) => ['--watch', [path]],
    keeps: false,
  },
  {
    name: 'punkpeye',
    file: 'server.mts',
    source: punkpeye,
    // Its `dev --watch` runs this behind a client at the terminal.
    command: (path) => [tsx, ['watch', path]],
    keeps: false,
    packages: () => ({ fastmcp: join(cachedModules('punkpeye-4', 'fastmcp@4 zod@4'), 'fastmcp') }),
  },
]

async function measure(peer: Peer, port: number): Promise<{ times: number[]; lost: number }> {
  using project = new Project({ [peer.file]: peer.source(0) })
  for (const [name, folder] of Object.entries(peer.packages?.() ?? {}))
    symlinkSync(folder, project.path(`node_modules/${name}`))
  const [first, rest] = peer.command(project.path(peer.file))
  const env = { BENCH_PORT: String(port) }
  await using started = start(process.execPath, [first, ...rest], { cwd: project.folder, env })
  const url = await urlOf(started, port)
  let heard: () => void = () => undefined
  let client = await listening(url, () => heard())
  const times: number[] = []
  let lost = 0
  for (let version = 1; version <= rounds; version++) {
    await delay(700)
    const changed = new Promise<void>((resolve) => {
      heard = resolve
    })
    const begun = performance.now()
    project.write(peer.file, peer.source(version))
    if (peer.keeps) await changed
    else {
      lost++
      client = await reconnected(url, `tool${version}`)
    }
    times.push(performance.now() - begun)
  }
  await client.close().catch(() => undefined)
  // Killed at once, the watchers would leave what they watch behind.
  started.kill('SIGTERM')
  await started.exited
  return { times, lost }
}

async function urlOf(started: Started, port: number): Promise<URL> {
  const [, url = `http://127.0.0.1:${port}/mcp`] = await started.until(/listening(?: on (\S+))?/)
  return new URL(url)
}

async function listening(url: URL, heard: () => void) {
  const client = clientV2()
  client.setNotificationHandler('notifications/tools/list_changed', heard)
  return connectV2({ http: url }, client)
}

/** A client that was thrown out tries until it finds the new tool. */
async function reconnected(url: URL, tool: string) {
  const deadline = Date.now() + patience
  while (Date.now() < deadline) {
    const client = clientV2()
    const found = connectV2({ http: url }, client)
      .then(() => client.listTools())
      .then(({ tools: list }) => list.some(({ name }) => name === tool))
      // The port is closed, or the session is gone.
      .catch(() => false)
    if (await Promise.race([found, delay(5_000, false)])) return client
    await client.close().catch(() => undefined)
    await delay(10)
  }
  throw new Error(`${tool} never came`)
}

const median = (times: readonly number[]) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

console.log(`save → the client has the new tools, median of ${rounds} (Node ${process.versions.node})`)
let port = 8700
for (const peer of peers) {
  const { times, lost } = await measure(peer, port++)
  const worst = Math.max(...times)
  const sessions = lost > 0 ? `${lost} sessions lost` : 'session kept'
  console.log(
    `${peer.name.padEnd(14)}${median(times).toFixed(0).padStart(6)} ms   worst ${worst.toFixed(0).padStart(5)} ms   ${sessions}`,
  )
}
