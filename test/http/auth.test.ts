import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { connect, FastMCP, jwtAuth, SSETransport } from 'fastmcp-cli'
import { clientV2 } from '../support/clients.ts'
import { type Issuer, startIssuer } from '../support/issuer.ts'
import { fastmcp, root, serveHttp, serveSse } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { type Answer, initialize, mcpHeaders, rpc, type Sent, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

const fixtures = `${root}test/fixtures/http`
type Served = Awaited<ReturnType<typeof serveHttp>>

let issuer: Issuer
let http: Served
let sse: Served
before(async () => {
  issuer = await startIssuer()
  const env = { JWKS_URI: issuer.jwksUri, RESOURCE: undefined }
  http = await serveHttp(`${fixtures}/auth.ts`, ['--health'], { env })
  sse = await serveSse(`${fixtures}/auth.ts`, ['--health'], { env })
})
after(async () => {
  await Promise.all([http, sse].map((server) => server[Symbol.asyncDispose]()))
  issuer.close()
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const modern = {
  ...mcpHeaders,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/list',
}
const envelope = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': {},
  },
}

/** Every way in, and what is sent there. */
const ways: Record<string, { server: () => Served; sent: Sent }> = {
  'POST of initialize': { server: () => http, sent: { headers: mcpHeaders, body: initialize } },
  'POST with a session id': {
    server: () => http,
    sent: { headers: { ...mcpHeaders, 'mcp-session-id': 'a' }, body: rpc('tools/list') },
  },
  'POST of the modern era': {
    server: () => http,
    sent: { headers: modern, body: rpc('tools/list', envelope) },
  },
  'POST of nonsense': { server: () => http, sent: { headers: mcpHeaders, body: '{' } },
  'GET of a stream': {
    server: () => http,
    sent: { method: 'GET', headers: { accept: 'text/event-stream', 'mcp-session-id': 'a' } },
  },
  DELETE: { server: () => http, sent: { method: 'DELETE', headers: { 'mcp-session-id': 'a' } } },
  'GET of an SSE stream': {
    server: () => sse,
    sent: { method: 'GET', headers: { accept: 'text/event-stream' } },
  },
  'POST of an SSE message': {
    server: () => sse,
    sent: { path: '/messages/?session_id=a', headers: mcpHeaders, body: initialize },
  },
  'a route that asks for it': { server: () => http, sent: { method: 'GET', path: '/closed' } },
}

/** Every token that must not do, and what is said of it. */
const bad: Record<string, { token: () => string | Promise<string>; scheme?: string; says: RegExp }> = {
  'a wrong token': { token: () => 'wrong', says: /error="invalid_token".*not accepted/ },
  'an expired token': { token: () => issuer.expired(), says: /error="invalid_token".*expired/ },
  'a token that never expires': { token: () => issuer.eternal(), says: /error="invalid_token".*expiry/ },
  'a token for another audience': {
    token: () => issuer.token({ aud: 'https://other.example' }),
    says: /error="invalid_token".*audience/,
  },
  'a token of another issuer': {
    token: () => issuer.token({ iss: 'https://issuer.example.evil' }),
    says: /error="invalid_token".*issuer/,
  },
  'a token that holds already later': {
    token: () => issuer.token({ nbf: 4_000_000_000 }),
    says: /start of the token/,
  },
  'a token signed by somebody else': { token: () => issuer.forged(), says: /error="invalid_token"/ },
  'a token that is not signed (alg: none)': { token: () => issuer.unsigned(), says: /error="invalid_token"/ },
  'a token signed with the public key': { token: () => issuer.confused(), says: /error="invalid_token"/ },
  'a good token under another scheme': {
    token: () => issuer.token(),
    scheme: 'Basic',
    says: /error="invalid_token"/,
  },
}

const challenge = (answer: Answer) => String(answer.headers['www-authenticate'])

for (const [name, { server, sent }] of chosen(Object.entries(ways), 4)) {
  describe(`${name} is refused`, () => {
    const ask = (headers: Record<string, string> = {}) =>
      send(server().url, { ...sent, headers: { ...sent.headers, ...headers } })

    test('without a token', async () => {
      const answer = await ask()
      assert.equal(answer.status, 401)
      assert.match(challenge(answer), /^Bearer realm="mcp", scope="mcp", resource_metadata="[^"]+"$/)
      assert.doesNotMatch(challenge(answer), /error=/)
      assert.equal(answer.json?.error?.code, -32000)
    })

    for (const [kind, { token, scheme = 'Bearer', says }] of Object.entries(bad)) {
      test(`with ${kind}`, async () => {
        const answer = await ask({ authorization: `${scheme} ${await token()}` })
        assert.equal(answer.status, 401)
        assert.match(challenge(answer), /^Bearer .*resource_metadata="[^"]+"$/)
        assert.match(challenge(answer), says)
        assert.doesNotMatch(answer.text, /node_modules|\.ts|at /)
      })
    }

    test('without the scope it needs', async () => {
      const answer = await ask(bearer(await issuer.token({ scope: 'other' })))
      assert.equal(answer.status, 403)
      assert.match(challenge(answer), /error="insufficient_scope", scope="mcp"/)
    })
  })
}

describe('a good token', () => {
  for (const era of ['legacy', 'modern'] as const) {
    test(`reaches handlers over Streamable HTTP, ${era}`, async () => {
      const headers = bearer(await issuer.token({ scope: 'mcp more' }))
      await using client = await connect({ url: http.url.href, headers }, { era })
      const result = await client.callTool({ name: 'whoami', arguments: {} })
      assert.deepEqual(JSON.parse((result.content as { text: string }[])[0]?.text ?? ''), {
        sub: 'ann',
        scopes: ['mcp', 'more'],
        era,
      })
    })
  }

  test('reaches handlers over SSE', async () => {
    const target = new SSETransport(sse.url, { headers: bearer(await issuer.token()) })
    await using client = await connect(target)
    const result = await client.callTool({ name: 'whoami', arguments: {} })
    assert.match((result.content as { text: string }[])[0]?.text ?? '', /"sub":"ann"/)
  })

  test('reaches a route that asks for it, while other routes and health need none', async () => {
    const get = (path: string, headers = {}) => send(http.url, { method: 'GET', path, headers })
    assert.equal((await get('/closed', bearer(await issuer.token()))).text, 'closed to all but ann')
    assert.equal((await get('/open')).text, 'open')
    assert.equal((await get('/health')).status, 200)
  })
})

describe('a session belongs to whoever opened it', () => {
  const open = async (token: string): Promise<Record<string, string>> => {
    const answer = await send(http.url, { headers: { ...mcpHeaders, ...bearer(token) }, body: initialize })
    assert.equal(answer.status, 200)
    return { ...mcpHeaders, 'mcp-session-id': String(answer.headers['mcp-session-id']) }
  }
  const others = {
    'another user': { sub: 'bob' },
    'another client of the same user': { azp: 'other-app' },
  }
  for (const [name, claims] of Object.entries(others)) {
    test(`${name} finds no such session`, async () => {
      const headers = { ...(await open(await issuer.token())), ...bearer(await issuer.token(claims)) }
      const tries: Sent[] = [
        { body: rpc('tools/list') },
        { body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }) },
        { method: 'GET' },
        { method: 'DELETE' },
      ]
      for (const sent of tries) {
        const answer = await send(http.url, { ...sent, headers })
        assert.deepEqual([answer.status, answer.json?.error?.message], [404, 'Session not found'])
      }
      const own = { ...headers, ...bearer(await issuer.token()) }
      assert.equal((await send(http.url, { headers: own, body: rpc('tools/list', {}, 9) })).status, 200)
    })
  }

  test('tokens that name neither a user nor a client share nothing', async () => {
    const nobody = (jti: string) => issuer.token({ sub: undefined, azp: undefined, jti })
    const [one, other] = [await nobody('one'), await nobody('other')]
    const headers = await open(one)
    for (const sent of [{ body: rpc('tools/list') }, { method: 'DELETE' }]) {
      assert.equal((await send(http.url, { ...sent, headers: { ...headers, ...bearer(other) } })).status, 404)
    }
    const own = { ...headers, ...bearer(one) }
    assert.equal((await send(http.url, { headers: own, body: rpc('tools/list') })).status, 200)
  })

  test('its owner may come back with a renewed token', async () => {
    const headers = { ...(await open(await issuer.token())), ...bearer(await issuer.token({ jti: 'next' })) }
    assert.equal((await send(http.url, { headers, body: rpc('tools/list') })).status, 200)
  })

  test('another user cannot post into an SSE session', async () => {
    const left = new AbortController()
    const headers = { accept: 'text/event-stream', ...bearer(await issuer.token()) }
    const stream = await fetch(sse.url, { headers, signal: left.signal })
    const first = await stream.body?.getReader().read()
    const path = /data: (\S+)/.exec(new TextDecoder().decode(first?.value))?.[1] ?? ''
    const post = async (sub: string) =>
      send(sse.url, {
        path,
        headers: { ...mcpHeaders, ...bearer(await issuer.token({ sub })) },
        body: initialize,
      })
    assert.equal((await post('bob')).status, 404)
    assert.equal((await post('ann')).status, 202)
    left.abort()
  })

  test('another user cannot answer what the first was asked, in the modern era', async () => {
    const call = async (sub: string, more: Record<string, unknown> = {}) => {
      const params = { name: 'confirm', arguments: {}, ...more, _meta: { ...envelope._meta } }
      params._meta['io.modelcontextprotocol/clientCapabilities'] = { elicitation: {} }
      const headers = {
        ...modern,
        'mcp-method': 'tools/call',
        'mcp-name': 'confirm',
        ...bearer(await issuer.token({ sub })),
      }
      const answer = await send(http.url, { headers, body: rpc('tools/call', params) })
      return answer.json as { result?: Record<string, unknown>; error?: { message: string } }
    }
    const { result } = await call('ann')
    const [key = ''] = Object.keys(result?.inputRequests as object)
    const retry = {
      requestState: result?.requestState,
      inputResponses: { [key]: { action: 'accept', content: { sure: true } } },
    }
    assert.match(JSON.stringify(await call('bob', retry)), /Invalid or expired requestState/)
    assert.match(JSON.stringify(await call('ann', retry)), /true for ann/)
  })
})

