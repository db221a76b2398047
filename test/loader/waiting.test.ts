import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

const run = async (text: string, limit: number, name = 'server.mjs') => {
  using project = new Project({ [name]: text })
  return await fastmcp(['run', name, '--load-timeout', String(limit)], { cwd: project.folder, input: hello })
}

const says = (what: RegExp, stderr: string) => stderr.split('\n').filter((line) => what.test(line)).length

describe('a file that starts no server and goes on', () => {
  const files = {
    'a timer': ['setInterval(() => undefined, 1000)', /a timer/],
    'watched files': ["import { watch } from 'node:fs'\nwatch('.', () => undefined)", /watched files/],
    'a program': ["import { spawn } from 'node:child_process'\nspawn('sleep', ['60'])", /a program/],
  } as const
  for (const [name, [text, pending]] of chosen(Object.entries(files), 2)) {
    test(`it is said, once, what is waited for: ${name}`, async () => {
      const { code, stderr, took } = await run(text, 4)
      assert.equal(code, 3, stderr)
      assert.match(
        stderr,
        /^fastmcp: server\.mjs has not started a server yet: waiting for up to 4 s \(--load-timeout\); it has pending: /,
      )
      assert.equal(says(/has not started/, stderr), 1, stderr)
      assert.match(stderr, pending)
      assert.match(
        stderr,
        /no MCP server in server\.mjs[\s\S]*\n {2}pending {3}.*allow it more time with --load-timeout/,
      )
      assert.doesNotMatch(stderr, /event loop/)
      assert.ok(took > 3_000, `${took}`)
    })
  }

  test('one that loads for long is said to', async () => {
    const { code, stderr } = await run('await new Promise((resolve) => setTimeout(resolve, 60_000))', 8)
    assert.equal(code, 3)
    assert.equal(says(/^fastmcp: server\.mjs is still loading: waiting for up to 8 s/, stderr), 1, stderr)
    assert.match(stderr, /did not finish loading in 8 s\. Allow more with --load-timeout\.\n$/)
  })
})

describe('a file of which nothing can come any more is not waited for', () => {
  const files = {
    'a port that speaks something else': "import net from 'node:net'\nnet.createServer().listen(0)",
    'stdin that is read by hand': "process.stdin.on('data', (line) => process.stdout.write(line))",
    'nothing at all': '',
  }
  for (const [name, text] of chosen(Object.entries(files), 2)) {
    test(name, async () => {
      const { code, stderr, took } = await run(text, 60)
      assert.equal(code, 3)
      assert.match(stderr, /^fastmcp: no MCP server in server\.mjs/)
      assert.ok(took < 15_000, `${took}`)
    })
  }

  test('a port beside which a server starts later stays open', async () => {
    using project = new Project({
      'server.mjs': `import net from 'node:net'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const port = net.createServer((socket) => socket.end('there')).listen(0)
const server = new McpServer({ name: 'late', version: '1.0.0' })
server.registerTool('ask', {}, async () => {
  const text = await new Promise((resolve) => net.connect(port.address().port).on('data', (data) => resolve(String(data))))
  return { content: [{ type: 'text', text }] }
})
setTimeout(() => server.connect(new StdioServerTransport()), 2500)`,
    })
    const outcome = await fastmcp(['call', 'server.mjs', 'ask'], { cwd: project.folder })
    assert.equal(outcome.stdout, 'there\n', outcome.stderr)
  })
})

describe('the event loop is blamed only when it is blocked', () => {
  test('a main thread that is busy now and then is not', async () => {
    const busy = 'const end = Date.now() + 700\n  while (Date.now() < end);\n  setTimeout(work, 50)'
    const { code, stderr } = await run(
      `await new Promise(() => {\n  const work = () => {\n  ${busy}\n  }\n  work()\n})`,
      2,
    )
    assert.equal(code, 3)
    assert.doesNotMatch(stderr, /event loop/)
    assert.match(stderr, /did not finish loading in 2 s/)
  })

  test('one that is busy for good is', async () => {
    const { code, stderr } = await run(
      'setTimeout(() => {\n  for (;;);\n}, 100)\nawait new Promise(() => {})',
      2,
    )
    assert.equal(code, 3)
    assert.match(
      stderr,
      /did not finish loading in 2 s: it blocks the event loop\. Allow more with --load-timeout\.\n {2}at .*server\.mjs:2:\d+/,
    )
  })
})

describe('an exported client is not taken for a server', () => {
  for (const [sdk, client, server] of [
    ['v1', '@modelcontextprotocol/sdk/client/index.js', '@modelcontextprotocol/sdk/server/mcp.js'],
    ['v2', '@modelcontextprotocol/client', '@modelcontextprotocol/server'],
  ]) {
    const text = `import { Client } from '${client}'
import { McpServer } from '${server}'
export const upstream = new Client({ name: 'c', version: '1.0.0' })
export const main = new McpServer({ name: 'both', version: '1.0.0' })
main.registerTool('hi', {}, () => ({ content: [{ type: 'text', text: 'hi' }] }))`
    test(`SDK ${sdk}`, async () => {
      using project = new Project({ 'server.mjs': text })
      const both = await fastmcp(['call', 'server.mjs', 'hi'], { cwd: project.folder })
      assert.equal(both.stdout, 'hi\n', both.stderr)
      const named = await fastmcp(['run', 'server.mjs:upstream'], { cwd: project.folder, input: hello })
      assert.equal(named.code, 3)
      assert.match(named.stderr, /"upstream" is an MCP client, not an MCP server/)
    })
  }
})
