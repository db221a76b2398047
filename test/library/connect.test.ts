import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { McpServer as ServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as ServerV2 } from '@modelcontextprotocol/server'
import {
  type ConnectOptions,
  connect,
  FastMCP,
  SSETransport,
  StdioTransport,
  StreamableHttpTransport,
} from 'fastmcp-cli'
import { z } from 'zod'
import { program, root, serveHttp, serveSse } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

const fixture = `${root}test/fixtures/library/connect.ts`
/** How an `mcp.json` refers to the environment. */
const variable = (name: string) => `\${${name}}`
const command = { command: process.execPath, args: [program, 'run', fixture] }

let http: Awaited<ReturnType<typeof serveHttp>>
let sse: Awaited<ReturnType<typeof serveSse>>
let oddSse: Awaited<ReturnType<typeof serveSse>>
let project: Project
before(async () => {
  http = await serveHttp(fixture)
  sse = await serveSse(fixture)
  oddSse = await serveSse(fixture, ['--path', '/events'])
  project = new Project({
    'one.json': `{ /* a comment */ "mcpServers": { "web": { "type": "http", "url": "\${env:HTTP_URL}" } } }`,
    'two.json': JSON.stringify({
      mcpServers: {
        web: { url: 'http://127.0.0.1:1/mcp' },
        local: { ...command, env: { WHO: variable('WHO:-ann') } },
      },
    }),
    'vscode.json': JSON.stringify({ servers: { local: { type: 'stdio', ...command } } }),
    'fastmcp.json': JSON.stringify({ source: 'plain.js' }),
    'plain.js': serverSource(),
    'broken.ts': 'export const mcp = (;',
    'empty.ts': 'export const nothing = 1',
  })
  process.env.HTTP_URL = http.url.href
})
after(async () => {
  await Promise.all([http, sse, oddSse].map((server) => server[Symbol.asyncDispose]()))
  project[Symbol.dispose]()
})

function own(): FastMCP {
  const mcp = new FastMCP({ name: 'connected' })
  mcp.tool({ name: 'hello', input: z.object({ name: z.string() }) }, ({ name }) => `hello ${name}`)
  return mcp
}

function official<S extends ServerV1 | ServerV2>(server: S): S {
  const answer = ({ name }: { name: string }) => ({
    content: [{ type: 'text' as const, text: `hello ${name}` }],
  })
  if (server instanceof ServerV1) server.registerTool('hello', { inputSchema: { name: z.string() } }, answer)
  else server.registerTool('hello', { inputSchema: z.object({ name: z.string() }) }, answer)
  return server
}
const v1 = () => official(new ServerV1({ name: 'connected', version: '1.0.0' }))
const v2 = () => official(new ServerV2({ name: 'connected', version: '1.0.0' }))

