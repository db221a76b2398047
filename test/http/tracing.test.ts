import assert from 'node:assert/strict'
import { describe } from 'node:test'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { listening, program, type Started, start } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { callBody, callModern, meta } from '../support/raw-calls.ts'
import { openSession, send } from '../support/raw-http.ts'
import { rarely } from '../support/whole.ts'

/** As a user's instrumentation file is, with an exporter that prints. */
const instrumentation = `
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
const exporter = {
  export(spans, done) {
    for (const span of spans) {
      const { name, kind, attributes, status, links } = span
      const { traceId, spanId } = span.spanContext()
      const about = { name, kind, attributes, status, traceId, spanId, parent: span.parentSpanContext?.spanId }
      process.stderr.write('SPAN ' + JSON.stringify({ ...about, links: links.map(({ context }) => context.spanId) }) + '\\n')
    }
    done({ code: 0 })
  },
  shutdown: async () => undefined,
}
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
`

const server = `
import { trace } from '@opentelemetry/api'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
const tracer = trace.getTracer('user')
export const server = new McpServer({ name: 'traced', version: '1.0.0' })
server.registerTool('work', {}, async () => {
  await new Promise((resolve) => setTimeout(resolve, 5))
  await tracer.startActiveSpan('inside', async (span) => span.end())
  return { content: [{ type: 'text', text: 'done' }] }
})
server.registerTool('fail', {}, async () => ({ content: [], isError: true }))
`

interface SpanSeen {
  name: string
  kind: number
  attributes: Record<string, unknown>
  status: { code: number; message?: string }
  traceId: string
  spanId: string
  parent?: string
  links: string[]
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = (span: string) => `00-${traceId}-${span}-01`
const [here, there] = ['00f067aa0ba902b7', '00f067aa0ba902b8']

const spansIn = ({ stderr }: Started): SpanSeen[] =>
  [...stderr.matchAll(/^SPAN (.*)$/gm)].map(([, text = '']) => JSON.parse(text))

async function spanOf(started: Started, name: string, id: string): Promise<SpanSeen> {
  await started.until(new RegExp(`SPAN .*"name":"${name}".*"jsonrpc.request.id":"${id}".*\\n`))
  const found = spansIn(started).find((one) => one.attributes['jsonrpc.request.id'] === id)
  return found ?? assert.fail(started.stderr)
}

const project = () => {
  const packages = '@modelcontextprotocol/sdk@1 zod@4 @opentelemetry/api@1 @opentelemetry/sdk-trace-node@2'
  const files = { 'first.mjs': instrumentation, 'server.mjs': server, 'package.json': '{ "type": "module" }' }
  return new Project(files, cachedModules('open-telemetry', packages))
}

describe('calls are spans where the process has OpenTelemetry', () => {
  rarely('over HTTP, in both eras, with the parent that the client names', async () => {
    using folder = project()
    const args = [program, 'run', 'server.mjs', '--import', './first.mjs', '-t', 'http', '-p', '0']
    await using running = await listening(start(process.execPath, args, { cwd: folder.folder }))
    const headers = await openSession(running.url)
    const both = { ...headers, traceparent: traceparent(there) }
    const named = callBody('work', {}, 'named', {
      _meta: { traceparent: traceparent(here), hostile: { get: 7 } },
    })
    await send(running.url, { headers: both, body: named })
    await send(running.url, { headers: both, body: callBody('work', {}, 'headed') })
    await send(running.url, { headers, body: callBody('fail', {}, 'failed') })
    await send(running.url, { headers, body: callBody('x'.repeat(999), {}, 'missing') })
    const span = await spanOf(running, 'tools/call work', 'named')
    assert.deepEqual([span.kind, span.traceId, span.parent, span.status.code], [1, traceId, here, 0])
    const { 'mcp.session.id': session, ...attributes } = span.attributes
    assert.match(String(session), /^[0-9a-f]{12}$/)
    assert.deepEqual(attributes, {
      'mcp.method.name': 'tools/call',
      'jsonrpc.request.id': 'named',
      'gen_ai.tool.name': 'work',
      'gen_ai.operation.name': 'execute_tool',
      'mcp.protocol.version': '2025-11-25',
      'network.transport': 'tcp',
      'network.protocol.name': 'http',
    })
    const [inside] = spansIn(running).filter((one) => one.name === 'inside')
    assert.deepEqual([inside?.parent, inside?.traceId], [span.spanId, traceId])
    assert.equal((await spanOf(running, 'tools/call work', 'headed')).parent, there)
    const failed = await spanOf(running, 'tools/call fail', 'failed')
    assert.deepEqual(
      [failed.attributes['error.type'], failed.status.code, failed.parent],
      ['tool_error', 2, undefined],
    )
    const modern = { _meta: { ...meta, traceparent: traceparent(here) } }
    await callModern(running.url, 'work')
    await send(running.url, {
      headers: {
        ...headers,
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'work',
      },
      body: callBody('work', {}, 'modern', modern),
    })
    await running.until(/SPAN .*"name":"inside".*(?:[\s\S]*"name":"inside"){3}/)
    const work = spansIn(running).filter((one) => one.name === 'tools/call work')
    assert.deepEqual(
      work.map((one) => one.parent),
      [here, there, undefined, here],
    )
    const children = spansIn(running).filter((one) => one.name === 'inside')
    assert.deepEqual(
      children.map((one) => one.parent),
      work.map((one) => one.spanId),
    )
  })

  const onStdio = async (args: string[]) => {
    using folder = project()
    await using running = start(process.execPath, [program, ...args], { cwd: folder.folder })
    running.child.stdin?.write(hello)
    running.child.stdin?.write(
      `${callBody('work', {}, 'named', { _meta: { traceparent: traceparent(here) } })}\n`,
    )
    await running.until(/"named"/, 'stdout')
    const span = await spanOf(running, 'tools/call work', 'named')
    assert.deepEqual([span.parent, span.attributes['network.transport']], [here, 'pipe'])
    const [inside] = spansIn(running).filter((one) => one.name === 'inside')
    assert.equal(inside?.parent, span.spanId)
  }
  rarely('on stdio', () => onStdio(['run', 'server.mjs', '--import', './first.mjs']))
  rarely('under dev', () =>
    onStdio(['dev', 'server.mjs', '--import', './first.mjs', '-t', 'stdio', '--no-inspector']),
  )
})
