import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectV1 } from '../support/clients.ts'
import { root, type Started, serveHttp, serveSse, start, startFastmcp, times } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

const fixture = `${root}test/fixtures/sessions/torture-v1.ts`
const calls = 50
const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Waits until every call has reached its handler. */
const allHolding = (server: Started) => server.until(times('holding', calls))

describe(`${calls} calls in flight are all answered`, () => {
  for (const [name, serve] of Object.entries({ http: serveHttp, sse: serveSse })) {
    for (const signal of chosen(signals, 3)) {
      test(`${signal} over ${name}`, async () => {
        await using server = await serve(fixture)
        const client = await connectV1(name === 'http' ? { http: server.url } : { sse: server.url })
        const answers = Array.from({ length: calls }, () =>
          client.callTool({ name: 'hold', arguments: { word: '1000' } }),
        )
        await allHolding(server)
        server.kill(signal)
        for (const answer of await Promise.all(answers))
          assert.deepEqual(answer.content, [{ type: 'text', text: 'held' }])
        assert.deepEqual(await server.exited, { code: 0, signal: null })
        await client.close()
      })
    }
  }

  for (const stop of chosen([...signals, 'the end of stdin'] as const, 2, 1)) {
    test(`${stop} on stdio`, async () => {
      await using server = startFastmcp(['run', fixture])
      server.child.stdin?.write(hello)
      for (let id = 2; id < 2 + calls; id++) {
        const params = { name: 'hold', arguments: { word: '1000' } }
        server.child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })}\n`)
      }
      await allHolding(server)
      if (stop === 'the end of stdin') server.child.stdin?.end()
      else server.kill(stop)
      assert.deepEqual(await server.exited, { code: 0, signal: null })
      assert.equal(server.stdout.match(/"text":"held"/g)?.length, calls)
    })
  }
})

describe('user code that has its own ideas of an end', () => {
  const server = `
    import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
    import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
    export const server = new McpServer({ name: 'opinionated', version: '1.0.0' })
    server.registerTool('hold', {}, async () => {
      console.error('holding')
      process.emit('holding')
      await new Promise((resolve) => setTimeout(resolve, 500))
      return { content: [{ type: 'text', text: 'held' }] }
    })
    async function main() {
      await server.connect(new StdioServerTransport())
    }
  `
  /** The lines after the server, and the exit code that the stop then has. */
  const rows: Record<string, [string, number]> = {
    'main() connects to stdio itself, and its failure exits': [
      'main().catch((error) => { console.error(error); process.exit(1) })',
      0,
    ],
    'main() fails once the server serves': [
      `process.on('holding', () => Promise.reject(new Error('late')).catch(() => process.exit(7)))`,
      7,
    ],
    'the end of stdin exits': [`process.stdin.resume().on('end', () => process.exit(4))`, 4],
    'stdin is read in a loop': ['for await (const line of process.stdin) console.log(line)', 0],
    'SIGINT and SIGTERM exit at once': [
      `for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => process.exit(6))`,
      6,
    ],
    'a handler of SIGTERM closes the server and exits later': [
      `process.on('SIGTERM', async () => { await server.close(); process.exit(8) })`,
      8,
    ],
    'a handler of exit has the last word': [`process.on('exit', (code) => console.error('bye ' + code))`, 0],
  }
  for (const [name, [lines, code]] of Object.entries(rows)) {
    test(`${name}: the call in flight is answered`, async () => {
      // A loop over stdin at the top level never ends, so it is started and left alone.
      const ending = lines.startsWith('for await') ? `void (async () => { ${lines} })()` : lines
      using project = new Project({ 'server.mjs': server + ending })
      await using running = await serveHttp(project.path('server.mjs'))
      const client = await connectV1({ http: running.url })
      const answer = client.callTool({ name: 'hold', arguments: {} })
      await running.until(/holding/)
      running.kill('SIGTERM')
      assert.deepEqual((await answer).content, [{ type: 'text', text: 'held' }])
      assert.equal((await running.exited).code, code, running.stderr)
      if (name.startsWith('a handler of exit')) assert.match(running.stderr, /bye 0/)
      await client.close()
    })
  }
})

test('a client killed without a chance to say so leaves no server behind', {
  skip: process.platform === 'win32',
}, async () => {
  const program = `${root}bin/fastmcp.js`
  const client = `
    const child = require('child_process').spawn(process.execPath, ${JSON.stringify([program, 'run', `${root}test/fixtures/process/rough.ts`])}, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TIMERS: '1' } })
    child.stdin.write(${JSON.stringify(hello)})
    child.stdout.once('data', () => console.error('PID ' + child.pid))
    setInterval(() => {}, 1000)`
  const kill = async () => {
    await using parent = start(process.execPath, ['-e', client])
    const pid = Number((await parent.until(/PID (\d+)/))[1])
    parent.kill('SIGKILL')
    const deadline = Date.now() + 10_000
    while (isAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
    return isAlive(pid)
  }
  assert.deepEqual(await Promise.all(Array.from({ length: 5 }, kill)), [false, false, false, false, false])
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