describe('OAuth clients', () => {
  test('find the metadata from a 401, at both addresses', async () => {
    const refused = await fetch(http.url, { method: 'POST', headers: mcpHeaders, body: initialize })
    const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(refused)
    assert.equal(resourceMetadataUrl?.href, 'https://mcp.example/.well-known/oauth-protected-resource/mcp')
    assert.equal(scope, 'mcp')
    for (const path of [
      '/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource/mcp',
    ]) {
      const answer = await send(http.url, { method: 'GET', path })
      assert.deepEqual(answer.json, {
        resource: 'https://mcp.example/mcp',
        authorization_servers: ['https://issuer.example'],
        scopes_supported: ['mcp'],
        bearer_methods_supported: ['header'],
      })
      assert.equal((await send(http.url, { path, body: '' })).status, 405)
    }
  })

  test('find it with the discovery of the official client, and go to the issuer', async () => {
    const env = { JWKS_URI: issuer.jwksUri, RESOURCE: 'http://localhost/mcp' }
    await using server = await serveHttp(`${fixtures}/auth.ts`, [], { env })
    const metadata = await discoverOAuthProtectedResourceMetadata(server.url)
    assert.deepEqual(metadata.authorization_servers, ['https://issuer.example'])
  })

  test('are sent on by a server whose URL is the audience', async () => {
    const asked: string[] = []
    const mcp = new FastMCP({ name: 'guarded' })
    const handle = await mcp.runAsync({ transport: 'http', port: 0, logLevel: 'silent' })
    await handle.close()
    const url = new URL(String(handle.url))
    const auth = jwtAuth({ issuer: 'https://issuer.example', audience: url.href, jwksUri: issuer.jwksUri })
    const guarded = await new FastMCP({ name: 'guarded', auth }).runAsync({
      transport: 'http',
      port: Number(url.port),
      logLevel: 'silent',
    })
    const watch: typeof fetch = async (input, init) => {
      const address = String(input instanceof Request ? input.url : input)
      asked.push(address)
      if (address.startsWith('https://issuer.example')) return new Response(null, { status: 404 })
      return fetch(input, init)
    }
    try {
      const authProvider = { redirectUrl: 'http://localhost/back', clientMetadata: { redirect_uris: [] } }
      const provider = authProvider as unknown as OAuthClientProvider
      Object.assign(provider, { tokens: () => undefined, clientInformation: () => undefined })
      const transport = new StreamableHTTPClientTransport(url, { authProvider: provider, fetch: watch })
      await assert.rejects(clientV2().connect(transport as never))
      assert.ok(
        asked.some((one) => one.endsWith('/.well-known/oauth-protected-resource/mcp')),
        asked.join(' '),
      )
      assert.ok(
        asked.some((one) => one.startsWith('https://issuer.example/.well-known/')),
        asked.join(' '),
      )
    } finally {
      await guarded.close()
    }
  })
})

