import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { describe, test } from 'node:test'
import { clientV2, connectV1, connectV2, pinned, textOf } from '../support/clients.ts'
import { fastmcp, serveHttp, times } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { callTwice, shape } from '../support/shapes.ts'
import { chosen, rarely } from '../support/whole.ts'

describe('files that start themselves', () => {
  test('a modern client of a captured factory', async () => {
    await using served = await serveHttp(shape('serve-stdio.ts'))
    const client = await connectV2({ http: served.url }, clientV2('modern', pinned))
    assert.equal((await client.listTools()).tools.length, 1)
    await client.close()
  })

  test('user arguments are what the file sees', async () => {
    await callTwice({ stdio: ['run', shape('helpers-exported.mjs'), '--', 'metric'] }, 'helpers-exported')
    const outcome = await fastmcp(['run', shape('helpers-exported.mjs'), '--', 'odd'], { input: hello })
    assert.equal(outcome.code, 3)
    assert.match(outcome.stderr, /threw while loading: unknown units odd/)
  })

  test('no warning of Node reaches the person', async () => {
    const outcome = await fastmcp(['run', shape('main-catch.ts')], { input: hello })
    assert.equal(outcome.stderr, 'running on stdio\n')
    assert.equal(outcome.stdout.split('\n').length, 2)
    assert.equal(outcome.code, 0)
  })

  for (const [what, sample] of Object.entries({
    'a template': '`how a page is written:\nexport default function Page() {}\n`',
    'a template after a template': "`it's` + `\nexport const server = new McpServer()\n`",
    'a string': `'write export default createServer() and module.exports = createServer'`,
    'text after regular expressions': "'`'.replace(/[`'/]/g, '') + `\\`\nexport const app = 1`",
  })) {
    test(`code in ${what} of a file is no code of the file`, async () => {
      using project = new Project({
        'server.mjs': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const server = new McpServer({ name: 'samples', version: '1.0.0' }, { instructions: ${sample} })
await server.connect(new StdioServerTransport())`,
      })
      await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
      const client = await connectV1({ http: served.url })
      assert.match(client.getInstructions() ?? '', /export/)
      await client.close()
    })
  }

  test('a stdio transport of its own making', async () => {
    using project = new Project({
      'server.mjs': `import { Server } from '@modelcontextprotocol/sdk/server/index.js'
class Lines {
  async start() {
    process.stdin.on('data', (line) => this.onmessage?.(JSON.parse(String(line))))
  }
  async send(message) {
    process.stdout.write(JSON.stringify(message) + '\\n')
  }
  async close() {}
}
await new Server({ name: 'lines', version: '1.0.0' }, { capabilities: {} }).connect(new Lines())`,
    })
    await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
    for (const client of [await connectV1({ http: served.url }), await connectV2({ http: served.url })]) {
      assert.equal(client.getServerVersion()?.name, 'lines')
      await client.close()
    }
  })

  for (const [what, made] of Object.entries({
    'an object': `const lines = {
  async start() { stdin.on('data', (line) => this.onmessage?.(JSON.parse(String(line)))) },
  async send(message) { stdout.write(JSON.stringify(message) + '\\n') },
  async close() {},
}`,
    'a class over one with the streams': `class Streams {
  #in = process.stdin
  async start() { this.#in.on('data', (line) => this.onmessage?.(JSON.parse(String(line)))) }
  async close() {}
}
class Lines extends Streams { async send(message) { process.stdout.write(JSON.stringify(message) + '\\n') } }
const lines = new Lines()`,
  }))
    rarely(`a stdio transport of its own making: ${what}`, async () => {
      using project = new Project({
        'server.mjs': `import { stdin, stdout } from 'node:process'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
${made}
await new Server({ name: 'lines', version: '1.0.0' }, { capabilities: {} }).connect(lines)`,
      })
      await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
      const client = await connectV1({ http: served.url })
      assert.equal(client.getServerVersion()?.name, 'lines')
      await client.close()
    })

  rarely('an app whose listener is exported by the name of a server', async () => {
    using project = new Project({
      'server.mjs': `import express from 'express'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
const app = express()
app.post('/mcp', async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await new McpServer({ name: 'listens', version: '1.0.0' }).connect(transport)
  await transport.handleRequest(request, response)
})
const server = app.listen(3000)
export { app, server }`,
    })
    await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
    const client = await connectV1({ http: served.url })
    assert.equal(client.getServerVersion()?.name, 'listens')
    await client.close()
  })

  rarely('an app that speaks SSE alone, to a client on stdio', async () => {
    using project = new Project({
      'server.mjs': `import express from 'express'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
const app = express()
const transports = {}
app.get('/sse', async (_request, response) => {
  const transport = new SSEServerTransport('/messages', response)
  transports[transport.sessionId] = transport
  await new McpServer({ name: 'older', version: '1.0.0' }).connect(transport)
})
app.post('/messages', (request, response) => transports[request.query.sessionId].handlePostMessage(request, response))
app.listen(3001)`,
    })
    const words = ['run', 'server.mjs', '-t', 'stdio']
    const client = await connectV1({ stdio: words, cwd: project.folder })
    assert.equal(client.getServerVersion()?.name, 'older')
    await client.close()
  })

  rarely('an app that a function has made, exported by the name of a server', async () => {
    using project = new Project({
      'server.mjs': `import express from 'express'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
function createApp() {
  const app = express()
  app.post('/mcp', async (request, response) => {
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
    await new McpServer({ name: 'made', version: '1.0.0' }).connect(transport)
    await transport.handleRequest(request, response)
  })
  return app
}
export const app = createApp()
app.listen(3000)`,
    })
    await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
    const client = await connectV1({ http: served.url })
    assert.equal(client.getServerVersion()?.name, 'made')
    await client.close()
  })

  test('an object that is exported, and is told to run where it is made', async () => {
    using project = new Project({
      'server.ts': `import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
export class Weather {
  private readonly server = new Server({ name: 'weather', version: '1.0.0' }, { capabilities: {} })
  async run() {
    await this.server.connect(new StdioServerTransport())
  }
}
export const server = new Weather()
server.run().catch(console.error)`,
    })
    await using served = await serveHttp('server.ts', [], { cwd: project.folder })
    for (const client of [await connectV1({ http: served.url }), await connectV2({ http: served.url })]) {
      assert.equal(client.getServerVersion()?.name, 'weather')
      await client.close()
    }
  })

  const ofCommonJs = {
    'starts it behind a guard':
      'if (require.main === module) void server.connect(new StdioServerTransport())',
    'exports it': 'module.exports = { server }',
  }
  for (const [how, end] of Object.entries(ofCommonJs)) {
    test(`a server that is imported as by ES modules, in a file that ${how} as CommonJS does`, async () => {
      using project = new Project({
        'package.json': '{}',
        'server.ts': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const server: McpServer = new McpServer({ name: 'undeclared', version: '1.0.0' })
${end}`,
      })
      await using served = await serveHttp('server.ts', [], { cwd: project.folder })
      const client = await connectV1({ http: served.url })
      assert.equal(client.getServerVersion()?.name, 'undeclared')
      await client.close()
    })
  }

  rarely('a server that is a client of another', async () => {
    using project = new Project({
      'inner.mjs': `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const server = new McpServer({ name: 'inner', version: '1.0.0' })
server.registerTool('answer', {}, () => ({ content: [{ type: 'text', text: '42' }] }))
await server.connect(new StdioServerTransport())`,
      'server.mjs': `import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const client = new Client({ name: 'outer', version: '1.0.0' })
await client.connect(new StdioClientTransport({ command: process.execPath, args: ['inner.mjs'] }))
const server = new McpServer({ name: 'outer', version: '1.0.0' })
server.registerTool('pass', {}, () => client.callTool({ name: 'answer' }))
await server.connect(new StdioServerTransport())`,
    })
    await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
    const client = await connectV2({ http: served.url })
    assert.deepEqual((await client.callTool({ name: 'pass' })).content, [{ type: 'text', text: '42' }])
    await client.close()
  })

  /** How a file starts what its factory makes of arguments that only the file has, and of which the factory is not sure yet. */
  const startsWithArguments = {
    'behind a guard': 'if (import.meta.url === pathToFileURL(process.argv[1]).href) void start()',
    'behind a guard of another file': 'if (direct(import.meta.url)) void start()',
    'a little later': 'setTimeout(start, 500)',
    'by another file': "void import('./cli.js')",
  }
  for (const [how, starts] of chosen(Object.entries(startsWithArguments), 2)) {
    test(`a factory with arguments that the file has, started ${how}`, async () => {
      using project = new Project({
        'direct.js': `import { fileURLToPath } from 'node:url'
export const direct = (url) => process.argv[1] === fileURLToPath(url)`,
        'cli.js': "import { start } from './server.js'\nvoid start()",
        'package.json': '{ "type": "module" }',
        'server.js': `import { pathToFileURL } from 'node:url'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { direct } from './direct.js'
export function createServer(settings) {
  const server = new McpServer({ name: 'weather', version: '1.0.0' })
  server.registerTool('units', {}, () => ({ content: [{ type: 'text', text: settings.units.long }] }))
  return server
}
export const start = () => createServer({ units: { long: 'metric' } }).connect(new StdioServerTransport())
${starts}`,
      })
      await using served = await serveHttp('server.js', [], { cwd: project.folder })
      const client = await connectV1({ http: served.url })
      assert.equal(textOf(await client.callTool({ name: 'units' })), 'metric')
      await client.close()
    })
  }

  const wrapped = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
const make = () => new McpServer({ name: 'weather', version: '1.0.0' })
export class Weather {
  init() { return make().connect(new StdioServerTransport()) }
}
export const handle = async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await make().connect(transport)
  await transport.handleRequest(request, response)
}
`
  /** What is exported by the name of a server and is none, but starts one. */
  const lookAlikes = {
    'an object of a class of its own': 'export const server = new Weather()\nvoid server.init()',
    'an object of another file':
      "import { Weather } from './weather.js'\nconst one = new Weather()\nexport default one\nvoid one.init()",
    'a server of Node':
      "import { Server } from 'node:http'\nexport const server = new Server(handle)\nserver.listen(3979)",
    'an object around an app': `import express from 'express'
class App {
  express = express()
  listen() { this.express.post('/mcp', handle).listen(3979) }
}
export const app = new App()
app.listen()`,
    'an app of another file': "import { app } from './app.js'\napp.listen(3979)\nexport { app }",
    'an object around the server': 'export default { server: make(), name: 1 }',
    'a promise of the server': 'export default (async () => make())()',
    'nothing but a starter, of which a comment speaks': `export class Clock { run() {} }
// The program calls start() of this file.
export const start = () => new Weather().init()`,
  }
  for (const [what, starts] of chosen(Object.entries(lookAlikes), 3)) {
    test(`${what}, exported by the name of a server`, async () => {
      using project = new Project({
        'package.json': '{ "type": "module" }',
        'weather.js': wrapped,
        'app.js':
          "import express from 'express'\nimport { handle } from './weather.js'\nexport const app = express().post('/mcp', handle)",
        'server.js': /weather|app\.js/.test(starts) ? starts : `${wrapped}${starts}`,
      })
      await using served = await serveHttp('server.js', [], { cwd: project.folder })
      const client = await connectV1({ http: served.url })
      assert.equal(client.getServerVersion()?.name, 'weather')
      await client.close()
    })
  }

  test('a starter that is named', async () => {
    await callTwice({ stdio: ['run', `${shape('starter.ts')}:runServer`] }, 'starter')
  })

  rarely(
    "what a file gives tmcp's transport reaches its handlers, and nobody else hears what they say",
    async () => {
      await using served = await serveHttp(shape('tmcp-stdio.mjs'), ['--', 'good'])
      const client = await connectV1({ http: served.url })
      const progress: number[] = []
      const onprogress = (step: { progress: number }) => progress.push(step.progress)
      const { content } = await client.callTool({ name: 'mood' }, undefined, { onprogress })
      assert.deepEqual([content, progress], [[{ type: 'text', text: 'good' }], [1]])
      await client.close()
      assert.doesNotMatch(served.stdout + served.stderr, /jsonrpc/)
    },
  )
})

describe('files with a port of their own', () => {
  test('its own port is where it is served when nothing else is said', async () => {
    const blocked = createServer().listen(3972, '127.0.0.1')
    try {
      const outcome = await fastmcp(['run', shape('express-app.mjs')])
      assert.match(outcome.stderr, /cannot listen on 127\.0\.0\.1:3972: the port is in use/)
      assert.equal(outcome.code, 4)
    } finally {
      blocked.close()
    }
  })

  test('--token-env guards all of it', async () => {
    await using served = await serveHttp(shape('express-app.mjs'), ['--token-env', 'TOKEN'], {
      env: { TOKEN: 'secret' },
    })
    assert.equal((await fetch(new URL('/about', served.url))).status, 401)
    const headers = { authorization: 'Bearer secret' }
    assert.equal((await fetch(new URL('/about', served.url), { headers })).status, 200)
  })

  test('a port beside a server on stdio opens as it was meant to', async () => {
    using project = new Project({
      'server.mjs': `import { createServer } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const aside = createServer((_, response) => response.end('aside'))
aside.on('listening', () => console.error('open'))
aside.listen(3973, '127.0.0.1')
await new McpServer({ name: 'aside', version: '1.0.0' }).connect(new StdioServerTransport())`,
    })
    await using served = await serveHttp('server.mjs', [], { cwd: project.folder })
    // Once when it believes that it is, and once when it is.
    await served.until(times('open', 2))
    assert.equal(await (await fetch('http://127.0.0.1:3973')).text(), 'aside')
    assert.equal((await fetch(served.url, { method: 'DELETE' })).status, 400)
  })
})

describe('when nothing can be found', () => {
  const failures = {
    'exports only helpers': {
      source: 'export const config = {}\nconsole.error("WEATHER_KEY is not set")',
      says: [
        /exports {3}config \(object\)/,
        /caught {4}nothing/,
        /stderr {4}WEATHER_KEY is not set/,
        /server\.mjs:config/,
      ],
    },
    'exports nothing and ends': { source: 'void 0', says: [/exports {3}nothing/, /caught {4}nothing/] },
    'speaks by hand': {
      source: 'process.stdin.on("data", () => undefined)',
      says: [/fastmcp run --exec "node server\.mjs"/],
    },
    'is busy with something else': {
      source: 'setInterval(() => undefined, 1000)',
      says: [/caught {4}nothing/],
    },
    'is a project of another tool': {
      source: 'export const metadata = {}',
      says: [/this is an xmcp project/],
      files: { 'xmcp.config.ts': 'export default {}' },
    },
  }
  for (const [what, { source, says, ...rest }] of Object.entries(failures)) {
    test(`a file that ${what}`, async () => {
      using project = new Project({ 'server.mjs': source, ...('files' in rest ? rest.files : {}) })
      const outcome = await fastmcp(['run', 'server.mjs', '--load-timeout', '2'], { cwd: project.folder })
      assert.match(outcome.stderr, /^fastmcp: no MCP server in server\.mjs$/m)
      for (const line of says) assert.match(outcome.stderr, line)
      assert.doesNotMatch(outcome.stderr, /^\s+at /m)
      assert.equal(outcome.code, 3)
    })
  }
})