/** Every form of target, and the era it is spoken to by default. */
const targets: Record<string, { target: () => unknown; era?: 'legacy'; options?: ConnectOptions }> = {
  'a FastMCP': { target: own },
  'a server of SDK v1': { target: v1 },
  'a server of SDK v2': { target: v2 },
  'a low-level server of SDK v1': { target: () => v1().server },
  'a low-level server of SDK v2': { target: () => v2().server },
  'a factory': { target: () => v2 },
  'an asynchronous factory of { server, cleanup }': {
    target: () => async () => ({ server: v1(), cleanup: () => undefined }),
  },
  'the URL of Streamable HTTP': { target: () => http.url },
  'that URL as text': { target: () => http.url.href },
  'that URL with a query that speaks of /sse': { target: () => `${http.url.href}?from=/sse` },
  'that URL with a trailing slash': { target: () => `${http.url.href}/` },
  'the URL of SSE': { target: () => sse.url.href, era: 'legacy' },
  'the URL of SSE with a trailing slash and a query': { target: () => `${sse.url.href}/?a=b`, era: 'legacy' },
  '{ url }': { target: () => ({ url: http.url.href }) },
  '{ url, transport: sse }': { target: () => ({ url: oddSse.url.href, transport: 'sse' }), era: 'legacy' },
  '{ url, transport: streamable-http, headers }': {
    target: () => ({ url: http.url.href, transport: 'streamable-http', headers: { 'x-who': 'ann' } }),
  },
  '{ command, args }': { target: () => command },
  'an SSETransport': { target: () => new SSETransport(oddSse.url), era: 'legacy' },
  'a StreamableHttpTransport': { target: () => new StreamableHttpTransport(http.url) },
  'a StdioTransport': { target: () => new StdioTransport(command) },
  "the official client's Streamable HTTP transport": {
    target: () => new StreamableHTTPClientTransport(http.url),
  },
  "the official client's SSE transport": {
    target: () => new SSEClientTransport(sse.url),
    era: 'legacy',
    options: { era: 'legacy' },
  },
  "the official client's stdio transport": {
    target: () => new StdioClientTransport({ ...command, stderr: 'ignore' }),
  },
  'a server file': { target: () => fixture },
  'a server file by URL': { target: () => pathToFileURL(fixture) },
  'an export of a server file': { target: () => `${fixture}:mcp` },
  'an mcp.json with one server': { target: () => project.path('one.json') },
  'an mcp.json with two servers, one named as an option': {
    target: () => project.path('two.json'),
    options: { server: 'local' },
  },
  'an mcp.json with two servers, one named after a colon': {
    target: () => `${project.path('two.json')}:local`,
  },
  'an mcp.json of VS Code': { target: () => project.path('vscode.json') },
  '{ mcpServers }': { target: () => ({ mcpServers: { local: command } }) },
}

describe('connect reaches', () => {
  for (const [name, { target, era = 'modern', options }] of chosen(Object.entries(targets), 4)) {
    test(name, async () => {
      const begun = performance.now()
      await using client = await connect(target(), options)
      // A program that does not say in five seconds which era it speaks is taken for one of before.
      const slow = performance.now() - begun > 5000
      assert.equal(client.getServerVersion()?.name, 'connected')
      const result = await client.callTool({ name: 'hello', arguments: { name: 'ann' } })
      assert.deepEqual(result.content, [{ type: 'text', text: 'hello ann' }])
      if (!slow) assert.equal(client.getProtocolEra(), era)
    })
  }

  test('a server by its fastmcp.json', async () => {
    await using client = await connect(project.path('fastmcp.json'))
    assert.equal(client.getServerVersion()?.name, 'plain')
  })

  test('what runAsync() started', async () => {
    const handle = await own().runAsync({ transport: 'http', port: 0, logLevel: 'silent' })
    try {
      await using client = await connect(handle)
      assert.equal((await client.listTools()).tools.length, 1)
    } finally {
      await handle.close()
    }
  })
})

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Every form of nonsense: what it is, the exit code it would mean, and the words. */
const nonsense: Record<string, { target: () => unknown; exitCode: number; message: RegExp }> = {
  undefined: {
    target: () => undefined,
    exitCode: 2,
    message: /the target is undefined: give a server object/,
  },
  null: { target: () => null, exitCode: 2, message: /the target is null/ },
  'a number': { target: () => 42, exitCode: 2, message: /the target is a number/ },
  'a list': { target: () => [own()], exitCode: 2, message: /the target is a list/ },
  'an empty object': { target: () => ({}), exitCode: 2, message: /the target is an empty object/ },
  'another object': { target: () => ({ a: 1, b: 2 }), exitCode: 2, message: /an object with a, b/ },
  'a promise': { target: () => Promise.resolve(own()), exitCode: 2, message: /a promise: await it first/ },
  'a class': { target: () => FastMCP, exitCode: 2, message: /FastMCP is a class: give an instance/ },
  'an empty text': { target: () => ' ', exitCode: 2, message: /the target is empty/ },
  'a URL of another scheme': {
    target: () => 'ws://localhost/mcp',
    exitCode: 2,
    message: /use http or https/,
  },
  'a URL without its scheme': {
    target: () => 'localhost:8000/mcp',
    exitCode: 2,
    message: /Did you mean http:\/\/localhost:8000\/mcp\?/,
  },
  'a broken URL': { target: () => 'http://', exitCode: 2, message: /is not a URL/ },
  'half a URL': { target: () => ({ url: '/mcp' }), exitCode: 2, message: /\/mcp is not a URL/ },
  'an unknown transport': {
    target: () => ({ url: 'http://127.0.0.1/mcp', transport: 'carrier pigeon' }),
    exitCode: 2,
    message: /is sse or streamable-http, not "carrier pigeon"/,
  },
  'a handle of stdio': { target: () => ({ url: undefined }), exitCode: 2, message: /has no URL/ },
  'a command that is none': { target: () => ({ command: 1 }), exitCode: 2, message: /command must be/ },
  'headers that are none': {
    target: () => ({ url: http.url.href, headers: 'a' }),
    exitCode: 2,
    message: /headers must/,
  },
  'no servers': { target: () => ({ mcpServers: {} }), exitCode: 2, message: /has no server/ },
  'two servers, none named': {
    target: () => project.path('two.json'),
    exitCode: 2,
    message: /holds 2 servers: web, local\. Name one: \S+two\.json:web/,
  },
  'a server that is not in the map': {
    target: () => `${project.path('two.json')}:__proto__`,
    exitCode: 2,
    message: /has no server "__proto__", but web, local/,
  },
  'a variable that is not set': {
    target: () => ({ mcpServers: { a: { url: variable('NOT_SET_ANYWHERE') } } }),
    exitCode: 2,
    message: /needs the variable NOT_SET_ANYWHERE/,
  },
  'a file that does not exist': { target: () => 'no-such-file.ts', exitCode: 3, message: /file not found/ },
  'a name that looks like a flag': { target: () => '--help', exitCode: 3, message: /file not found/ },
  'a file that does not compile': {
    target: () => project.path('broken.ts'),
    exitCode: 3,
    message: /broken\.ts:1:\d+/,
  },
  'a file without a server': {
    target: () => project.path('empty.ts'),
    exitCode: 3,
    message: /no MCP server in/,
  },
  'a program that does not exist': {
    target: () => ({ command: 'no-such-program-anywhere' }),
    exitCode: 4,
    message: /program not found/,
  },
  'a program that speaks no MCP': {
    target: () => ({
      command: process.execPath,
      args: ['-e', 'console.error("wrong place"); process.exit(1)'],
    }),
    exitCode: 3,
    message: /did not start: wrong place/,
  },
  'a factory of something else': {
    target: () => () => 7,
    exitCode: 3,
    message: /returned a number, not an MCP server/,
  },
}