describe('--token-env', () => {
  const env = { THE_TOKEN: 'open-sesame.123', RESOURCE: undefined }
  for (const file of ['whoami-v1.ts', 'whoami-v2.ts']) {
    test(`guards ${file} on every transport, and hands the caller to its handlers`, async () => {
      await using streamable = await serveHttp(`${fixtures}/${file}`, ['--token-env', 'THE_TOKEN'], { env })
      await using events = await serveSse(`${fixtures}/${file}`, ['--token-env', 'THE_TOKEN'], { env })
      const headers = bearer('open-sesame.123')
      for (const { url } of [streamable, events]) {
        for (const token of ['', 'open-sesame.12', 'open-sesame.1234', 'OPEN-SESAME.123']) {
          const sent = {
            method: url.pathname === '/sse' ? 'GET' : 'POST',
            headers: { ...mcpHeaders, ...bearer(token) },
          }
          assert.equal(
            (await send(url, { ...sent, ...(sent.method === 'POST' && { body: initialize }) })).status,
            401,
          )
        }
        for (const era of ['legacy', 'modern'] as const) {
          if (url.pathname === '/sse' && era === 'modern') continue
          await using client = await connect({ url: url.href, headers }, { era })
          const result = await client.callTool({ name: 'whoami', arguments: {} })
          const expected = JSON.stringify({ client: 'token', token: 'open-sesame.123' })
          assert.deepEqual(result.content, [{ type: 'text', text: expected }])
        }
        await assert.rejects(connect(url), /401: it asks for a token/)
      }
    })
  }

  test('guards stateless serving too', async () => {
    const flags = ['--token-env', 'THE_TOKEN', '--stateless']
    await using server = await serveHttp(`${fixtures}/whoami-v1.ts`, flags, { env })
    assert.equal((await send(server.url, { headers: mcpHeaders, body: initialize })).status, 401)
    await using client = await connect(
      { url: server.url.href, headers: bearer(env.THE_TOKEN) },
      { era: 'legacy' },
    )
    assert.match(JSON.stringify(await client.callTool({ name: 'whoami', arguments: {} })), /open-sesame/)
  })

  test('says in one line what is wrong with the variable, and never what it holds', async () => {
    const cases: Record<string, { args?: string[]; value?: string; says: RegExp }> = {
      'not set': {
        says: /^fastmcp: --token-env: the variable THE_TOKEN is not set\. First: .*THE_TOKEN.*\n$/,
      },
      empty: { value: ' ', says: /^fastmcp: --token-env: the variable THE_TOKEN is empty\n$/ },
      'not a token': {
        value: 'two words',
        says: /^fastmcp: --token-env: THE_TOKEN contains characters.*\n$/,
      },
      'no name': {
        args: ['--token-env', 's3cret-value!'],
        says: /^fastmcp: --token-env: must be the name of[^!]*\n$/,
      },
      stdio: { args: ['--token-env', 'THE_TOKEN', '-t', 'stdio'], says: /no effect on stdio/ },
    }
    for (const [name, { args = ['--token-env', 'THE_TOKEN'], value, says }] of Object.entries(cases)) {
      const run = await fastmcp(['run', `${fixtures}/whoami-v1.ts`, '-t', 'http', '-p', '0', ...args], {
        env: { THE_TOKEN: value },
      })
      assert.equal(run.code, 2, name)
      assert.match(run.stderr, says)
    }
  })

  test('may be set from an env file', async () => {
    const flags = ['--env', 'THE_TOKEN=from-the-flag', '--token-env', 'THE_TOKEN']
    await using server = await serveHttp(`${fixtures}/whoami-v1.ts`, flags)
    await using client = await connect({ url: server.url.href, headers: bearer('from-the-flag') })
    assert.equal((await client.listTools()).tools.length, 1)
  })

  test('is refused beside a hook, which it would replace', async () => {
    const run = await fastmcp(
      ['run', `${fixtures}/hook.ts`, '-t', 'http', '-p', '0', '--token-env', 'THE_TOKEN'],
      { env },
    )
    assert.equal(run.code, 2)
    assert.match(run.stderr, /^fastmcp: hooked checks its callers itself \(auth\)/)
  })

  test('is refused for a server that serves itself, which nobody could guard', async () => {
    using project = new Project({ 'own.mjs': 'export const server = { run() { console.error("ran") } }' })
    const run = await fastmcp(
      ['run', project.path('own.mjs'), '-t', 'http', '-p', '0', '--token-env', 'THE_TOKEN'],
      {
        env,
      },
    )
    assert.equal(run.code, 2)
    assert.match(run.stderr, /^fastmcp: this server serves itself, so --token-env cannot protect it/)
    assert.doesNotMatch(run.stderr, /ran/)
  })

  test('is an option of run() and runAsync(), too', async () => {
    process.env.THE_TOKEN = env.THE_TOKEN
    const mcp = new FastMCP({ name: 'coded' })
    const options = { transport: 'http', port: 0, logLevel: 'silent', tokenEnv: 'THE_TOKEN' } as const
    const handle = await mcp.runAsync(options)
    try {
      const url = String(handle.url)
      await assert.rejects(connect(url), /401/)
      await (await connect({ url, headers: bearer(env.THE_TOKEN) })).close()
    } finally {
      await handle.close()
      delete process.env.THE_TOKEN
    }
    await assert.rejects(mcp.runAsync(options), /the variable THE_TOKEN is not set/)
  })

  test('silences the warning about the network, as a hook does', async () => {
    const wide = ['--host', '0.0.0.0']
    await using token = await serveHttp(`${fixtures}/whoami-v1.ts`, [...wide, '--token-env', 'THE_TOKEN'], {
      env,
    })
    await using hook = await serveHttp(`${fixtures}/hook.ts`, wide)
    for (const server of [token, hook]) {
      server.kill()
      await server.exited
      assert.doesNotMatch(server.stderr, /without authentication/)
    }
  })
})

