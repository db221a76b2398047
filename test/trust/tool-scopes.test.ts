import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connect, FastMCP, SSETransport } from 'fastmcp-cli'
import { type AuthorizationServer, startAuthorizationServer } from '../support/authorization-server.ts'
import { Edited } from '../support/dev.ts'
import {
  fastmcp,
  listening,
  program,
  type Started,
  serveHttp,
  serveSse,
  startFastmcp,
} from '../support/program.ts'
import { Project } from '../support/project.ts'
import { initialize, mcpHeaders, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'
import { bearer } from './guarded-roads.ts'

/** A tool for everybody and one that needs a scope, which says when it runs. */
const own = (auth: string) => `
import { FastMCP, jwtAuth } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'scoped', version: '1.0.0', auth: ${auth} })
mcp.tool({ name: 'open' }, () => 'opened')
mcp.tool({ name: 'deploy', auth: { scopes: ['admin', 'ops'] } }, () => {
  console.error('deploy runs')
  return 'deployed'
})
mcp.tool({ name: 'later' }, () => {
  mcp.tool({ name: 'added', auth: { scopes: ['admin'] } }, () => {
    console.error('added runs')
    return 'added'
  })
  return 'done'
})
`
const plain = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
export const server = new McpServer({ name: 'plain', version: '1.0.0' })
const text = (text) => ({ content: [{ type: 'text', text }] })
server.registerTool('open', {}, () => text('opened'))
server.registerTool('deploy', {}, () => {
  console.error('deploy runs')
  return text('deployed')
})
`

let issuer: AuthorizationServer
before(async () => {
  issuer = await startAuthorizationServer()
})
after(() => issuer?.[Symbol.dispose]())

const flags = () => ['--jwt-issuer', issuer.issuer, '--jwt-audience', issuer.audience]
const inCode = (scopes = '') =>
  own(`jwtAuth({ issuer: '${issuer.issuer}', audience: '${issuer.audience}'${scopes} })`)
const needs = ['--tool-scopes', 'deploy=admin ops']

interface Served extends AsyncDisposable {
  url: URL
  stderr: string
}

/** Every way in which a tool comes to need scopes. */
const roads: Record<string, () => Promise<Served>> = {
  'a tool of FastMCP under run': () => files({ 'server.ts': inCode() }),
  'a tool of FastMCP under dev': async () => {
    const edited = new Edited([], { files: { 'server.ts': inCode() } })
    return Object.assign(edited.dev, { url: await edited.url() })
  },
  'a tool of FastMCP, stateless': () => files({ 'server.ts': inCode() }, ['--stateless']),
  'a tool of a plain file under run': () => files({ 'server.ts': plain }, [...flags(), ...needs]),
  'a tool of a plain file, by fastmcp.json': () =>
    files(
      {
        'server.ts': plain,
        'fastmcp.json': JSON.stringify({
          ...{ source: 'server.ts', jwtIssuer: issuer.issuer, jwtAudience: [issuer.audience] },
          toolScopes: { deploy: ['admin', 'ops'] },
        }),
      },
      [],
      'fastmcp.json',
    ),
  'a tool of a plain file under dev': async () => {
    const edited = new Edited([...flags(), ...needs], { files: { 'server.ts': plain } })
    return Object.assign(edited.dev, { url: await edited.url() })
  },
  'a tool of a command': async () => {
    const project = new Project({ 'server.ts': plain })
    const command = [process.execPath, program, 'run', project.path('server.ts')].join(' ')
    return owned(
      await listening(
        startFastmcp(['run', '-t', 'http', '-p', '0', ...flags(), ...needs, '--exec', command]),
      ),
      project,
    )
  },
  'a tool of a built file': async () => {
    const project = new Project({ 'server.ts': inCode() })
    const built = await fastmcp(['build', project.path('server.ts'), '-o', project.path('built.mjs')])
    assert.equal(built.code, 0, built.stderr)
    return owned(await serveHttp(project.path('built.mjs')), project)
  },
}

async function files(content: Record<string, string>, args: readonly string[] = [], file = 'server.ts') {
  const project = new Project(content)
  return owned(await serveHttp(project.path(file), args), project)
}

/** With the folder that goes when it does. */
function owned(server: Started & { url: URL }, project: Project): Served {
  return {
    url: server.url,
    get stderr() {
      return server.stderr
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      project[Symbol.dispose]()
    },
  }
}

const envelope = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const modernHeaders = (method: string, name: string) => ({
  ...mcpHeaders,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  'mcp-name': name,
})

async function callModern(url: URL, name: string, token: string) {
  const body = rpc('tools/call', { name, arguments: {}, _meta: envelope }, 'm1')
  return send(url, { headers: { ...modernHeaders('tools/call', name), ...bearer(token) }, body })
}

/** The headers of a new session. */
async function opened(url: URL, token: string): Promise<Record<string, string>> {
  const answer = await send(url, { headers: { ...mcpHeaders, ...bearer(token) }, body: initialize })
  assert.equal(answer.status, 200, answer.text)
  const id = answer.headers['mcp-session-id']
  return { ...mcpHeaders, ...(id !== undefined && { 'mcp-session-id': String(id) }) }
}

const callLegacy = (url: URL, headers: Record<string, string>, name: string, token: string) =>
  send(url, {
    headers: { ...headers, ...bearer(token) },
    body: rpc('tools/call', { name, arguments: {} }, 7),
  })

describe('a call without the scopes is 403 before the tool runs', () => {
  for (const [name, serve] of chosen(Object.entries(roads), 3)) {
    test(name, async () => {
      await using server = await serve()
      const { url } = server
      const poor = await issuer.token({ scope: 'mcp admin' })
      const rich = await issuer.token({ scope: 'mcp ops admin' })
      const session = await opened(url, poor)
      for (const refused of [
        await callLegacy(url, session, 'deploy', poor),
        await callModern(url, 'deploy', poor),
      ]) {
        assert.equal(refused.status, 403, refused.text)
        const challenge = String(refused.headers['www-authenticate'])
        assert.match(challenge, /^Bearer realm="mcp", error="insufficient_scope", /)
        assert.match(
          challenge,
          / scope="admin ops", resource_metadata="https:\/\/mcp\.example\/\.well-known\//,
        )
        assert.ok(refused.json?.id === 7 || refused.json?.id === 'm1', refused.text)
      }
      assert.match((await callLegacy(url, session, 'open', poor)).text, /opened/)
      assert.match((await callModern(url, 'open', poor)).text, /opened/)
      assert.doesNotMatch(server.stderr, /deploy runs/)
      const list = await send(url, { headers: { ...session, ...bearer(poor) }, body: rpc('tools/list') })
      assert.match(list.text, /"deploy"/)
      assert.doesNotMatch(list.text, /ops|scopes/)
      assert.match((await callLegacy(url, session, 'deploy', rich)).text, /deployed/)
      assert.match((await callModern(url, 'deploy', rich)).text, /deployed/)
    })
  }

  test('on SSE, where the POST is what is answered', async () => {
    using project = new Project({ 'server.ts': inCode() })
    await using server = await serveSse(project.path('server.ts'))
    const rows = [
      ['mcp', /403/],
      ['admin ops', undefined],
    ] as const
    for (const [scope, fault] of rows) {
      const token = await issuer.token({ scope })
      await using client = await connect(new SSETransport(server.url, { headers: bearer(token) }))
      const call = client.callTool({ name: 'deploy', arguments: {} })
      if (fault) await assert.rejects(call, fault)
      else assert.match(JSON.stringify(await call), /deployed/)
    }
  })

  rarely('mounted in a host', async () => {
    const auth = () => ({ token: 't', clientId: 'c', scopes: ['some'] })
    const mcp = new FastMCP({ name: 'mounted', auth })
    const tool = mcp.tool({ name: 'deploy', auth: { scopes: ['admin'] } }, () => 'deployed')
    const call = async (name: string) => {
      const body = rpc('tools/call', { name, arguments: {}, _meta: envelope })
      const headers = modernHeaders('tools/call', name)
      return mcp.fetch(new Request('http://h.example/mcp', { method: 'POST', headers, body }))
    }
    assert.equal((await call('deploy')).status, 403)
    tool.update({ name: 'renamed' })
    assert.equal((await call('renamed')).status, 403)
    tool.update({ auth: { scopes: ['some'] } })
    assert.match(await (await call('renamed')).text(), /deployed/)
    const open = new FastMCP({ name: 'open' })
    open.tool({ name: 'deploy', auth: { scopes: ['admin'] } }, () => 'deployed')
    const headers = modernHeaders('tools/call', 'deploy')
    const body = rpc('tools/call', { name: 'deploy', arguments: {}, _meta: envelope })
    const asked = new Request('http://h.example/mcp', { method: 'POST', headers, body })
    assert.equal((await open.fetch(asked)).status, 403, 'nobody has a scope where nobody is checked')
  })
})

test('the scopes that every token needs are asked for together with those of the tool', async () => {
  using project = new Project({ 'server.ts': inCode(`, scopes: ['mcp']`) })
  await using server = await serveHttp(project.path('server.ts'))
  const refused = await callModern(server.url, 'deploy', await issuer.token({ scope: 'mcp' }))
  assert.match(String(refused.headers['www-authenticate']), / scope="mcp admin ops"/)
})

rarely('a tool that is added while it serves is guarded under run and dev', async () => {
  for (const more of [[], ['--reload']]) {
    using project = new Project({ 'server.ts': inCode() })
    await using server = await serveHttp(project.path('server.ts'), more)
    const token = await issuer.token({ scope: 'mcp' })
    const session = await opened(server.url, token)
    assert.match((await callLegacy(server.url, session, 'later', token)).text, /done/)
    const refused = await callLegacy(server.url, session, 'added', token)
    assert.match(refused.text, /needs the scopes admin/)
    assert.doesNotMatch(server.stderr, /added runs/)
    const rich = await issuer.token({ scope: 'mcp admin' })
    assert.match((await callLegacy(server.url, session, 'added', rich)).text, /"added"/)
  }
})

test('a tool that is not there is named at the start', async () => {
  using project = new Project({ 'server.ts': plain })
  const args = [...flags(), '--tool-scopes', 'deplyo=admin']
  await using served = await serveHttp(project.path('server.ts'), args)
  await served.until(/--tool-scopes names the tool deplyo, which .* Did you mean deploy\?\n/)
})

test('on stdio there is no caller to check', async () => {
  using project = new Project({ 'server.ts': inCode() })
  await using client = await connect({
    command: process.execPath,
    args: [program, 'run', project.path('server.ts')],
  })
  assert.match(JSON.stringify(await client.callTool({ name: 'deploy', arguments: {} })), /deployed/)
})

test('a file of tokens says which scopes each carries', async () => {
  using project = new Project({
    'own.ts': own('undefined'),
    'tokens.txt': 'ann=plain\nbob=one scope=admin\ncid=all scope=ops admin\n',
  })
  const args = ['--token-file', 'tokens.txt']
  await using served = await serveHttp('own.ts', args, { cwd: project.folder })
  const call = rpc('tools/call', { name: 'deploy', arguments: {} })
  for (const [token, status] of Object.entries({ wrong: 401, plain: 403, one: 403, all: 200 })) {
    const opened = await send(served.url, { headers: { ...mcpHeaders, ...bearer(token) }, body: initialize })
    const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) }
    const headers = { ...mcpHeaders, ...session, ...bearer(token) }
    const answer = await send(served.url, { headers, body: call })
    assert.equal(answer.status, status, `${token}: ${answer.text}`)
  }
})

rarely('scopes that nobody could have, or nobody would look for, are refused at the start', async () => {
  const app = `import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
const handler = createMcpHandler(() => new McpServer({ name: 'app', version: '1.0.0' }))
const app = new Hono()
app.all('/mcp', (context) => handler.fetch(context.req.raw))
serve({ fetch: app.fetch, port: 3000 })`
  using project = new Project({ 'own.ts': own('undefined'), 'plain.ts': plain, 'app.ts': app })
  const rows: [args: string[], code: number, words: RegExp][] = [
    [['own.ts'], 3, /the tool deploy requires scopes: give FastMCP an auth hook, or use --token-file/],
    [['plain.ts', ...needs], 2, /--tool-scopes needs a check of callers/],
    [
      ['app.ts', ...flags(), ...needs],
      2,
      /has an HTTP app of its own, where --tool-scopes cannot be checked/,
    ],
    [['plain.ts', '--tool-scopes', 'deploy'], 2, /--tool-scopes: must be TOOL=scopes/],
    [['plain.ts', '--tool-scopes', 'deploy="a"'], 2, /--tool-scopes: must be TOOL=scopes/],
  ]
  for (const [args, code, words] of rows) {
    const outcome = await fastmcp(['run', ...args, '-t', 'http', '-p', '0'], { cwd: project.folder })
    assert.equal(outcome.code, code, outcome.stderr)
    assert.match(outcome.stderr, words)
  }
  const mcp = new FastMCP({ name: 'bad' })
  for (const scopes of [['a b'], [], 'admin' as never, [1 as never]])
    assert.throws(
      () => mcp.tool({ name: 'x', auth: { scopes } }, () => 'x'),
      /tool "x": auth\.scopes must be a list/,
    )
})
