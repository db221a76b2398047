import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { connectV1 } from '../support/clients.ts'
import { type Started, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

const definition = `
import { FastMCP } from 'fastmcp-cli'
const mcp = new FastMCP({ name: 'demo', version: '1.0.0' })
mcp.server.onclose = () => console.log('closed')
mcp.tool({ name: 'wait' }, async () => {
  console.log('called')
  await new Promise((resolve) => setTimeout(resolve, 400))
  return 'waited'
})
const failed = (error) => console.log('rejected: ' + error.message)
`
const http = `{ transport: 'http', port: 0 }`

/** Programs that use the library, as people write them. */
const programs = {
  'twice.mjs': `
const first = mcp.run(${http})
await mcp.run(${http}).catch(failed)
await first`,
  'inside.mjs': `
const again = () => mcp.run(${http}).then(() => 'it runs', (error) => error.message)
mcp.tool({ name: 'again' }, again)
mcp.customRoute('/again', async () => new Response(await again()))
if (process.argv[2] === 'run') await mcp.run(${http})
else console.log((await mcp.runAsync(${http})).url)`,
  'after.mjs': `
const { url } = await mcp.runAsync(${http})
console.log('first ' + url)
await mcp.run(${http})`,
  'two.mjs': `
const first = await mcp.runAsync(${http})
const second = await mcp.runAsync(${http})
const port = Number(new URL(second.url).port)
await mcp.runAsync({ transport: 'http', port }).catch(failed)
console.log('both ' + first.url + ' ' + second.url)
process.stdin.once('data', async () => {
  await first.close()
  await first.close()
  console.log('one left')
  process.stdin.once('data', () => second.close())
})`,
  'stdio.mjs': `
await mcp.runAsync()
await mcp.runAsync().catch((error) => console.error('rejected: ' + error.message))`,
  'taken.mjs': `
const { url } = await mcp.runAsync(${http})
const taken = { transport: 'http', port: Number(new URL(url).port) }
if (process.argv[2] === 'caught') {
  await mcp.run(taken).catch(failed)
  await mcp.run(${http})
} else await mcp.run(taken)`,
  'top-level.mjs': `await mcp.run(${http})`,
  'unawaited.mjs': `mcp.run(${http})`,
  'main.mjs': `
async function main() {
  await mcp.run(${http})
}
await main()`,
  'main-unawaited.mjs': `
async function main() {
  await mcp.run(${http})
}
main().catch((error) => {
  console.error(error)
  process.exit(1)
})`,
  'host.mjs': `
process.on('SIGTERM', () => console.error('SIGTERM of the host'))
process.on('SIGINT', () => console.error('SIGINT of the host'))
const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'beforeExit', 'uncaughtException', 'unhandledRejection']
const watched = () => JSON.stringify([
  events.map((name) => process.listenerCount(name)),
  [process.stdin, process.stdout].map((stream) => ['data', 'end', 'close', 'error'].map((name) => stream.listenerCount(name))),
  process.exit.name, process.stdin.constructor.name, process.stdout.constructor.name,
])
const before = watched()
const handle = await mcp.runAsync({ transport: process.argv[2], port: 0 })
console.error('served ' + handle.url)
process.once('SIGUSR2', async () => {
  await handle.close()
  console.error(watched() === before ? 'all as before' : before + watched())
  console.log('words of the host')
  process.stdin.once('data', (chunk) => console.log('read ' + chunk))
})`,
  'any.mjs': `
const [kind, options] = process.argv.slice(2)
mcp.tool({ name: 'log' }, async (_args, ctx) => {
  await ctx.log.error('a word')
  return 'logged'
})
const { url } = await mcp[kind](JSON.parse(options)).catch(failed) ?? {}
if (url) console.error('listening on ' + url)`,
}

let project: Project
before(() => {
  const sources = Object.entries(programs).map(([name, code]) => [name, definition + code])
  project = new Project({
    ...Object.fromEntries(sources),
    'common.cjs': `
const { FastMCP } = require('fastmcp-cli')
new FastMCP({ name: 'demo' }).run(${http})`,
  })
})
after(() => project[Symbol.dispose]())

const host = (name: keyof typeof programs | 'common.cjs', ...args: string[]) =>
  start(process.execPath, [project.path(name), ...args])

const called = async (url: string, name = 'wait') => {
  const client = await connectV1({ http: new URL(url) })
  const result = await client.callTool({ name, arguments: {} }).finally(() => client.close())
  return (result.content as { text: string }[])[0]?.text
}

const listening = async (server: Started) => (await server.until(/listening on (\S+)/))[1] ?? ''
const alreadyServed = (what: string) =>
  new RegExp(
    `run\\(\\) owns the whole process, which already serves ${what}\\. Use: const handle = await mcp\\.runAsync\\(options\\)`,
  )

describe('run() owns the process', () => {
  test('a second one is told what the first one serves, and where', async () => {
    await using server = host('twice.mjs')
    const url = await listening(server)
    await server.until(/^rejected: .*$/m)
    assert.match(server.stderr, alreadyServed(`demo on ${url}`))
    assert.equal(await called(url), 'waited')
  })

  for (const kind of ['run', 'runAsync']) {
    test(`it is refused inside a handler of a server of ${kind}()`, async () => {
      await using server = host('inside.mjs', kind)
      const stream = kind === 'run' ? 'stderr' : 'stdout'
      const [url = ''] = await server.until(/http:\S+/, stream)
      const reason = alreadyServed(`demo on ${url}`)
      assert.match((await called(url, 'again')) ?? '', reason)
      assert.match(await (await fetch(new URL('/again', url))).text(), reason)
    })
  }

  test('after runAsync() it serves too, and its stop waits for the calls of both', async () => {
    await using server = host('after.mjs')
    const [, first = ''] = await server.until(/first (\S+)/, 'stdout')
    const second = await listening(server)
    const calls = Promise.all([called(first), called(second)])
    await server.until(/called\ncalled/, 'stdout')
    server.kill('SIGTERM')
    assert.deepEqual(await calls, ['waited', 'waited'])
    assert.deepEqual(await server.exited, { code: 0, signal: null })
  })

  for (const name of [
    'top-level.mjs',
    'unawaited.mjs',
    'main.mjs',
    'main-unawaited.mjs',
    'common.cjs',
  ] as const) {
    test(`it serves until it is told to stop: ${name}`, async () => {
      await using server = host(name)
      const url = await listening(server)
      assert.equal((await send(new URL(url), { headers: mcpHeaders, body: rpc('ping') })).status, 400)
      server.kill('SIGTERM')
      assert.deepEqual(await server.exited, { code: 0, signal: null })
    })
  }

  test('a start that fails is one line and an exit code, unless it is caught', async () => {
    await using server = host('taken.mjs')
    assert.equal((await server.exited).code, 4)
    assert.match(server.stderr, /^fastmcp: cannot listen on 127\.0\.0\.1:\d+: the port is in use\. .*\n$/)
    await using second = host('taken.mjs', 'caught')
    await listening(second)
    assert.match(second.stdout, /rejected: cannot listen/)
  })
})

describe('runAsync() leaves the process alone', () => {
  test('two ports of one server; the clean-up of user code comes with the last close', async () => {
    await using server = host('two.mjs')
    const [, first = '', second = ''] = await server.until(/both (\S+) (\S+)/, 'stdout')
    assert.match(server.stdout, /rejected: cannot listen on 127\.0\.0\.1:\d+: the port is in use/)
    assert.deepEqual(await Promise.all([called(first), called(second)]), ['waited', 'waited'])
    server.child.stdin?.write('next\n')
    await server.until(/one left/, 'stdout')
    assert.doesNotMatch(server.stdout, /^closed/m)
    await assert.rejects(called(first))
    assert.equal(await called(second), 'waited')
    server.child.stdin?.write('next\n')
    await server.until(/^closed$/m, 'stdout')
    server.child.stdin?.end()
    assert.deepEqual(await server.exited, { code: 0, signal: null })
    assert.equal(server.stdout.match(/^closed$/gm)?.length, 1)
  })

  test('stdio can be served once', async () => {
    await using server = host('stdio.mjs')
    await server.until(/rejected: stdio already serves demo, and a process has only one/)
  })

  for (const transport of chosen(['stdio', 'http', 'sse'], 2)) {
    test(`its close() gives back what the host had: ${transport}`, {
      skip: process.platform === 'win32',
    }, async () => {
      await using server = host('host.mjs', transport)
      await server.until(/served/)
      if (transport === 'stdio') {
        server.child.stdin?.write(`${rpc('ping')}\n`)
        await server.until(/"result":\{\}/, 'stdout')
      }
      for (const signal of ['SIGTERM', 'SIGINT'] as const) {
        server.kill(signal)
        await server.until(new RegExp(`${signal} of the host`))
      }
      server.kill('SIGUSR2')
      await server.until(/all as before|\[.*\]/)
      assert.match(server.stderr, /all as before/)
      await server.until(/words of the host/, 'stdout')
      server.child.stdin?.write('hello')
      await server.until(/read hello/, 'stdout')
      server.child.stdin?.end()
      assert.deepEqual(await server.exited, { code: 0, signal: null })
    })
  }
})

async function checkHttp(url: URL): Promise<void> {
  const headers = await openSession(url)
  const log = rpc('tools/call', { name: 'log', arguments: {} }, 2)
  const answer = await send(url, { headers: { ...headers, accept: 'application/json' }, body: log })
  assert.equal(answer.headers['content-type'], 'application/json')
  assert.match(answer.text, /"logged"/)
  // Of two sessions at the most, the one that was never used makes room for a third.
  const unused = await openSession(url)
  await openSession(url)
  const again = (session: Record<string, string>) => send(url, { headers: session, body: rpc('ping', {}, 3) })
  assert.deepEqual([(await again(unused)).status, (await again(headers)).status], [404, 200])
}

async function checkSse(url: URL): Promise<void> {
  const open = async () => {
    const abort = new AbortController()
    const { status, body } = await fetch(url, { signal: abort.signal })
    const reader = body?.getReader()
    const chunk = await reader?.read()
    return {
      status,
      abort,
      text: new TextDecoder().decode(chunk?.value),
      next: reader?.read().catch(() => undefined),
    }
  }
  const streams = [await open(), await open(), await open()]
  assert.match(streams[0]?.text ?? '', /^event: endpoint\ndata: \/post\/\?session_id=/)
  assert.deepEqual(
    streams.map(({ status }) => status),
    [200, 200, 200],
  )
  // Of two sessions at the most, the one that was there first and never used made room for the third.
  assert.equal((await streams[0]?.next)?.done, true)
  for (const { abort } of streams) abort.abort()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Tries again until the server is there. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      if (tries >= 200) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

/** Options that do not get in each other's way, and what each of them shows. */
const first = {
  host: 'localhost',
  path: '/here',
  messagePath: '/post/',
  jsonResponse: true,
  allowedHosts: ['shop.example'],
  allowedOrigins: ['https://shop.example'],
  health: true,
  maxSessions: 2,
  logFormat: 'json',
}
const second = { banner: false, sessionTimeout: 1, logLevel: 'error', health: '/up', stateless: true }

for (const kind of chosen(['run', 'runAsync'], 2)) {
  describe(`the options of ${kind}()`, () => {
    for (const transport of ['http', 'sse'] as const) {
      test(`${transport}: where, for whom, how many`, async () => {
        await using server = host('any.mjs', kind, JSON.stringify({ transport, port: 0, ...first }))
        const [text = ''] = await server.until(/http:\/\/localhost:\d+\/here/)
        const url = new URL(text)
        const get = (path: string, headers: Record<string, string> = {}) =>
          send(url, { method: 'GET', path, headers })
        assert.equal((await get('/health')).text, '{"status":"ok"}')
        assert.equal((await get('/other', { host: 'shop.example' })).status, 404)
        assert.equal((await get('/other', { host: 'else.example' })).status, 403)
        await server.until(/^\{.*"level":"warning","message":"refused GET \/other: .*\}$/m)
        const fromPage = await get('/other', { origin: 'https://shop.example' })
        assert.equal(fromPage.headers['access-control-allow-origin'], 'https://shop.example')
        if (transport === 'http') await checkHttp(url)
        else await checkSse(url)
      })

      test(`${transport}: how long, how loud`, async () => {
        const { stateless, ...rest } = second
        const options = { transport, port: 0, ...rest, ...(transport === 'http' && { stateless }) }
        // A server that says nothing has to be found by its port.
        const port = await freePort()
        await using server = host('any.mjs', kind, JSON.stringify({ ...options, port }))
        const url = new URL(`http://127.0.0.1:${port}/${transport === 'http' ? 'mcp' : 'sse'}`)
        const health = await retried(() => send(url, { method: 'GET', path: '/up' }))
        assert.equal(health.status, 200)
        await send(url, { method: 'GET', headers: { host: 'else.example' } })
        const client = await connectV1(transport === 'http' ? { http: url } : { sse: url })
        assert.equal((await client.listTools()).tools.length, 2)
        await client.close()
        if (kind === 'run') assert.equal(server.stderr, '')
        else assert.doesNotMatch(server.stderr, /refused/)
      })
    }

    test('an idle session ends after its time', async () => {
      await using server = host('any.mjs', kind, '{"transport":"http","port":0,"sessionTimeout":1}')
      const url = new URL(await listening(server))
      const headers = await openSession(url)
      const deadline = Date.now() + 10_000
      let status = 0
      while (status !== 404 && Date.now() < deadline) {
        // Every request counts as a sign of life, so asking more often would keep it alive.
        await new Promise((resolve) => setTimeout(resolve, 1_500))
        status = (await send(url, { headers, body: rpc('ping') })).status
      }
      assert.equal(status, 404)
    })

    test('stdio: all of them, which mean nothing there', async () => {
      const { stateless: _, ...rest } = second
      const options = JSON.stringify({ ...first, ...rest, transport: 'stdio', port: 1 })
      const client = await connectV1({ stdio: [kind, options], program: project.path('any.mjs') })
      assert.equal((await client.listTools()).tools.length, 2)
      await client.close()
    })

    test('what cannot be is refused in one line', async () => {
      const rows: [object, RegExp][] = [
        [
          { transport: 'pigeon' },
          /transport: must be one of stdio, streamable-http, sse, http, not "pigeon"/,
        ],
        [{ transport: 'http', port: -1 }, /port: must be/],
        [{ transport: 'sse', stateless: true }, /--stateless has no effect on SSE/],
        [{ colour: 'red' }, /unknown option "colour"/],
      ]
      for (const [options, reason] of rows) {
        await using server = host('any.mjs', kind, JSON.stringify(options))
        await server.until(/^rejected: .*$/m, 'stdout')
        assert.match(server.stdout, reason)
      }
    })
  })
}