test('a hook may answer itself, and its faults let nobody in', async () => {
  await using server = await serveHttp(`${fixtures}/hook.ts`)
  const ask = (answer?: string) =>
    send(server.url, { headers: { ...mcpHeaders, ...(answer && { 'x-answer': answer }) }, body: initialize })
  assert.equal((await ask('ann')).status, 200)
  const open = await ask()
  assert.deepEqual([open.status, challenge(open)], [401, 'Bearer realm="mcp"'])
  const teapot = await ask('teapot')
  assert.deepEqual([teapot.status, teapot.text], [418, 'short and stout'])
  const own = await ask('401')
  assert.deepEqual([own.status, own.text, challenge(own)], [401, 'who?', 'Bearer realm="mcp"'])
  assert.equal((await ask('expired')).status, 401)
  for (const fault of ['throw', 'true']) {
    const answer = await ask(fault)
    assert.deepEqual([answer.status, answer.json?.error?.message], [500, 'Internal error'])
  }
  await server.until(/auth failed: Error: the database is down/)
  await server.until(/auth returned a boolean: return AuthInfo, undefined or a Response/)
})

test('a hook counts on a server that a factory makes, as its routes do', async () => {
  await using server = await serveHttp(`${fixtures}/hook-factory.ts`)
  assert.equal((await send(server.url, { headers: mcpHeaders, body: initialize })).status, 401)
  assert.equal((await send(server.url, { method: 'GET', path: '/closed' })).status, 401)
})

