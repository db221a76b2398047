import assert from 'node:assert/strict'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Edited } from '../support/dev.ts'
import { fastmcp, serveHttp, serveSse } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { initialize, mcpHeaders, rpc, send } from '../support/raw-http.ts'
import { rarely } from '../support/whole.ts'
import { roads } from './guarded-roads.ts'
import { unguarded } from './guarded-server.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const post = (url: URL, body: string, headers = {}) =>
  send(url, { headers: { ...mcpHeaders, ...headers }, body })
const modernList = rpc('tools/list', {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
})
const modern = { ...mcpHeaders, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }
const plain = unguarded['a plain file of SDK v1']

/** What user code may have replaced by the time that callers come. */
const replacing = `
function replaceAll() {
for (const name of ['Request', 'Response', 'Headers', 'URL', 'Promise', 'Map', 'Date']) globalThis[name] = class extends globalThis[name] {}
globalThis.fetch = () => Promise.reject(new Error('no network'))
globalThis.setTimeout = () => ({ ref() { return this }, unref() { return this } })
Date.now = () => 0
Object.defineProperty(globalThis, 'crypto', { value: { subtle: undefined } })
for (const [name, value] of Object.entries({ clientId: 'x', sub: 'x', kind: 'admitted' }))
  Object.defineProperty(Object.prototype, name, { value, writable: true, configurable: true })
}
`

const files = { 'tokens.txt': 'ann=first\nbob=other\n' }
const strangers = [{}, bearer('wrong'), bearer(''), bearer('firs'), bearer('ann'), { authorization: 'first' }]

async function checkCallers(url: URL): Promise<void> {
  for (const headers of strangers) {
    assert.equal((await post(url, initialize, headers)).status, 401)
    assert.equal((await post(url, modernList, { ...modern, ...headers })).status, 401)
    assert.equal((await send(url, { method: 'GET', path: '/other', headers })).text === 'other', false)
  }
  const asked = await send(url, {
    path: `${url.pathname}?access_token=first`,
    headers: mcpHeaders,
    body: initialize,
  })
  assert.equal(asked.status, 401, 'a token in the query')
  for (const token of ['first', 'other']) {
    assert.equal((await post(url, initialize, bearer(token))).status, 200)
    assert.equal((await post(url, modernList, { ...modern, ...bearer(token) })).status, 200)
  }
  const opened = await post(url, initialize, bearer('first'))
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) }
  assert.equal((await post(url, rpc('tools/list'), { ...session, ...bearer('other') })).status, 404)
  assert.equal((await post(url, rpc('tools/list'), { ...session, ...bearer('first') })).status, 200)
}

describe('--token-file guards', () => {
  for (const [name, source] of Object.entries({
    ...unguarded,
    'a file that replaces globals': plain.replace('({ content', '(replaceAll(), { content') + replacing,
  })) {
    test(`${name} under run`, async () => {
      using project = new Project({ 'server.ts': source, ...files })
      const args = ['--token-file', project.path('tokens.txt')]
      await using server = await serveHttp(project.path('server.ts'), args)
      const opened = await post(server.url, initialize, bearer('first'))
      const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) }
      const call = rpc('tools/call', { name: 'whoami', arguments: {} })
      // The file that replaces globals does so now, once it has been loaded.
      if (name.includes('replaces')) {
        assert.match(
          (await post(server.url, call, { ...session, ...bearer('first') })).text,
          /"text":"token"/,
        )
      }
      await checkCallers(server.url)
    })
  }

  test('a plain file under dev', async () => {
    using project = new Project(files)
    await using edited = new Edited(['--token-file', project.path('tokens.txt')], {
      files: { 'server.ts': plain },
    })
    await checkCallers(await edited.url())
  })

  // What replaces globals has a test of its own above, whose callers do more than those of the roads.
  for (const [name, serve] of Object.entries(roads).filter(([one]) => !one.includes('replaces'))) {
    rarely(name, async () => {
      using project = new Project(files)
      await using road = await serve(['--token-file', project.path('tokens.txt')])
      await checkCallers(road.url)
    })
  }

  rarely('SSE', async () => {
    using project = new Project({ 'server.ts': plain, ...files })
    await using server = await serveSse(project.path('server.ts'), [
      '--token-file',
      project.path('tokens.txt'),
    ])
    for (const headers of strangers) {
      const got = await send(server.url, {
        method: 'GET',
        headers: { accept: 'text/event-stream', ...headers },
      })
      assert.equal(got.status, 401)
    }
  })
})

