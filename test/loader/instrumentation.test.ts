import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { program, start } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

// What others have written to watch a program, beside the same program under plain Node.

/** Its one tool asks an app of its own on a port, and logs. */
const server = `
import express from 'express'
import pino from 'pino'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
const log = pino(globalThis.logging ?? { level: 'silent' })
const app = express().get('/hello/:name', (request, response) => { response.send('hello ' + request.params.name) })
const server = new McpServer({ name: 'watched', version: '1.0.0' })
server.registerTool('ask', {}, async () => {
  log.info('asked')
  const listener = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  const answer = await fetch('http://127.0.0.1:' + listener.address().port + '/hello/you')
  const text = await answer.text()
  listener.close()
  await globalThis.flushed?.()
  return { content: [{ type: 'text', text }] }
})
await server.connect(new StdioServerTransport())
`

interface Case {
  packages: string
  files: Record<string, string>
  /** Words before the file, of Node and of ours alike. */
  args: readonly string[]
  /** What has to be among what was seen, so that two that see nothing are not taken for equal. */
  sees: RegExp
}

const common = '@modelcontextprotocol/sdk@1 express@5 zod@4 pino@10'
const note = "const note = (text) => process.stderr.write('SEEN ' + text + '\\n')\n"

const openTelemetry = `${note}
import { register } from 'node:module'
register('@opentelemetry/instrumentation/hook.mjs', import.meta.url)
const { NodeSDK, tracing } = await import('@opentelemetry/sdk-node')
const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http')
const { ExpressInstrumentation } = await import('@opentelemetry/instrumentation-express')
const { UndiciInstrumentation } = await import('@opentelemetry/instrumentation-undici')
const exporter = {
  export(spans, done) { for (const span of spans) note(span.instrumentationScope.name + ' ' + span.name); done({ code: 0 }) },
  shutdown: async () => undefined,
}
const spanProcessors = [new tracing.SimpleSpanProcessor(exporter)]
const instrumentations = [new HttpInstrumentation(), new ExpressInstrumentation(), new UndiciInstrumentation()]
new NodeSDK({ spanProcessors, instrumentations }).start()
`

const sentry = (begin: string) => `${note}${begin}
Sentry.init({
  dsn: 'http://public@127.0.0.1:9/1',
  tracesSampleRate: 1,
  transport: (options) => Sentry.createTransport(options, async ({ body }) => {
    for (const line of Buffer.from(body).toString().split('\\n')) {
      const { type, transaction, spans = [] } = JSON.parse(line || '{}')
      if (type === 'transaction' && transaction) note(transaction + ' ' + spans.map(({ op, description }) => op + ' ' + description).sort())
    }
    return {}
  }),
})
globalThis.flushed = () => Sentry.flush(2000)
`