test('methods that no hook can be asked about are refused', async () => {
  assert.equal((await send(http.url, { method: 'TRACE' })).status, 400)
})

test('mcp.fetch asks the hook, and serves the metadata', async () => {
  const auth = jwtAuth({ issuer: 'https://issuer.example', audience: 'mcp', jwksUri: issuer.jwksUri })
  const mcp = new FastMCP({ name: 'guarded', auth })
  mcp.tool({ name: 'whoami' }, (_args, ctx) => ctx.auth?.extra?.sub)
  mcp.customRoute(
    '/closed',
    { auth: true },
    (_request, context) => new Response(String(context.auth?.clientId)),
  )
  const post = (body: string, headers: Record<string, string>) =>
    mcp.fetch(new Request('http://host.example/api/mcp', { method: 'POST', headers, body }))
  const refused = await post(initialize, mcpHeaders)
  const pointer = 'http://host.example/.well-known/oauth-protected-resource/api/mcp'
  assert.equal(refused.status, 401)
  assert.equal(refused.headers.get('www-authenticate'), `Bearer realm="mcp", resource_metadata="${pointer}"`)
  const metadata = await (await mcp.fetch(new Request(pointer))).json()
  assert.equal((metadata as { resource: string }).resource, 'http://host.example/api/mcp')
  const token = bearer(await issuer.token({ aud: 'mcp' }))
  const opened = await post(initialize, { ...mcpHeaders, ...token })
  const session = { ...mcpHeaders, ...token, 'mcp-session-id': String(opened.headers.get('mcp-session-id')) }
  const call = rpc('tools/call', { name: 'whoami', arguments: {} })
  assert.match(await (await post(call, session)).text(), /"text":"ann"/)
  const closed = (headers: Record<string, string>) =>
    mcp.fetch(new Request('http://host.example/closed', { headers }))
  assert.equal((await closed({})).status, 401)
  assert.equal(await (await closed(token)).text(), 'app')
})