describe('--token-file is read again', () => {
  test('the name keeps its session, what is half written changes nothing, what is gone is refused', async () => {
    using project = new Project({ 'server.ts': plain, ...files })
    const path = project.path('tokens.txt')
    await using server = await serveHttp(project.path('server.ts'), ['--token-file', path])
    const { url } = server
    const opened = await post(url, initialize, bearer('first'))
    const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) }
    const list = async (token: string) =>
      (await post(url, rpc('tools/list'), { ...session, ...bearer(token) })).status

    replaceFile(path, 'ann=second\nbob=other\n')
    assert.equal(await list('first'), 401)
    assert.equal(await list('second'), 200)
    for (const [text, said] of [
      ['ann=sec', /line 1: it does not end with a newline/],
      ['ann=second\nthe-secret-alone\n', /line 2: it is not NAME=token/],
      ['', /it holds no token/],
    ] as const) {
      writeFileSync(path, text)
      for (const token of ['sec', 'first', 'the-secret-alone']) assert.equal(await list(token), 401)
      assert.equal(await list('second'), 200)
      await server.until(said)
    }
    rmSync(path)
    assert.equal(await list('second'), 200)
    await server.until(/tokens\S*: file not found/)
    writeFileSync(path, 'ann=third\n')
    assert.equal(await list('second'), 401)
    assert.equal(await list('third'), 200)
    assert.doesNotMatch(server.stderr, /second|third|the-secret-alone|first/)
  })

  test('under load without one wrong answer', async () => {
    using project = new Project({ 'server.ts': plain, 'tokens.txt': 'ann=t0\n' })
    const path = project.path('tokens.txt')
    await using server = await serveHttp(project.path('server.ts'), ['--token-file', path])
    const { url } = server
    let current = 0
    let done = false
    const seen = { admitted: 0, refused: 0 }
    const callers = Array.from({ length: 8 }, async () => {
      while (!done) {
        const good = await post(url, modernList, { ...modern, ...bearer(`t${current}`) })
        assert.equal(good.status, 200, `t${current} is in the file`)
        seen.admitted++
        const bad = await post(url, modernList, { ...modern, ...bearer(`t${current + 2}`) })
        assert.equal(bad.status, 401, 'not yet in the file')
        seen.refused++
      }
    })
    const rotating = async () => {
      for (let turn = 1; turn <= 12; turn++) {
        // The old token leaves one turn later, as a rotation does it; the caller takes the new one when it is there.
        replaceFile(path, `ann=t${turn - 1}\nann=t${turn}\n`)
        current = turn
        await post(url, modernList, { ...modern, ...bearer('nobody') })
        if (turn % 3 === 0) writeFileSync(path, `ann=t${turn}\nann=t`)
        for (const before = seen.admitted; seen.admitted < before + 16; ) {
          await post(url, modernList, { ...modern, ...bearer('nobody') })
        }
      }
      done = true
    }
    await Promise.race([rotating(), Promise.all(callers)])
    await Promise.all(callers)
    assert.ok(seen.admitted > 100 && seen.refused > 100, JSON.stringify(seen))
  })
})

test('--token-file and what contradicts it is a usage error', async () => {
  using project = new Project({ 'server.ts': plain, ...files, 'bad.txt': 'ann=one\nsecret-alone\n' })
  const run = (...args: string[]) =>
    fastmcp(['run', project.path('server.ts'), '-t', 'http', '-p', '0', ...args], { env: { TOKEN: 'x' } })
  const both = await run('--token-file', project.path('tokens.txt'), '--token-env', 'TOKEN')
  assert.equal(both.code, 2)
  assert.match(both.stderr, /--token-env and --token-file exclude each other/)
  const bad = await run('--token-file', project.path('bad.txt'))
  assert.equal(bad.code, 2)
  assert.match(bad.stderr, /line 2: it is not NAME=token/)
  assert.doesNotMatch(bad.stderr, /secret-alone/)
  assert.equal((await run('--token-file', project.path('none.txt'))).code, 2)
  assert.equal((await run('--token-file', project.folder)).code, 2)
})

/** As careful programs write: all of it, or nothing. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}