interface Fault {
  exitCode: number
  message: string
}

const faultOf = (target: unknown, options?: ConnectOptions): Promise<Fault> =>
  connect(target, options).then(
    async (client) => {
      await client.close()
      throw new Error('it did connect')
    },
    (error: Fault) => error,
  )

describe('connect refuses in one line', () => {
  for (const [name, { target, exitCode, message }] of chosen(Object.entries(nonsense), 4)) {
    test(name, async () => {
      const fault = await faultOf(target())
      assert.match(fault.message, message)
      assert.doesNotMatch(fault.message, /\n/)
      assert.equal(fault.exitCode, exitCode)
    })
  }

  test('a port where nothing listens, for both transports', async () => {
    const port = await freePort()
    for (const path of ['mcp', 'sse']) {
      const fault = await faultOf(`http://127.0.0.1:${port}/${path}`)
      assert.match(fault.message, /cannot connect to http:\S+: connection refused$/)
      assert.equal(fault.exitCode, 4)
    }
  })

  test('a web server that is none of MCP, saying why', async () => {
    const web = createServer((request, response) => {
      response.writeHead(Number(request.url?.slice(1, 4))).end('<html>no</html>')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => web.once('listening', resolve))
    const { port } = web.address() as AddressInfo
    try {
      const words: Record<string, RegExp> = {
        404: /404: MCP is not served/,
        401: /401: it asks for a token/,
        500: /500/,
      }
      for (const [status, message] of Object.entries(words)) {
        for (const path of [status, `${status}/sse`]) {
          const fault = await faultOf(`http://127.0.0.1:${port}/${path}`)
          assert.match(fault.message, message, path)
          assert.equal(fault.exitCode, 4)
        }
      }
    } finally {
      web.close()
      web.closeAllConnections()
    }
  })

  test('a server that never answers, after the time it was given', async () => {
    const silent = createTcpServer().listen(0, '127.0.0.1')
    const sockets = new Set<{ destroy(): void }>()
    silent.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)))
    await new Promise((resolve) => silent.once('listening', resolve))
    const { port } = silent.address() as AddressInfo
    try {
      for (const path of ['mcp', 'sse']) {
        const fault = await faultOf(`http://127.0.0.1:${port}/${path}`, { timeout: 300 })
        assert.match(fault.message, /no answer in 0\.3 s/)
      }
      const program = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] }
      assert.match((await faultOf(program, { timeout: 300 })).message, /no answer in 0\.3 s/)
      const reason = new Error('changed my mind')
      const signal = AbortSignal.abort(reason)
      assert.match((await faultOf(`http://127.0.0.1:${port}/mcp`, { signal })).message, /changed my mind/)
    } finally {
      for (const socket of sockets) socket.destroy()
      silent.close()
    }
  })
})

