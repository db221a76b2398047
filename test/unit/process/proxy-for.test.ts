import { proxyFor } from '../../../src/process/proxy/proxy-for.ts'
import { refused, table } from '../../support/table.ts'

/** The proxy for an address, under these variables, as `variable host authorization`. */
function found([address, env]: readonly [string, NodeJS.ProcessEnv]): string | undefined {
  const proxy = proxyFor(new URL(address), env)
  return proxy && [proxy.variable, proxy.url.href, proxy.authorization].filter(Boolean).join(' ')
}

const one = 'http://one.example:3128'
const two = 'http://two.example:3128'
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const not = /^HTTPS_PROXY is not the URL of an http or https proxy/

table('proxyFor', found, [
  [['https://mcp.example/mcp', {}], undefined],
  [['https://mcp.example/mcp', { HTTPS_PROXY: one }], `HTTPS_PROXY ${one}/`],
  [['https://mcp.example/mcp', { HTTP_PROXY: one }], undefined, 'each scheme has its own'],
  [['http://mcp.example/mcp', { HTTP_PROXY: one, HTTPS_PROXY: two }], `HTTP_PROXY ${one}/`],
  [['http://mcp.example/mcp', { HTTP_PROXY: one, http_proxy: two }], `http_proxy ${two}/`],
  [['https://mcp.example/mcp', { HTTPS_PROXY: one, https_proxy: '' }], `HTTPS_PROXY ${one}/`, 'as in curl'],
  [['https://mcp.example/mcp', { HTTPS_PROXY: 'one.example:3128' }], `HTTPS_PROXY ${one}/`],
  [['https://mcp.example/mcp', { HTTPS_PROXY: 'https://one.example' }], 'HTTPS_PROXY https://one.example/'],
  [
    ['https://mcp.example/mcp', { HTTPS_PROXY: 'http://ann:p%40ss@one.example:3128/x' }],
    `HTTPS_PROXY ${one}/ ${basic('ann:p@ss')}`,
  ],
  [
    ['https://mcp.example/mcp', { HTTPS_PROXY: 'http://ann@one.example:3128' }],
    `HTTPS_PROXY ${one}/ ${basic('ann:')}`,
  ],
  [
    ['https://mcp.example/mcp', { HTTPS_PROXY: 'http://a:100%@one.example:3128' }],
    `HTTPS_PROXY ${one}/ ${basic('a:100%')}`,
  ],
  [['https://mcp.example/mcp', { HTTPS_PROXY: 'socks5://one.example' }], refused(not)],
  [['https://mcp.example/mcp', { HTTPS_PROXY: 'http://' }], refused(not)],
  [['https://mcp.example/mcp', { HTTPS_PROXY: 'a secret' }], refused(not)],
  [['http://localhost:8000/mcp', { HTTP_PROXY: one }], undefined],
  [['http://mcp.localhost/mcp', { HTTP_PROXY: one }], undefined],
  [['http://127.3.2.1:8000/mcp', { HTTP_PROXY: 'nonsense://' }], undefined],
  [['http://[::1]:8000/mcp', { HTTP_PROXY: one }], undefined],
  [['http://notlocalhost/mcp', { HTTP_PROXY: one }], `HTTP_PROXY ${one}/`],
])

/** Whether an address is reached directly under this list. */
const direct = ([address, NO_PROXY]: readonly [string, string]): boolean =>
  proxyFor(new URL(address), { HTTP_PROXY: one, HTTPS_PROXY: one, NO_PROXY }) === undefined

table('NO_PROXY', direct, [
  [['https://mcp.example/', ''], false],
  [['https://mcp.example/', '*'], true],
  [['https://mcp.example/', 'a.example, *'], true],
  [['https://mcp.example/', 'mcp.example'], true],
  [['https://MCP.example./', 'mcp.EXAMPLE.'], true],
  [['https://a.mcp.example/', 'mcp.example'], true],
  [['https://a.mcp.example/', '.mcp.example'], true],
  [['https://mcp.example/', '.mcp.example'], true, 'as in curl'],
  [['https://a.mcp.example/', '*.mcp.example'], true],
  [['https://amcp.example/', 'mcp.example'], false],
  [['https://mcp.example/', 'a.example b.example\tmcp.example'], true],
  [['https://mcp.example/', 'mcp.example:443'], true],
  [['http://mcp.example/', 'mcp.example:443'], false],
  [['https://mcp.example:8443/', 'mcp.example:8443'], true],
  [['https://mcp.example:8443/', '*:8443'], true],
  [['https://mcp.example/', '.'], false],
  [['https://mcp.example/', ',,'], false],
  [['https://10.1.2.3/', '10.1.2.3'], true],
  [['https://10.1.2.3/', '10.0.0.0/8'], true],
  [['https://10.1.2.3:8443/', '10.0.0.0/8:8443'], true],
  [['https://11.1.2.3/', '10.0.0.0/8'], false],
  [['https://10.1.2.3/', '10.0.0.0/33'], false],
  [['https://10.1.2.3/', '2.3'], false, 'an address has no domain'],
  [['https://[2001:db8::1]/', '2001:db8::1'], true],
  [['https://[2001:db8::1]/', '[2001:db8:0::1]:443'], true],
  [['https://[2001:db8::1]/', '2001:db8::/32'], true],
  [['https://[2001:db9::1]/', '2001:db8::/32'], false],
])

table('no_proxy', (env: NodeJS.ProcessEnv) => found(['https://mcp.example/', { https_proxy: one, ...env }]), [
  [{ no_proxy: 'mcp.example', NO_PROXY: 'other.example' }, undefined],
  [{ no_proxy: 'other.example', NO_PROXY: 'mcp.example' }, `https_proxy ${one}/`],
])
