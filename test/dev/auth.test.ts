import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connect, SSETransport } from 'fastmcp-cli'
import { Edited, textOf } from '../support/dev.ts'
import { startIssuer } from '../support/issuer.ts'
import { root, serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { initialize, mcpHeaders, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'

/** A server that admits who presents one word, and tells whom it admitted. */
const guarded = (word: string, more = '', auth = hook(word)) => `
import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'guarded', version: '1.0.0', auth: ${auth} })
mcp.tool({ name: 'whoami' }, (_, ctx) => '${word} ' + ctx.auth?.clientId + ' ' + (ctx.auth?.resource instanceof URL))
mcp.customRoute('/closed', { auth: true }, (_, { auth }) => new Response('for ' + auth?.clientId))
mcp.customRoute('/open', () => new Response('open'))
${more}`
const hook = (word: string) => `(request) => {
  const token = request.headers.get('authorization')
  if (token === 'Bearer ${word}') {
    const resource = new URL('https://mcp.example/')
    return { token: '${word}', clientId: 'ann', scopes: [], resource, extra: { check: () => true } }
  }
  if (token === 'Bearer banned') return new Response('banned', { status: 403 })
  if (token === 'Bearer broken') throw new Error('the list of callers is gone')
  if (token === 'Bearer deadly') process.kill(process.pid, 'SIGKILL')
}`
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const open = (url: URL, token: string) =>
  send(url, { headers: { ...mcpHeaders, ...bearer(token) }, body: initialize })
const statusOf = async (url: URL, token: string) => (await open(url, token)).status
const get = (url: URL, path: string, headers = {}) => send(url, { method: 'GET', path, headers })
const edit = (source: string, args: readonly string[] = []) =>
  new Edited(args, { files: { 'server.ts': source } })

describe("the server's own hook", () => {
  test('answers for every caller, and reaches handlers in both eras', async () => {
    await using edited = edit(guarded('one'))
    const url = await edited.url()
    assert.equal((await send(url, { headers: mcpHeaders, body: initialize })).status, 401)
    assert.equal(await statusOf(url, 'two'), 401)
    const banned = await open(url, 'banned')
    assert.deepEqual([banned.status, banned.text], [403, 'banned'])
    for (const era of ['legacy', 'modern'] as const) {
      await using client = await connect({ url: url.href, headers: bearer('one') }, { era })
      assert.equal(await textOf(client, 'whoami'), 'one ann true')
    }
    assert.equal((await get(url, '/closed')).status, 401)
    assert.equal((await get(url, '/closed', bearer('one'))).text, 'for ann')
    assert.equal((await get(url, '/open')).text, 'open')
  })

  test('may come with a save, where tools are given scopes from outside', async () => {
    await using edited = edit(guarded('one', '', 'undefined'), ['--tool-scopes', 'whoam=admin'])
    await edited.dev.until(/--tool-scopes needs a check of callers/)
    edited.project.write('server.ts', guarded('one'))
    await edited.dev.until(
      /--tool-scopes names the tool whoam, which the server does not have\. Did you mean whoami\?/,
    )
    assert.equal(await statusOf(await edited.url(), 'one'), 200)
  })

  rarely('guards SSE', async () => {
    await using edited = edit(guarded('one'), ['-t', 'sse'])
    const url = await edited.url()
    assert.equal((await get(url, url.pathname, { accept: 'text/event-stream' })).status, 401)
    await using client = await connect(new SSETransport(url, { headers: bearer('one') }))
    assert.equal(await textOf(client, 'whoami'), 'one ann true')
  })

  test('lets nobody in before it is known', async () => {
    await using edited = edit(`await new Promise((resolve) => setTimeout(resolve, 500))\n${guarded('one')}`)
    const url = await edited.url()
    const early = await Promise.all([
      statusOf(url, 'two'),
      get(url, '/closed'),
      get(url, '/open'),
      statusOf(url, 'one'),
    ])
    assert.deepEqual(
      early.map((answer) => (typeof answer === 'number' ? answer : answer.status)),
      [401, 401, 200, 200],
    )
  })

  test('is the new one after a save, for sessions that are open as well', async () => {
    await using edited = edit(guarded('one'))
    const url = await edited.url()
    const answer = await open(url, 'one')
    const session = { ...mcpHeaders, 'mcp-session-id': String(answer.headers['mcp-session-id']) }
    const list = async (token: string) =>
      (await send(url, { headers: { ...session, ...bearer(token) }, body: rpc('tools/list') })).status
    assert.equal(await list('one'), 200)
    edited.project.write('server.ts', guarded('two'))
    await edited.dev.until(/ reload /)
    assert.deepEqual([await list('one'), await list('two')], [401, 200])
    assert.deepEqual([await statusOf(url, 'one'), await statusOf(url, 'two')], [401, 200])
    edited.project.write('server.ts', guarded('three', '', 'undefined').replace('{ auth: true }, ', ''))
    await edited.dev.until(/ reload [\s\S]* reload /)
    assert.equal(await statusOf(url, 'anything'), 200)
    // Whoever it belonged to is not who calls now.
    assert.equal(await list('two'), 404)
    edited.project.write('server.ts', guarded('four'))
    await edited.dev.until(/( reload [\s\S]*){3}/)
    assert.deepEqual([await statusOf(url, 'anything'), await statusOf(url, 'four')], [401, 200])
  })

  rarely('that fails is answered with 500, and that kills its process with 503', async () => {
    await using edited = edit(guarded('one'))
    const url = await edited.url()
    assert.equal(await statusOf(url, 'broken'), 500)
    await edited.dev.until(/auth failed: Error: the list of callers is gone[\s\S]*server\.ts:/)
    assert.equal(await statusOf(url, 'deadly'), 503)
    assert.equal(await statusOf(url, 'one'), 200)
  })
})

test('jwtAuth works, and its metadata follows the code', async () => {
  const issuer = await startIssuer()
  try {
    const source = (scope: string) =>
      guarded(
        scope,
        '',
        `jwtAuth({ issuer: 'https://issuer.example', audience: 'https://mcp.example/mcp',
          jwksUri: '${issuer.jwksUri}', scopes: ['${scope}'] })`,
      ).replace('FastMCP }', 'FastMCP, jwtAuth }')
    await using edited = edit(source('mcp'))
    const url = await edited.url()
    const metadata = async () =>
      (await get(url, '/.well-known/oauth-protected-resource/mcp')).json as { scopes_supported?: string[] }
    assert.deepEqual((await metadata()).scopes_supported, ['mcp'])
    const token = await issuer.token()
    await using client = await connect({ url: url.href, headers: bearer(token) })
    assert.equal(await textOf(client, 'whoami'), 'mcp app false')
    edited.project.write('server.ts', source('more'))
    await edited.dev.until(/ reload /)
    assert.deepEqual((await metadata()).scopes_supported, ['more'])
    assert.equal(await statusOf(url, token), 403)
    assert.equal(await statusOf(url, await issuer.token({ scope: 'mcp more' })), 200)
  } finally {
    issuer.close()
  }
})

describe('--token-env', () => {
  test('guards fastmcp dev, its token taken from an env file too, and reaches handlers', async () => {
    await using edited = new Edited(['--token-env', 'WORD', '--env-file', 'secret.env'], {
      files: {
        'server.ts': guarded('none', '', 'undefined'),
        'secret.env': 'WORD=open-sesame',
      },
    })
    const url = await edited.url()
    assert.equal(await statusOf(url, 'other'), 401)
    for (const era of ['legacy', 'modern'] as const) {
      await using client = await connect({ url: url.href, headers: bearer('open-sesame') }, { era })
      assert.equal(await textOf(client, 'whoami'), 'none token false')
    }
    assert.deepEqual(
      [(await get(url, '/closed')).status, (await get(url, '/closed', bearer('open-sesame'))).text],
      [401, 'for token'],
    )
  })

  rarely('guards fastmcp run --reload, for servers of the SDKs', async () => {
    const file = `${root}test/fixtures/http/whoami-v1.ts`
    await using server = await serveHttp(file, ['--reload', '--token-env', 'WORD'], {
      env: { WORD: 'open-sesame' },
    })
    assert.equal(await statusOf(server.url, 'other'), 401)
    for (const era of ['legacy', 'modern'] as const) {
      const target = { url: server.url.href, headers: bearer('open-sesame') }
      await using client = await connect(target, { era })
      assert.match(await textOf(client, 'whoami'), /"token":"open-sesame"/)
    }
  })
})

describe('what fastmcp run refuses is a save that does not load', () => {
  const faults: Record<string, [source: string, args: string[], words: RegExp]> = {
    'two checks of callers': [guarded('two'), ['--token-env', 'WORD'], /checks its callers itself/],
    'a route that wants a check there is not': [
      guarded('two', '', 'undefined'),
      [],
      /the route \/closed requires auth/,
    ],
    "a route at a path of the runner's": [
      guarded('two', "mcp.customRoute('/mine', () => new Response('mine'))"),
      ['--path', '/mine'],
      /the route \/mine is already used by the runner/,
    ],
  }
  for (const [name, [source, args, words]] of chosen(Object.entries(faults), 3)) {
    test(name, async () => {
      using project = new Project({ 'server.ts': guarded('one', '', 'undefined').replace(/.*closed.*/, '') })
      await using server = await serveHttp('server.ts', ['--reload', ...args], {
        cwd: project.folder,
        env: { WORD: 'one' },
      })
      await server.until(/ready/)
      project.write('server.ts', source)
      await server.until(words)
      await server.until(/still serving/)
      assert.equal(await statusOf(server.url, 'one'), 200)
      assert.notEqual((await get(server.url, '/closed')).status, 200)
    })
  }
})
