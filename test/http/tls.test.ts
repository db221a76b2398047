import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { certificate, expired, key } from '../support/certificates.ts'
import { fastmcp, listening, patience, root, serveHttp, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { initialize, mcpHeaders, rpc, send, sendBytes } from '../support/raw-http.ts'

const fixture = `${root}test/fixtures/http/routes.ts`
const otherKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string

const printOf = (pem: string) => new X509Certificate(pem).fingerprint256

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** The fingerprint of what was served with. */
  print: string
}

/** One request over a new connection; of a stream, what has come until it matches. */
function ask(
  url: URL,
  { method = 'GET', path = '/livez', headers = {}, body = '', until = /$^/ },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, path, headers, host: url.hostname, port: url.port }
    const outgoing = request({ ...options, rejectUnauthorized: false, agent: false }, (incoming) => {
      const { fingerprint256: print } = (incoming.socket as TLSSocket).getPeerCertificate()
      let text = ''
      const done = () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, print })
      incoming.on('end', done).on('data', (data: Buffer) => {
        text += data
        if (!until.test(text)) return
        done()
        outgoing.destroy()
      })
    })
    outgoing.setTimeout(patience, () => outgoing.destroy(new Error('no answer')))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const flags = (folder: string) => [
  '--tls-cert',
  join(folder, 'tls.crt'),
  '--tls-key',
  join(folder, 'tls.key'),
]

const pair = (cert = certificate, secret = key) => ({ 'tls.crt': cert, 'tls.key': secret })

async function untilServed(url: URL, cert: string): Promise<void> {
  const deadline = Date.now() + patience
  while ((await ask(url, {})).print !== printOf(cert)) {
    assert.ok(Date.now() < deadline, 'the new certificate was never served')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

test('sessions, streams, checks and the printed URL are those of http', async () => {
  using project = new Project(pair())
  await using server = await serveHttp(fixture, flags(project.folder))
  assert.equal(server.url.protocol, 'https:')
  const opened = await ask(server.url, {
    method: 'POST',
    path: '/mcp',
    headers: mcpHeaders,
    body: initialize,
  })
  assert.deepEqual([opened.status, opened.print], [200, printOf(certificate)])
  const headers = { ...mcpHeaders, 'mcp-session-id': String(opened.headers['mcp-session-id']) }
  const echo = rpc('tools/call', { name: 'echo', arguments: { text: 'over TLS' } })
  const called = await ask(server.url, { method: 'POST', path: '/mcp', headers, body: echo })
  assert.match(called.text, /over TLS/)
  const stream = await ask(server.url, { path: '/mcp', headers, until: /retry/ })
  assert.equal(stream.headers['content-type'], 'text/event-stream')
  assert.equal((await ask(server.url, { path: '/users/ann', headers: { host: 'evil.example' } })).status, 403)
  const page = { origin: 'https://evil.example' }
  assert.equal((await ask(server.url, { path: '/users/ann', headers: page })).status, 403)
  assert.equal(await sendBytes(server.url, 'GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n'), '')
  const client = await fastmcp(['call', server.url.href, 'echo', 'text=hello', '--json'], {
    env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
  })
  assert.match(client.stdout, /hello/, client.stderr)
  server.kill('SIGTERM')
  assert.equal((await server.exited).code, 0)
})

describe('the files are read again when they change', () => {
  test('written over, and a pair that makes no sense changes nothing', async () => {
    using project = new Project(pair())
    await using server = await serveHttp(fixture, flags(project.folder))
    project.write('tls.crt', expired)
    await untilServed(server.url, expired)
    project.write('tls.key', otherKey)
    await server.until(
      /--tls-key \S+: it is not the key of the certificate\. The certificate that was read before/,
    )
    assert.equal((await ask(server.url, {})).print, printOf(expired))
    project.write('tls.crt', 'nonsense')
    await server.until(/--tls-cert \S+: it is not in PEM/)
    for (const [name, text] of Object.entries(pair())) project.write(name, text)
    await untilServed(server.url, certificate)
    assert.doesNotMatch(server.stderr, /PRIVATE|nonsense/)
  })

  test('by a link of a folder above, as Kubernetes does', async () => {
    using project = new Project({})
    const write = (folder: string, files: Record<string, string>) => {
      mkdirSync(project.path(folder))
      for (const [name, text] of Object.entries(files)) writeFileSync(project.path(`${folder}/${name}`), text)
    }
    write('first', pair())
    write('second', pair(expired))
    symlinkSync('first', project.path('data'))
    for (const name of Object.keys(pair())) symlinkSync(`data/${name}`, project.path(name))
    await using server = await serveHttp(fixture, flags(project.folder))
    symlinkSync('second', project.path('next'))
    renameSync(project.path('next'), project.path('data'))
    await untilServed(server.url, expired)
  })
})

test('what cannot be served is refused in one line', async () => {
  using project = new Project({ ...pair(), 'other.key': otherKey, 'no.pem': 'a secret' })
  const at = (name: string) => project.path(name)
  const rows: [args: string[], words: RegExp][] = [
    [['--tls-cert', at('tls.crt')], /^fastmcp: --tls-cert and --tls-key need each other\. .*\n$/],
    [['--tls-cert', at('none'), '--tls-key', at('tls.key')], /^fastmcp: --tls-cert \S+: file not found\n$/],
    [
      ['--tls-cert', at('tls.crt'), '--tls-key', at('no.pem')],
      /^fastmcp: --tls-key \S+: it is not in PEM\n$/,
    ],
    [
      ['--tls-cert', at('tls.crt'), '--tls-key', at('other.key')],
      /^fastmcp: --tls-key \S+: it is not the key of the certificate\n$/,
    ],
    [
      ['--tls-cert', project.folder, '--tls-key', at('tls.key')],
      /^fastmcp: --tls-cert \S+: it is not a regular file\n$/,
    ],
  ]
  for (const [args, words] of rows) {
    const { code, stderr } = await fastmcp(['run', fixture, '-t', 'http', '-p', '0', ...args])
    assert.equal(code, 2)
    assert.match(stderr, words)
  }
})

test('a server on http loads nothing of https', async () => {
  using project = new Project({
    ...pair(),
    'server.mjs': `
      import { FastMCP } from 'fastmcp-cli'
      export const mcp = new FastMCP({ name: 'modules', version: '1.0.0' })
      mcp.customRoute('/modules', () => Response.json(process.moduleLoadList))`,
  })
  const loaded = async (args: string[]) => {
    await using server = await serveHttp(project.path('server.mjs'), args)
    if (server.url.protocol === 'https:') return (await ask(server.url, { path: '/modules' })).text
    return (await send(server.url, { method: 'GET', path: '/modules' })).text
  }
  assert.doesNotMatch(await loaded([]), /"NativeModule https"/)
  assert.match(await loaded(flags(project.folder)), /"NativeModule https"/)
})

test('code may say it too', async () => {
  using project = new Project({
    ...pair(),
    'server.mjs': `
      import { FastMCP } from 'fastmcp-cli'
      const mcp = new FastMCP({ name: 'secure', version: '1.0.0' })
      mcp.customRoute('/url', (request) => new Response(request.url))
      await mcp.run({ transport: 'http', port: 0, tlsCert: 'tls.crt', tlsKey: 'tls.key' })`,
  })
  await using server = await listening(
    start(process.execPath, [project.path('server.mjs')], { cwd: project.folder }),
  )
  const { text } = await ask(server.url, { path: '/url' })
  assert.equal(text, `https://${server.url.host}/url`)
})
