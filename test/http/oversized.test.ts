import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { FastMCP } from 'fastmcp-cli'
import { runOptions } from '../../src/options/run-options.ts'
import { openSource } from '../support/event-source.ts'
import { announced, type Sender, senders, stubborn } from '../support/oversized.ts'
import { fastmcp, program, type Started, start } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'

const [limit, most] = ['100kb', 100 * 1024]

/** A call of `echo` that is exactly so long. */
function call(length: number): Buffer {
  const text = 'x'.repeat(length - rpc('tools/call', { name: 'echo', arguments: { text: '' } }, 7).length)
  return Buffer.from(rpc('tools/call', { name: 'echo', arguments: { text } }, 7))
}

const mounted = (by: string) => `
import { createServer } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import express from 'express'
import { FastMCP } from 'fastmcp-cli'
import { z } from 'zod'
const mcp = new FastMCP({ name: 'mounted', version: '1.0.0' })
mcp.tool({ name: 'echo', input: z.object({ text: z.string() }) }, ({ text }) => text)
mcp.customRoute('/unread', { methods: ['POST'] }, () => new Response('not read'))
const { fetch, listener } = mcp.mount({ maxBody: '${limit}' })
const server = ${by}
server.listen(0, '127.0.0.1', () => console.error('listening on http://127.0.0.1:' + server.address().port + '/mcp'))
`
const files = {
  'server.mjs': `
import { FastMCP } from 'fastmcp-cli'
import { z } from 'zod'
export const mcp = new FastMCP({ name: 'echo', version: '1.0.0' })
mcp.tool({ name: 'echo', input: z.object({ text: z.string() }) }, ({ text }) => text)
mcp.customRoute('/unread', { methods: ['POST'] }, () => new Response('not read'))
`,
  'by-itself.mjs': `
import { mcp } from './server.mjs'
await mcp.run({ transport: 'http', port: 0, maxBody: '${limit}' })
`,
  'node-http.mjs': mounted('createServer(listener)'),
  'express.mjs': mounted('createServer(express().use(listener))'),
  'hono.mjs': mounted('createAdaptorServer({ fetch })'),
}
const http = ['-t', 'http', '-p', '0']
const option = ['--max-body', limit]

const roads: Record<string, string[]> = {
  run: [program, 'run', 'server.mjs', ...http, ...option],
  'run, stateless': [program, 'run', 'server.mjs', ...http, '--stateless', ...option],
  dev: [program, 'dev', 'server.mjs', ...http, '--no-inspector', ...option],
  'run()': ['by-itself.mjs'],
  'mounted in node:http': ['node-http.mjs'],
  'mounted in Express': ['express.mjs'],
  'mounted in a web-standard host': ['hono.mjs'],
}

async function listening(args: readonly string[], cwd: string) {
  const started = start(process.execPath, args, { cwd })
  const [, url = ''] = await started.until(/listening on (\S+)/).catch(async (error: unknown) => {
    await started[Symbol.asyncDispose]()
    throw error
  })
  return { started, url: new URL(url) }
}

/** The statuses of three such requests at once, each as often as it came; an error stands for itself. */
async function statuses(sender: Sender, url: URL, headers: Record<string, string>, body: Buffer) {
  const one = () =>
    sender(url, headers, body).catch((error: Error) => Reflect.get(error, 'code') ?? String(error))
  return [...new Set(await Promise.all(Array.from({ length: 3 }, one)))]
}

describe('a message that is too large is refused, and its sender hears of it', () => {
  const project = new Project(files)
  after(() => project[Symbol.dispose]())
  for (const [road, args] of chosen(Object.entries(roads), 8)) {
    describe(road, () => {
      let server: { started: Started; url: URL }
      let session: Record<string, string>
      before(async () => {
        server = await listening(args, project.folder)
        session = await openSession(server.url)
      })
      after(() => server.started[Symbol.asyncDispose]())

      for (const [how, sender] of Object.entries(senders)) {
        // The road of the body is the same from here on, whoever sends it.
        if (road !== 'run' && sender !== announced && sender !== stubborn) continue
        test(`${how}: 413`, async () => {
          assert.deepEqual(await statuses(sender, server.url, session, call(12_000_000)), [413])
        })

        test(`${how}: an answer that came before the body was read is heard`, async () => {
          const unread = new URL('/unread', server.url)
          const body = Buffer.alloc(12_000_000, 'x')
          assert.deepEqual(await statuses(sender, unread, { 'content-type': 'text/plain' }, body), [200])
          const text = { ...session, 'content-type': 'text/plain' }
          assert.deepEqual(await statuses(sender, server.url, text, body), [415])
        })
      }

      test('what just fits is answered, and what does not is not', async () => {
        assert.equal((await send(server.url, { headers: session, body: call(most) })).status, 200)
        const beyond = await send(server.url, { headers: session, body: call(most + 1) })
        assert.equal(beyond.status, 413)
        assert.match(beyond.json?.error?.message ?? '', /102,?400/)
      })
    })
  }
})

