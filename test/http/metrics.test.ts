import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectV1 } from '../support/clients.ts'
import { type Scraped, scrape } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { modulesRun } from '../support/modules-run.ts'
import {
  fastmcp,
  listening,
  patience,
  program,
  type RunOptions,
  root,
  run,
  type Started,
  serveHttp,
  serveSse,
  startFastmcp,
} from '../support/program.ts'
import { Project } from '../support/project.ts'
import { call, callModern } from '../support/raw-calls.ts'
import { openSession, send } from '../support/raw-http.ts'
import { installed } from '../support/rolling.ts'
import { chosen } from '../support/whole.ts'

const fixture = `${root}test/fixtures/http/routes.ts`
const metered = ['--metrics-port', '0']
const inner = JSON.stringify({
  mcpServers: { one: { command: process.execPath, args: [program, 'run', fixture] } },
})

type Serve = (project: Project) => Promise<Started & { url: URL }>

const http = (...args: string[]) =>
  listening(startFastmcp(['run', ...args, '-t', 'http', '-p', '0', ...metered]))

const calls = ({ series }: Scraped, tool: string, outcome: string) =>
  series.get(`fastmcp_tool_calls_total{tool="${tool}",outcome="${outcome}"}`) ?? 0

/** Waits for what is counted a moment after a client has its answer. */
async function until(server: Started, holds: (scraped: Scraped) => boolean): Promise<Scraped> {
  const deadline = Date.now() + Math.max(patience, 30_000)
  while (true) {
    const scraped = await scrape(server)
    if (holds(scraped)) return scraped
    assert.ok(Date.now() < deadline, scraped.text)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('calls are counted by tool and outcome', () => {
  const rows: Record<string, { serve: Serve; modern?: false }> = {
    'a file': { serve: () => serveHttp(fixture, metered) },
    SSE: { serve: () => serveSse(fixture, metered), modern: false },
    '--exec': { serve: () => http('--exec', `${process.execPath} ${program} run ${fixture}`) },
    '--stateless': { serve: () => serveHttp(fixture, [...metered, '--stateless']) },
    'mcp.json': { serve: (project) => http(project.path('mcp.json')) },
    'SDK v1': { serve: (project) => http(project.path('v1.mjs')) },
  }
  const v1 = `
    import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
    import { z } from 'zod'
    export const server = new McpServer({ name: 'v1', version: '1.0.0' })
    server.registerTool('echo', { inputSchema: { text: z.string() } }, ({ text }) => ({ content: [{ type: 'text', text }] }))`
  for (const [name, { serve, modern = true }] of chosen(Object.entries(rows), 3)) {
    test(name, async () => {
      using project = new Project({ 'mcp.json': inner, 'v1.mjs': v1 })
      await using server = await serve(project)
      const client = await connectV1(name === 'SSE' ? { sse: server.url } : { http: server.url })
      const echo = 'echo'
      // Nobody has asked for a list yet, as after a restart that sessions have outlived.
      await client.callTool({ name: echo, arguments: { text: 'one' } })
      await client.callTool({ name: `made up "\\\n\ud800`, arguments: {} }).catch(() => undefined)
      if (modern) await callModern(server.url, echo, { text: 'two' })
      const expected = modern ? 2 : 1
      const scraped = await until(server, (now) => calls(now, echo, 'ok') === expected)
      const others = [...scraped.series].filter(([series]) => series.includes('tool="other",outcome'))
      assert.equal(
        others.reduce((sum, [, count]) => sum + count, 0),
        1,
        scraped.text,
      )
      assert.doesNotMatch(scraped.text, /made up/)
      assert.equal(scraped.series.get(`fastmcp_tool_call_duration_seconds_count{tool="${echo}"}`), expected)
      await client.close()
    })
  }
})

test('what else there is to know, and that the linter of Prometheus has nothing against it', async () => {
  using project = new Project({})
  await using server = await serveHttp(fixture, [
    ...metered,
    '--store',
    `file:${project.path('sessions.db')}`,
  ])
  const headers = await openSession(server.url)
  const running = call(server.url, headers, 'wait', { ms: 60_000 }, 'slow').catch(() => undefined)
  await server.until(/waiting/)
  const client = await connectV1({ http: server.url })
  const busy = await until(server, ({ series }) => (series.get('fastmcp_streams{kind="events"}') ?? 0) >= 2)
  assert.equal(busy.series.get('fastmcp_sessions'), 2)
  assert.equal(busy.series.get('fastmcp_sessions_opened_total'), 2)
  assert.equal(busy.series.get('fastmcp_requests_in_flight'), 1)
  assert.ok((busy.series.get('fastmcp_store_operation_duration_seconds_count{operation="save"}') ?? 0) >= 2)
  assert.ok((busy.series.get('process_resident_memory_bytes') ?? 0) > 1e7)
  assert.ok((busy.series.get('nodejs_eventloop_lag_max_seconds') ?? -1) >= 0)
  const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'slow' } }
  await send(server.url, { headers, body: JSON.stringify(cancel) })
  const { text, series } = await until(server, (now) => calls(now, 'wait', 'cancelled') === 1)
  assert.ok((series.get('fastmcp_http_requests_total{method="POST",status="200"}') ?? 0) >= 2)
  await running
  await client.close()
  const promtool = installed('promtool')
  if (promtool) {
    const { code, stdout, stderr } = await run(promtool, ['check', 'metrics'], { input: text })
    assert.equal(code, 0, stdout + stderr)
  }
})

test('it is for this machine alone, under its names, at one path, and on a port that must be free', async () => {
  const port = await freePort()
  await using server = await serveHttp(fixture, ['--metrics-port', String(port)])
  const url = new URL(`http://127.0.0.1:${port}/metrics`)
  const statusOf = async (sent: Parameters<typeof send>[1]) =>
    (await send(url, { method: 'GET', ...sent })).status
  assert.deepEqual(
    [
      await statusOf({}),
      await statusOf({ method: 'HEAD' }),
      await statusOf({ method: 'POST' }),
      await statusOf({ path: '/' }),
      await statusOf({ headers: { host: 'evil.example' } }),
      await statusOf({ headers: { origin: 'https://evil.example' } }),
    ],
    [200, 200, 405, 404, 403, 403],
  )
  assert.equal((await send(server.url, { method: 'GET', path: '/metrics' })).status, 404)
  const limit: RunOptions = { limit: 60_000 }
  const busy = await fastmcp(['run', fixture, '-t', 'http', '-p', '0', '--metrics-port', String(port)], limit)
  assert.equal(busy.code, 4)
  assert.match(busy.stderr, new RegExp(`:${port}: the port is in use. Try --metrics-port ${port + 1}`))
  const lonely = await fastmcp(['run', fixture, '-t', 'http', '--metrics-host', '0.0.0.0'], limit)
  assert.deepEqual(
    [lonely.code, /--metrics-host has no effect without --metrics-port/.test(lonely.stderr)],
    [2, true],
  )
})

test('who counts nothing loads nothing of it', async () => {
  const loaded = (args: string[]) =>
    modulesRun(fixture, args, async (url) => void (await callModern(url, 'echo', { text: 'one' })))
  const ofOperators = (names: Set<string>) =>
    [...names].filter((name) => /^src\/serve\/(metrics|watched|tracing)\//.test(name)).sort()
  const plain = await loaded([])
  assert.ok(plain.has('src/serve/http-port.ts'), [...plain].join(' '))
  assert.deepEqual(ofOperators(plain), ['src/serve/tracing/traced.ts'])
  assert.ok((await loaded(metered)).has('src/serve/metrics/meter.ts'))
})
