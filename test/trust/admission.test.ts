import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Edited } from '../support/dev.ts'
import { fastmcp, root, type Started, serveHttp, serveSse, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { initialize, mcpHeaders, rpc, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'
import { guardedServer, type Host, hosts, replacements, unguarded } from './guarded-server.ts'

/** A server that is up, and what takes it down again. */
interface Up extends AsyncDisposable {
  url: URL
}

const upWith = (url: URL, ...owned: (Disposable | AsyncDisposable)[]): Up => ({
  url,
  [Symbol.asyncDispose]: async () => {
    for (const one of owned) {
      if (Symbol.asyncDispose in one) await one[Symbol.asyncDispose]()
      else one[Symbol.dispose]()
    }
  },
})

async function listening(started: Started, stream: 'stdout' | 'stderr' = 'stderr'): Promise<URL> {
  const [, url = ''] = await started.until(/listening on (\S+)/, stream)
  return new URL(url)
}

/** Every way in which a server with a hook of its own comes to serve. */
const roads: Record<string, () => Promise<Up>> = {
  run: async () => {
    const project = new Project({ 'server.ts': guardedServer('alone') })
    const server = await serveHttp(project.path('server.ts'))
    return upWith(server.url, server, project)
  },
  'run on SSE': async () => {
    const project = new Project({ 'server.mjs': guardedServer('alone') })
    const server = await serveSse(project.path('server.mjs'))
    return upWith(server.url, server, project)
  },
  dev: async () => {
    const edited = new Edited([], { files: { 'server.ts': guardedServer('alone') } })
    return upWith(await edited.url(), edited)
  },
  build: async () => {
    const project = new Project({ 'server.ts': guardedServer('alone') })
    const built = await fastmcp(['build', project.path('server.ts'), '-o', project.path('built.mjs')])
    assert.equal(built.code, 0, built.stderr)
    const server = start(process.execPath, [project.path('built.mjs'), '-t', 'http', '-p', '0'], { cwd: '/' })
    return upWith(await listening(server), server, project)
  },
}
for (const host of Object.keys(hosts).filter((name) => name !== 'alone') as Host[]) {
  roads[host] = async () => {
    const project = new Project({ 'server.ts': guardedServer(host) })
    const server = start(process.execPath, ['--import', 'tsx', project.path('server.ts')], { cwd: root })
    return upWith(await listening(server, 'stdout'), server, project)
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const quiet = { 'x-quiet': 'yes' }

/** Who may not come in, and how each is sent away. */
const strangers: Record<string, { headers: Record<string, string>; status: number }> = {
  'nobody, refused by a Response': { headers: {}, status: 401 },
  'nobody, refused by undefined': { headers: quiet, status: 401 },
  'a wrong token': { headers: bearer('wrong'), status: 401 },
  'a token the hook says nothing of': { headers: bearer('eve'), status: 500 },
}

const get = (url: URL, path: string, headers = {}) => send(url, { method: 'GET', path, headers })
const post = (url: URL, body: string, headers = {}) =>
  send(url, { headers: { ...mcpHeaders, ...headers }, body })
const modernHeaders = { ...mcpHeaders, 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' }
const modernList = rpc('tools/list', {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
})

async function checkStrangers(url: URL, sse: boolean): Promise<void> {
  for (const [who, { headers, status }] of Object.entries(strangers)) {
    const asked = sse
      ? [get(url, url.pathname, { accept: 'text/event-stream', ...headers })]
      : [
          post(url, initialize, headers),
          post(url, modernList, { ...modernHeaders, ...headers }),
          post(url, rpc('tools/list'), { 'mcp-session-id': 'none', ...headers }),
          get(url, url.pathname, { accept: 'text/event-stream', 'mcp-session-id': 'none', ...headers }),
        ]
    for (const answer of await Promise.all(asked))
      assert.equal(answer.status, status, `${who}: ${answer.text}`)
    assert.equal((await get(url, '/closed', headers)).status, status, `${who} at the route`)
  }
}

async function checkFriends(url: URL): Promise<void> {
  const opened = await post(url, initialize, bearer('ann'))
  assert.equal(opened.status, 200, opened.text)
  const session = { ...mcpHeaders, 'mcp-session-id': String(opened.headers['mcp-session-id']) }
  const call = rpc('tools/call', { name: 'whoami', arguments: {} })
  const answer = await post(url, call, { ...session, ...bearer('ann') })
  assert.match(answer.text, /"text":"ann"/)
  assert.equal((await post(url, call, { ...session, ...bearer('bob') })).status, 404, "another's session")
  const ended = await send(url, { method: 'DELETE', headers: { ...session, ...bearer('bob') } })
  assert.equal(ended.status, 404, "another's session")
  assert.equal((await post(url, call, session)).status, 401, 'a session without its token')
  assert.match((await post(url, call, { ...session, ...bearer('ann') })).text, /"text":"ann"/)
  assert.equal((await post(url, modernList, { ...modernHeaders, ...bearer('ann') })).status, 200)
}

async function checkRoutes(url: URL): Promise<void> {
  assert.deepEqual((await get(url, '/closed', bearer('ann'))).json, { for: 'ann' })
  assert.deepEqual((await get(url, '/open')).json, { open: true })
}

for (const [road, up] of chosen(Object.entries(roads), 3)) {
  describe(`callers of ${road} are told apart`, () => {
    let server: Up
    before(async () => {
      server = await up()
    })
    after(() => server?.[Symbol.asyncDispose]())

    for (const replacement of replacements) {
      test(`with ${replacement}`, async () => {
        const { url } = server
        const replaced = await get(url, `/replace/${encodeURIComponent(replacement)}`)
        assert.deepEqual(replaced.json, { replaced: replacement })
        const sse = url.pathname === '/sse'
        await checkStrangers(url, sse)
        if (!sse) await checkFriends(url)
        await checkRoutes(url)
      })
    }
  })
}

describe('--token-env', () => {
  for (const [at, [name, source]] of Object.entries(unguarded).entries()) {
    for (const command of chosen(['run', 'dev'], 2, at % 2)) {
      test(`guards ${name} under ${command}`, async () => {
        const env = { TOKEN: 'secret' }
        await using edited =
          command === 'dev'
            ? new Edited(['--token-env', 'TOKEN'], { files: { 'server.ts': source }, env })
            : undefined
        using project = new Project({ 'server.ts': source })
        await using ran = edited
          ? undefined
          : await serveHttp(project.path('server.ts'), ['--token-env', 'TOKEN'], { env })
        const url = ran?.url ?? (await edited?.url())
        assert.ok(url)
        for (const headers of [{}, bearer('wrong'), bearer(''), { authorization: 'secret' }]) {
          for (const path of ['/other', '/', '/mcp/x']) {
            assert.notEqual((await get(url, path, headers)).text, 'other')
          }
          assert.equal((await post(url, initialize, headers)).status, 401)
          assert.equal((await post(url, modernList, { ...modernHeaders, ...headers })).status, 401)
        }
        assert.equal((await post(url, initialize, bearer('secret'))).status, 200)
        assert.equal((await post(url, modernList, { ...modernHeaders, ...bearer('secret') })).status, 200)
        if (name.includes('Hono')) assert.equal((await get(url, '/other', bearer('secret'))).text, 'other')
      })
    }
  }
})
