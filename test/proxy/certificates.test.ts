import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { certificate, expired } from '../support/certificates.ts'
import { HttpProxy } from '../support/http-proxy.ts'
import { oddRemote } from '../support/odd-remote.ts'
import { fastmcp } from '../support/program.ts'
import { TlsFront } from '../support/tls-front.ts'
import { chosen } from '../support/whole.ts'

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-certificates-'))
const trusted = (text: string) => {
  const file = join(folder, text === expired ? 'expired.pem' : 'good.pem')
  writeFileSync(file, text)
  return file
}
let behind: Awaited<ReturnType<typeof oddRemote>>
before(async () => {
  behind = await oddRemote()
})
after(async () => {
  await behind[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const faults: Record<string, [cert: string, trust: string | undefined, host: string, says: RegExp]> = {
  'self-signed': [
    certificate,
    undefined,
    'mcp.example',
    /its certificate is self-signed: .*NODE_EXTRA_CA_CERTS/,
  ],
  expired: [expired, expired, 'mcp.example', /its certificate has expired/],
  'of another host': [certificate, certificate, 'other.example', /its certificate is for another host name/],
}

/** As `run` says it: to whoever calls. */
const hello = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
})

const uses: [name: string, args: (url: string) => string[]][] = [
  ['list', (url) => ['list', url]],
  ['list of SSE', (url) => ['list', url, '-t', 'sse']],
  ['call', (url) => ['call', url, 'lookup']],
  ['inspect', (url) => ['inspect', url]],
  ['run', (url) => ['run', url]],
  ['login', (url) => ['login', url]],
]

describe('a certificate that cannot be trusted is named, directly and by a proxy', () => {
  for (const [index, [use, args]] of uses.entries()) {
    for (const [name, [cert, trust, host, says]] of chosen(Object.entries(faults), 3, index % 3)) {
      test(`${use}: ${name}`, async () => {
        await using front = await TlsFront.start(new URL(behind.origin), cert)
        await using proxy = await HttpProxy.start()
        const env = trust === undefined ? {} : { NODE_EXTRA_CA_CERTS: trusted(trust) }
        const attempts = [
          [front.at('/mcp', '127.0.0.1'), env],
          [front.at('/mcp', host), { ...env, HTTPS_PROXY: proxy.url }],
        ] as const
        for (const [url, variables] of attempts) {
          const input = use === 'run' ? `${hello}\n` : ''
          const { code, stdout, stderr } = await fastmcp(args(url), { env: variables, input })
          assert.match(stderr, says)
          assert.equal(code, use === 'run' ? 0 : 4)
          if (use === 'run') assert.match(stdout, says)
        }
        assert.deepEqual(new Set(proxy.tunnels), new Set([new URL(front.at('', host)).host]))
      })
    }
  }
})