test('a session of mcp.fetch belongs to whoever opened it', async () => {
  const auth = jwtAuth({ issuer: 'https://issuer.example', audience: 'mcp', jwksUri: issuer.jwksUri })
  const mount = new FastMCP({ name: 'guarded', auth }).mount()
  const ask = async (sub: string, method: string, headers: Record<string, string> = {}, body?: string) => {
    const token = bearer(await issuer.token({ aud: 'mcp', sub }))
    const all = { ...mcpHeaders, ...token, ...headers }
    return mount.fetch(
      new Request('http://host.example/mcp', { method, headers: all, ...(body && { body }) }),
    )
  }
  const opened = await ask('ann', 'POST', {}, initialize)
  const session = { 'mcp-session-id': String(opened.headers.get('mcp-session-id')) }
  assert.equal((await ask('bob', 'POST', session, rpc('ping'))).status, 404)
  assert.equal((await ask('bob', 'GET', session)).status, 404)
  assert.equal((await ask('bob', 'DELETE', session)).status, 404)
  assert.equal((await ask('ann', 'POST', session, rpc('ping'))).status, 200)
  await mount.close()
})

test('keys that cannot be had are no reason to let anybody in', async () => {
  const auth = jwtAuth({ issuer: 'i', audience: 'a', jwksUri: 'http://127.0.0.1:1/keys' })
  const answer = await auth(new Request('http://h/', { headers: bearer(await issuer.token()) }))
  assert.ok(answer instanceof Response)
  assert.equal(answer.status, 503)
})

test('jwtAuth names the option that is missing', () => {
  const good = { issuer: 'i', audience: 'a', jwksUri: 'https://h/keys' }
  assert.throws(() => jwtAuth({ ...good, issuer: '' }), /jwtAuth: issuer is missing/)
  assert.throws(() => jwtAuth({ ...good, audience: [] }), /jwtAuth: audience is missing/)
  assert.throws(() => jwtAuth({ ...good, jwksUri: 'keys' }), /jwtAuth: jwksUri must be a URL, not "keys"/)
  assert.throws(() => jwtAuth({ ...good, resource: 'mcp' }), /jwtAuth: resource must be a URL/)
  assert.throws(() => new FastMCP({ name: 'a', auth: 'secret' as never }), /auth must be a function/)
})

test('clockTolerance holds for the start and the end of a token, and for its session', async () => {
  const env = { JWKS_URI: issuer.jwksUri, RESOURCE: undefined, TOLERANCE: '120' }
  await using server = await serveHttp(`${fixtures}/auth.ts`, [], { env })
  const ask = (token: string, body: string, headers = {}) =>
    send(server.url, { headers: { ...mcpHeaders, ...bearer(token), ...headers }, body })
  const late = await issuer.expired(60)
  const opened = await ask(late, initialize)
  assert.equal(opened.status, 200)
  const session = { 'mcp-session-id': String(opened.headers['mcp-session-id']) }
  assert.equal((await ask(late, rpc('tools/list'), session)).status, 200)
  const soon = await issuer.token({ nbf: Math.floor(Date.now() / 1000) + 60 })
  assert.equal((await ask(soon, initialize)).status, 200)
  assert.equal((await ask(await issuer.expired(180), initialize)).status, 401)
  for (const clockTolerance of [-1, Number.NaN, '5' as unknown as number]) {
    assert.throws(
      () => jwtAuth({ issuer: 'i', audience: 'a', jwksUri: 'http://localhost/', clockTolerance }),
      /clockTolerance must be a number of seconds/,
    )
  }
})
