import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { connectV2 } from '../support/clients.ts'
import { textOf } from '../support/dev.ts'
import { listening, program, type Started, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen, rarely, whole } from '../support/whole.ts'

const mounted = (by: string) => `
import { createServer } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import express from 'express'
import { mcp } from './server.mjs'
const { fetch, listener } = mcp.mount()
const server = ${by}
server.listen(0, '127.0.0.1', () => console.error('listening on http://127.0.0.1:' + server.address().port + '/mcp'))
`
const files = {
  'server.mjs': `
import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'quick' })
mcp.tool({ name: 'version' }, () => 'here')
`,
  'node-http.mjs': mounted('createServer(listener)'),
  'express.mjs': mounted('createServer(express().use(listener))'),
  'hono.mjs': mounted('createAdaptorServer({ fetch })'),
}
const http = ['-t', 'http', '-p', '0']

/** How each is started, and whether the connections are ours to keep or the host's. */
const roads: Record<string, { words: string[]; listens: boolean }> = {
  run: { words: [program, 'run', 'server.mjs', ...http], listens: true },
  'run, SSE': { words: [program, 'run', 'server.mjs', '-t', 'sse', '-p', '0'], listens: true },
  dev: { words: [program, 'dev', 'server.mjs', ...http, '--no-inspector'], listens: true },
  'mounted in node:http': { words: ['node-http.mjs'], listens: false },
  'mounted in Express': { words: ['express.mjs'], listens: false },
  'mounted in a web-standard host': { words: ['hono.mjs'], listens: false },
}

/** A connection that says these first and then a byte a second, and what it is told. */
async function slowly(
  { port, hostname }: URL,
  first: string,
  hear: (socket: Socket) => Promise<string>,
): Promise<{ said: string; took: number }> {
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const started = performance.now()
  const timer = setInterval(() => socket.write('x'), 1_000)
  // Written to after the other side has closed it.
  socket.on('error', () => undefined)
  socket.write(first)
  const said = await hear(socket)
  clearInterval(timer)
  socket.destroy()
  return { said, took: performance.now() - started }
}

/** Whose connection it is, is the host's matter. */
const untilAnswered = async (socket: Socket) => String((await once(socket, 'data'))[0])

function untilClosed(socket: Socket): Promise<string> {
  let said = ''
  socket.on('data', (chunk) => {
    said += chunk.toString()
  })
  socket.on('error', () => undefined)
  return new Promise((resolve) => socket.once('close', () => resolve(said)))
}

const idle = 1_000

describe('clients that take their time', { concurrency: true }, () => {
  const project = new Project(files)
  after(() => project[Symbol.dispose]())
  for (const [road, { words, listens }] of chosen(Object.entries(roads), 3)) {
    describe(road, { concurrency: true }, () => {
      let server: Started & { url: URL }
      before(async () => {
        server = await listening(start(process.execPath, words, { cwd: project.folder }))
      })
      after(() => server[Symbol.asyncDispose]())

      const body = { skip: !whole && 'a minute: only when named' }
      // A message over SSE needs a session first, and then goes the same way.
      if (road !== 'run, SSE')
        test('a body that comes a byte a second: 408 in 70 s', body, async () => {
          const { host, pathname } = server.url
          const lines = [`Host: ${host}`, 'Content-Type: application/json', 'Content-Length: 1000']
          const accept = 'Accept: application/json, text/event-stream'
          const head = [`POST ${pathname} HTTP/1.1`, ...lines, accept].join('\r\n')
          const { said, took } = await slowly(server.url, `${head}\r\n\r\n{`, untilAnswered)
          assert.match(said, /^HTTP\/1\.1 408 Request Timeout\r\n/)
          assert.ok(took < 70_000, String(took))
        })

      if (!listens) return
      test('headers that come a byte a second: 408 in 25 s', async () => {
        const { said, took } = await slowly(
          server.url,
          'POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: ',
          untilClosed,
        )
        assert.match(said, /^HTTP\/1\.1 408 Request Timeout\r\n/)
        assert.ok(took < 25_000, String(took))
      })

      rarely(`${idle} that say nothing: closed in 25 s, and others are served`, async () => {
        const started = performance.now()
        const ports = Array.from({ length: idle }, () =>
          connect(Number(server.url.port), server.url.hostname),
        )
        const ended = Promise.all(ports.map(untilClosed))
        await Promise.all(ports.map((socket) => once(socket, 'connect')))
        if (road !== 'run, SSE') {
          const client = await connectV2({ http: server.url })
          assert.equal(await textOf(client, 'version'), 'here')
          await client.close()
        }
        const said = await ended
        assert.ok(said.every((words) => words.startsWith('HTTP/1.1 408 Request Timeout\r\n')))
        assert.ok(performance.now() - started < 25_000)
        assert.doesNotMatch(server.stderr, /rror/)
      })
    })
  }
})