describe('a message that is too large', () => {
  rarely('over SSE: 413, and the session goes on', async () => {
    using project = new Project(files)
    const { started, url } = await listening(
      [program, 'run', 'server.mjs', '-t', 'sse', '-p', '0', ...option],
      project.folder,
    )
    await using _server = started
    const stream = await openSource(url, { headers: { accept: 'text/event-stream' } })
    const place = new URL((await stream.next())?.data ?? '', url)
    for (const sender of Object.values(senders)) {
      assert.deepEqual(await statuses(sender, place, mcpHeaders, call(12_000_000)), [413])
    }
    assert.equal(
      (await send(place, { path: place.pathname + place.search, headers: mcpHeaders, body: initialize }))
        .status,
      202,
    )
    assert.match((await stream.next())?.data ?? '', /"serverInfo"/)
    stream.cut()
  })

  test('on stdio: an error, and the conversation goes on', async () => {
    using project = new Project(files)
    const lines = (length: number) => `${hello}${call(length)}\n${rpc('ping', {}, 9)}\n`
    const ask = (args: string[], length: number) =>
      fastmcp(['run', 'server.mjs', ...args], { cwd: project.folder, input: lines(length) })
    const small = await ask(option, most + 1)
    assert.match(
      small.stdout,
      /"id":null,"error":\{"code":-32600,"message":"a message is larger than 102400 bytes"/,
    )
    assert.match(small.stdout, /"result":\{\},"jsonrpc":"2.0","id":9|"id":9,"result":\{\}/)
    const usual = await ask([], 16 * 1024 * 1024 + 1)
    assert.match(usual.stdout, /a message is larger than 16777216 bytes/)
    assert.doesNotMatch((await ask(['--max-body', '20mb'], 16 * 1024 * 1024 + 1)).stdout, /"error"/)
  })
})

describe('the option', () => {
  const rows: [text: string, bytes: number | undefined][] = [
    ['4mb', 4_194_304],
    ['512KB', 524_288],
    ['1.5 MB', 1_572_864],
    ['65536', 65_536],
    ['2048b', 2048],
    ['1kb', 1024],
    ['256mb', 268_435_456],
    ['0.25gb', 268_435_456],
    ['257mb', undefined],
    ['1023', undefined],
    ['0', undefined],
    ['-4mb', undefined],
    ['4 tb', undefined],
    ['4mbb', undefined],
    ['1e6', undefined],
    ['Infinity', undefined],
    ['constructor', undefined],
    ['', undefined],
  ]
  for (const [text, bytes] of rows) {
    test(`--max-body ${JSON.stringify(text)}: ${bytes ?? 'refused'}`, () => {
      if (bytes !== undefined) assert.equal(runOptions.maxBody.parse(text), bytes)
      else assert.throws(() => runOptions.maxBody.parse(text), /must be a size from 1kb to 256mb, not "/)
    })
  }

  test('a size that is none is one line, with what would do', async () => {
    const { code, stderr } = await fastmcp(['run', 'server.mjs', '--max-body', 'huge'])
    assert.equal(code, 2)
    assert.equal(stderr, 'fastmcp: --max-body: must be a size from 1kb to 256mb, not "huge"\n')
  })

  test('mount() says what is wrong with its own', () => {
    const mcp = new FastMCP({ name: 'x' })
    assert.throws(() => mcp.mount({ maxBody: 'huge' }), /mount: maxBody must be a size from 1kb to 256mb/)
  })
})
