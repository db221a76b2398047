import type { IncomingMessage } from 'node:http'
import { HostCheck, isLoopback } from '../../../src/transports/http/host-check.ts'
import { table } from '../../support/table.ts'

const request = (headers: Record<string, string | undefined>) => ({ headers }) as IncomingMessage
const checkOf = (host: string, allowedHosts: string[], allowedOrigins: string[] = []) =>
  new HostCheck({ host, allowedHosts, allowedOrigins })
const asksFor = (name: string) => `This host name is not allowed: add --allowed-hosts ${name}`
const noHost = 'The Host header is not a host'

const local = checkOf('127.0.0.1', ['MCP.example', 'port.example:8000'])
table('hostFault, bound to this machine,', (host: string | undefined) => local.hostFault(request({ host })), [
  ['localhost', undefined],
  ['LOCALHOST:8000', undefined],
  ['127.0.0.1:1', undefined],
  ['[::1]:8000', undefined],
  ['mcp.example', undefined],
  ['port.example:9', undefined, 'the port does not matter'],
  [undefined, 'The Host header is missing'],
  ['', 'The Host header is missing'],
  ['evil.example', asksFor('evil.example')],
  ['localhost.evil.example', asksFor('localhost.evil.example')],
  ['evil-localhost', asksFor('evil-localhost')],
  ['sub.mcp.example', asksFor('sub.mcp.example')],
  ['192.168.0.1', asksFor('192.168.0.1')],
  ['localhost@evil.example', noHost],
  ['localhost/', noHost],
  ['localhost#evil.example', noHost],
  ['localhost\\evil.example', noHost],
  ['localhost localhost', noHost],
  ['städte.example', noHost],
  ['[::1', noHost],
  ['__proto__', asksFor('__proto__')],
  [`${'x'.repeat(300)}.example`, asksFor('x'.repeat(255)), 'a long name is cut off'],
])

const network = checkOf('0.0.0.0', [])
table('hostFault, bound to the network,', (host: string) => network.hostFault(request({ host })), [
  ['192.168.0.1:8000', undefined],
  ['[2001:db8::1]:8000', undefined],
  ['localhost', undefined],
  ['evil.example', asksFor('evil.example')],
  ['1.2.3.4.evil.example', asksFor('1.2.3.4.evil.example')],
  ['999.1.1.1', asksFor('999.1.1.1')],
])

const open = checkOf('0.0.0.0', ['*'])
table('hostFault, where any name will do,', (host: string) => open.hostFault(request({ host })), [
  ['any.example', undefined],
  ['', 'The Host header is missing'],
  ['any.example/path', noHost],
])

const origins = checkOf('127.0.0.1', [], ['https://App.example/', 'http://other.example:8080'])
table(
  'whether an origin may call',
  (origin: string) => origins.originFault(request({ origin })) === undefined,
  [
    ['https://app.example', true],
    ['https://APP.example', true],
    ['http://other.example:8080', true],
    ['http://localhost:3000', true],
    ['http://[::1]', true],
    ['http://app.example', false, 'another scheme'],
    ['https://app.example:444', false, 'another port'],
    ['https://app.example.evil.example', false],
    ['https://evil.example/https://app.example', false],
    ['http://localhost.evil.example', false],
    ['null', false],
    ['file://', false],
    ['', false],
    ['__proto__', false],
  ],
)

const crossSite = { 'sec-fetch-site': 'cross-site' }
table(
  'whether a request that names no origin may call',
  (headers: Record<string, string>) => origins.originFault(request(headers)) === undefined,
  [
    [{}, true, 'no browser at all'],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [crossSite, false],
    [
      { ...crossSite, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      true,
      'a link that somebody follows',
    ],
    [{ ...crossSite, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, false],
    [{ ...crossSite, referer: 'https://app.example/page' }, true],
    [{ ...crossSite, referer: 'https://evil.example/https://app.example' }, false],
    [{ ...crossSite, referer: 'nonsense' }, false],
  ],
)

table('isLoopback', isLoopback, [
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['[::1]', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['', false],
])