describe('a connected client', () => {
  test('and its errors are called after their classes', async () => {
    await using client = await connect(own())
    assert.equal(client.constructor.name, 'Client')
    await assert.rejects(client.callTool({ name: 'absent' }), (error: Error) => {
      assert.equal(error.constructor.name, 'ProtocolError')
      return /^ProtocolError/.test(error.stack ?? '')
    })
  })

  test('answers what a server asks, in both eras', async () => {
    const mcp = own()
    mcp.tool({ name: 'ask' }, async (_args, ctx) => {
      const answer = await ctx.elicit('your name?', z.object({ name: z.string() }))
      const said = await ctx.sample('say something')
      return [answer.data?.name, said.model, ctx.era]
    })
    for (const era of ['legacy', 'modern'] as const) {
      await using client = await connect(mcp, {
        era,
        elicit: ({ message }) => ({ action: 'accept', content: { name: message } }),
        sample: () => ({ role: 'assistant', model: 'm', content: { type: 'text', text: 'something' } }),
      })
      const result = await client.callTool({ name: 'ask', arguments: {} })
      assert.deepEqual(result.content, [{ type: 'text', text: JSON.stringify(['your name?', 'm', era]) }])
    }
  })

  test('ends calls when it closes, and leaves the server to others', async () => {
    const mcp = own()
    let closings = 0
    mcp.server.onclose = () => closings++
    let stopped: (reason: unknown) => void = () => undefined
    const aborted = new Promise((resolve) => {
      stopped = resolve
    })
    mcp.tool(
      { name: 'wait' },
      (_args, { signal }) => new Promise(() => signal.addEventListener('abort', stopped)),
    )
    const one = await connect(mcp)
    await using two = await connect(mcp)
    const started = one.callTool({ name: 'wait', arguments: {} })
    await one.listTools()
    await one.close()
    await assert.rejects(started)
    await aborted
    assert.equal((await two.listTools()).tools.length, 2)
    assert.equal(closings, 0)
  })

  test('runs the cleanup of a factory when it closes', async () => {
    let cleanups = 0
    for (const era of ['legacy', 'modern'] as const) {
      const client = await connect(() => ({ server: v2(), cleanup: () => void cleanups++ }), { era })
      await client.listTools()
      await client.close()
    }
    // In the modern era the server that was made to look at is one, that of the connection another.
    assert.ok(cleanups >= 2, `${cleanups} cleanups`)
  })

  test('shares no object with the server', async () => {
    const mcp = own()
    const data = { list: [1] }
    mcp.tool({ name: 'data', output: z.object({ list: z.array(z.number()) }) }, () => data)
    await using client = await connect(mcp)
    const result = await client.callTool({ name: 'data', arguments: {} })
    ;(result.structuredContent as typeof data).list.push(2)
    assert.deepEqual(data.list, [1])
  })

  test('ends the program it started', async () => {
    const client = await connect(fixture)
    const result = await client.callTool({ name: 'pid', arguments: {} })
    const pid = Number((result.content as { text: string }[])[0]?.text)
    assert.ok(process.kill(pid, 0))
    await client.close()
    const gone = async () => {
      for (;;) {
        try {
          process.kill(pid, 0)
        } catch {
          return true
        }
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    assert.ok(await gone())
  })
})
