import assert from 'node:assert/strict'

import { describe, test } from 'node:test'
import { clientV1, connectV1 } from '../support/clients.ts'
import { fastmcp, root, serveHttp, start, startFastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

const noisy = `${root}test/fixtures/process/noisy.ts`
const rough = `${root}test/fixtures/process/rough.ts`
const call = (id: number, name: string, args: Record<string, unknown> = {}) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } })}\n`

const linesOf = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

test('stdout holds the protocol and nothing else, whoever prints', async () => {
  const outcome = await fastmcp(['run', noisy], { input: hello + call(2, 'shout'), limit: 60_000 })
  const lines = linesOf(outcome.stdout)
  assert.deepEqual(
    lines.map((line) => line.id),
    [1, 2],
  )
  assert.equal(lines[1].result.content[0].text, 'shouted')
  const everywhere = [
    'import log 499',
    'tool log 499',
    'url',
    'bytes',
    'proc',
    'promised',
    'promised append',
    'console',
    'info',
    'stdout',
    'writeSync',
    'buffer',
    'writev',
    'dev',
    'append',
    'write',
    'stream',
    'required',
  ]
  const children = [
    'spawnSync',
    'array',
    'execFileSync',
    'execSync',
    'spawn',
    'stdout of ours',
    'worker',
    'worker fs',
    'worker child',
    'fork',
    'fork fs',
    'module worker',
    'module worker fs',
    'module worker promised',
  ]
  for (const word of [...everywhere, ...children])
    assert.ok(outcome.stderr.includes(`NOISE ${word}\n`), `${word} is lost`)
})

test('a dependency that prints while it loads and when it is called', async () => {
  using project = new Project({
    'node_modules/chatty/package.json': '{ "name": "chatty", "main": "main.js" }',
    'node_modules/chatty/main.js': `
      const fs = require('fs')
      const print = (what) => { console.log('NOISE', what); fs.writeSync(1, 'NOISE fs ' + what + '\\n'); process.stdout.write('NOISE out ' + what + '\\n') }
      print('at import')
      module.exports = () => print('in a call')`,
    'server.mjs': `
      import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
      import chat from 'chatty'
      export const server = new McpServer({ name: 'quiet', version: '1.0.0' })
      server.registerTool('chat', {}, () => (chat(), { content: [] }))`,
  })
  const outcome = await fastmcp(['run', project.path('server.mjs')], { input: hello + call(2, 'chat') })
  assert.deepEqual(
    linesOf(outcome.stdout).map((line) => line.id),
    [1, 2],
  )
  assert.equal(outcome.stderr.match(/^NOISE /gm)?.length, 6)
})

describe('a stop loses nothing in flight', () => {
  const inFlight = hello + call(2, 'wait', { ms: 400 })

  test('the client closes stdin, with timers of user code alive', async () => {
    const outcome = await fastmcp(['run', rough], { input: inFlight, env: { TIMERS: '1' } })
    assert.equal(linesOf(outcome.stdout).at(-1).result.content[0].text, 'waited 400')
    assert.equal(outcome.code, 0)
  })

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`${signal}, before the handlers of user code run`, async () => {
      await using server = startFastmcp(['run', rough], { env: { HANDLERS: '1', TIMERS: '1' } })
      server.child.stdin?.write(inFlight)
      await server.until(/"id":1/, 'stdout')
      server.kill(signal)
      const { code } = await server.exited
      assert.equal(linesOf(server.stdout).at(-1).result.content[0].text, 'waited 400')
      assert.equal(code, signal === 'SIGHUP' ? 0 : 5)
      if (signal !== 'SIGHUP') assert.match(server.stderr, new RegExp(`handler of ${signal}`))
    })
  }

  test('a question of a call in flight is answered after SIGTERM, a new request refused', async () => {
    await using server = startFastmcp(['run', `${root}test/fixtures/sessions/torture-v1.ts`])
    const write = (message: object) =>
      server.child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
    server.child.stdin?.write(hello.replace('"capabilities":{}', '"capabilities":{"elicitation":{}}'))
    server.child.stdin?.write(call(2, 'ask', { word: 'who?' }))
    const [, id = ''] = await server.until(/"method":"elicitation\/create".*"id":(\d+)/, 'stdout')
    server.kill('SIGTERM')
    // The signal and the next line come by different ways, and either may be first.
    for (let next = 10; !server.stdout.includes('shutting down'); next++) {
      write({ id: next, method: 'ping' })
      await server.until(new RegExp(`"id":${next}\\b`), 'stdout')
    }
    write({ id: Number(id), result: { action: 'accept', content: { answer: 'late but here' } } })
    assert.deepEqual(await server.exited, { code: 0, signal: null })
    assert.equal(linesOf(server.stdout).at(-1).result.content[0].text, 'late but here')
  })

  test('process.exit in a tool, while another call is answered', async () => {
    const outcome = await fastmcp(['run', rough, '-l', 'info'], {
      input: inFlight + call(3, 'exit', { code: 3 }),
    })
    const answers = new Map(linesOf(outcome.stdout).map((line) => [line.id, line]))
    assert.equal(answers.get(2).result.content[0].text, 'waited 400')
    assert.equal(answers.get(3).result.isError, true)
    assert.equal(outcome.code, 3)
    assert.match(outcome.stderr, /called process\.exit\(3\): stopping/)
  })

  test('a crash: open calls are answered with an error, and the code is 1', async () => {
    await using server = startFastmcp(['run', rough])
    server.child.stdin?.write(hello + call(2, 'wait', { ms: 60_000 }) + call(3, 'crash'))
    assert.equal((await server.exited).code, 1)
    const answer = linesOf(server.stdout).find((line) => line.id === 2)
    assert.equal(answer.error.code, -32603)
    assert.match(server.stderr, /uncaught exception: Error: boom/)
  })
})

test('user code that catches its own crashes lives on', async () => {
  await using server = await serveHttp(rough, [], { env: { CATCHES: '1' } })
  const client = await connectV1({ http: server.url })
  await client.callTool({ name: 'crash', arguments: {} })
  await server.until(/caught boom/)
  await client.callTool({ name: 'wait', arguments: { ms: 1 } })
  await client.close()
})

test('rejections that tools leave behind are named, and the server lives on', async () => {
  await using server = await serveHttp(rough)
  const client = await connectV1({ http: server.url })
  await client.callTool({ name: 'reject', arguments: {} })
  await server.until(/leftover 99;/)
  for (let i = 0; i < 100; i++) assert.ok(server.stderr.includes(`leftover ${i};`))
  await client.callTool({ name: 'wait', arguments: { ms: 1 } })
  await client.close()
})

test('user code never sees the client on its stdin, which ends with the server', async () => {
  const outcome = await fastmcp(['run', rough], { input: hello, env: { READS: '1' } })
  assert.equal(linesOf(outcome.stdout).length, 1)
  assert.doesNotMatch(outcome.stderr, /read|data/)
})

test('a client that stops reading ends the server without a word', async () => {
  await using server = startFastmcp(['run', rough])
  server.child.stdout?.destroy()
  server.child.stdin?.write(hello + call(2, 'wait', { ms: 10 }))
  assert.equal((await server.exited).code, 0)
  assert.equal(server.stderr, '')
})

test('the server dies with its client, even while user code blocks the event loop', {
  skip: process.platform === 'win32',
}, async () => {
  // A process in between starts the server and is killed; the pipes stay open in this one.
  const program = `${root}bin/fastmcp.js`
  const between = `
    const child = require('child_process').spawn(process.execPath, ${JSON.stringify([program, 'run', rough])}, { stdio: 'inherit', env: { ...process.env, TIMERS: '1' } })
    console.error('PID ' + child.pid)
    setInterval(() => {}, 1000)`
  for (const blocked of [false, true]) {
    await using parent = start(process.execPath, ['-e', between])
    const pid = Number((await parent.until(/PID (\d+)/))[1])
    parent.child.stdin?.write(hello + (blocked ? call(2, 'block') : call(2, 'wait', { ms: 1 })))
    await parent.until(blocked ? /"id":1/ : /"id":2/, 'stdout')
    // The guard looks after its parent from the moment the server serves.
    await new Promise((resolve) => setTimeout(resolve, 300))
    process.kill(parent.child.pid ?? 0, 'SIGKILL')
    const deadline = Date.now() + 10_000
    while (isAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal(isAlive(pid), false, blocked ? 'while blocked' : 'while idle')
  }
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('letters that arrive in two pieces stay whole', async () => {
  await using server = startFastmcp(['run', rough])
  const bytes = Buffer.from(hello.replace('"raw"', '"räw✓"'))
  const middle = bytes.indexOf(0xe2) + 1
  server.child.stdin?.write(bytes.subarray(0, middle))
  await new Promise((resolve) => setImmediate(resolve))
  server.child.stdin?.write(bytes.subarray(middle))
  await server.until(/"id":1/, 'stdout')
})

test('a client that reads slowly gets everything', async () => {
  const client = clientV1()
  await connectV1({ stdio: ['run', rough] }, client)
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => client.callTool({ name: 'wait', arguments: { ms: 1 } })),
  )
  assert.equal(answers.length, 50)
  await client.close()
})