const cases: Record<string, Case> = {
  'import-in-the-middle': {
    packages: 'import-in-the-middle@2',
    files: {
      'first.mjs': `${note}import { register } from 'node:module'
import { Hook } from 'import-in-the-middle'
register('import-in-the-middle/hook.mjs', import.meta.url)
new Hook(['express', 'pino'], (exports, name) => { note(name + ' ' + typeof exports.default) })`,
    },
    args: ['--import', './first.mjs'],
    sees: /express function[\s\S]*pino function/,
  },
  'require-in-the-middle, from CommonJS': {
    packages: 'require-in-the-middle@8',
    files: {
      'first.cjs': `${note}const { Hook } = require('require-in-the-middle')
new Hook(['express', 'router'], (exports, name) => { note(name + ' ' + typeof exports); return exports })`,
    },
    args: ['--require', './first.cjs'],
    sees: /router function/,
  },
  OpenTelemetry: {
    packages:
      '@opentelemetry/sdk-node @opentelemetry/instrumentation-http @opentelemetry/instrumentation-express @opentelemetry/instrumentation-undici',
    files: { 'first.mjs': openTelemetry },
    args: ['--import', './first.mjs'],
    sees: /-express request handler\n.*-http GET \/hello\/:name\n.*-undici GET/,
  },
  Sentry: {
    packages: '@sentry/node@10',
    files: { 'first.mjs': sentry("import * as Sentry from '@sentry/node'") },
    args: ['--import', './first.mjs'],
    sees: /GET \/hello\/:name .*request_handler\.express/,
  },
  "Sentry's own preload": {
    packages: '@sentry/node@10',
    files: { 'late.mjs': sentry("import * as Sentry from '@sentry/node'") },
    args: ['--import', '@sentry/node/preload', '--import', './late.mjs'],
    sees: /GET \/hello\/:name .*request_handler\.express/,
  },
  'pino, with transports in threads': {
    packages: '',
    files: {
      'lines.mjs': `${note}import { Writable } from 'node:stream'
export default () => new Writable({ write(lines, _, done) { for (const line of String(lines).trim().split('\\n')) note('a line of ' + JSON.parse(line).msg); done() } })`,
      'first.mjs': `globalThis.logging = { transport: { targets: [
  { target: new URL('./lines.mjs', import.meta.url).pathname },
  { target: 'pino/file', options: { destination: 2 } },
] } }
globalThis.flushed = () => new Promise((resolve) => setTimeout(resolve, 1000))`,
    },
    args: ['--import', './first.mjs'],
    sees: /a line of asked/,
  },
  'dd-trace': {
    packages: 'dd-trace@5',
    files: {
      'agent.mjs': `${note}import { createServer } from 'node:http'
// An agent in the program itself, which sees what the tracer sends.
const agent = createServer((request, response) => {
  let text = ''
  request.setEncoding('latin1').on('data', (chunk) => { text += chunk }).on('end', () => {
    if (/\\/traces$/.test(request.url)) for (const name of new Set(text.match(/express\\.request|express\\.middleware|\\/hello\\/:name/g) ?? [])) note(name)
    response.end('{}')
  })
}).listen(18126, '127.0.0.1')
agent.unref()
globalThis.flushed = () => new Promise((resolve) => setTimeout(resolve, 3000))`,
    },
    args: ['--import', 'dd-trace/initialize.mjs', '--import', './agent.mjs'],
    sees: /express\.request/,
  },
}

/** The spans of the requests themselves, which plain Node knows nothing of (test/http/tracing.test.ts). */
const ours = /^(?:fastmcp-cli )?(?:initialize|ping|tools\/\w+)\b/

/** What has been seen of one call of the tool, in the order of the alphabet: much of it has no other. */
async function seenBy(project: Project, args: readonly string[]): Promise<string> {
  const env = { DD_TRACE_AGENT_URL: 'http://127.0.0.1:18126', DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false' }
  await using running = start(process.execPath, args, { cwd: project.folder, env })
  running.child.stdin?.write(hello)
  running.child.stdin?.write(
    `${JSON.stringify({ jsonrpc: '2.0', id: 'ask', method: 'tools/call', params: { name: 'ask', arguments: {} } })}\n`,
  )
  await running.until(/"hello you"/, 'stdout')
  running.child.kill()
  await running.exited
  return [...running.stderr.matchAll(/^SEEN (.*)$/gm)]
    .map(([, text = '']) => text)
    .filter((text) => !ours.test(text))
    .sort()
    .join('\n')
}

describe('what watches a program sees the same as under Node', () => {
  for (const [name, { packages, files, args, sees }] of Object.entries(cases)) {
    test(name, async () => {
      const modules = cachedModules(
        `instrumentation-${packages.replaceAll(/[^a-z0-9]+/g, '-')}`,
        `${common} ${packages}`.trim(),
      )
      const text = { 'server.mjs': server, 'server.ts': `${server}\nexport type Kind = 'typed'`, ...files }
      using project = new Project({ ...text, 'package.json': '{ "type": "module" }' }, modules)
      const wanted = await seenBy(project, [...args, 'server.mjs'])
      assert.match(wanted, sees)
      for (const file of ['server.mjs', 'server.ts', 'server.ts'])
        assert.equal(await seenBy(project, [program, 'run', file, ...args]), wanted, file)
    })
  }
})
