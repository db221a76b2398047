import { resolveSettings } from '../../../src/options/settings.ts'
import {
  httpOptions,
  mcpPath,
  refuseHealthClash,
  refuseRouteClashes,
} from '../../../src/serve/http-options.ts'
import { refused, table } from '../../support/table.ts'

type Said = Record<string, unknown>

const optionsOf = (said: Said, env: NodeJS.ProcessEnv = {}) => {
  const flags = Object.entries(said).map(([name, value]) => [name, { value, from: name }])
  return httpOptions(resolveSettings({ flag: Object.fromEntries(flags) }), env)
}

table('mcpPath', (said: Said) => mcpPath(optionsOf(said)), [
  [{}, '/mcp'],
  [{ transport: 'sse' }, '/sse'],
  [{ path: '/a/' }, '/a'],
  [{ path: '/' }, '/'],
])

table('refuseHealthClash', (said: Said) => refuseHealthClash(optionsOf(said)), [
  [{}, undefined],
  [{ health: '/health' }, undefined],
  [{ health: '/mcp' }, refused(/--health \/mcp/)],
  [{ health: '/mcp/' }, refused(/--health \/mcp/), 'which is the same path'],
  [{ health: '/mcp', path: '/other' }, undefined],
  [{ health: '/messages', transport: 'sse' }, refused(/--health \/messages/)],
])

table('health, as requests are routed', (said: Said) => optionsOf(said).health, [
  [{}, undefined],
  [{ health: '/health' }, '/health'],
  [{ health: '/health/' }, '/health', 'without the slash at the end'],
  [{ health: '/' }, '/'],
])

const clash = (path: string) => {
  const route = { path, methods: ['GET'], handler: () => new Response() }
  return refuseRouteClashes([route], optionsOf({ health: '/up' }), ['/taken'])
}

table('refuseRouteClashes', clash, [
  ['/users', undefined],
  ['/mcp/users', undefined],
  ['/mcp', refused(/\/mcp/)],
  ['/mcp/', refused(/\/mcp/)],
  ['/up', refused(/\/up/)],
  ['/taken', refused(/\/taken/)],
])

const token = (env: NodeJS.ProcessEnv) => optionsOf({ tokenEnv: 'TOKEN' }, env).token

table('the token of --token-env', token, [
  [{ TOKEN: 'a-b.c_d~+/=' }, 'a-b.c_d~+/='],
  [{ TOKEN: ' padded\n' }, 'padded'],
  [{}, refused(/TOKEN is not set/)],
  [{ TOKEN: '' }, refused(/TOKEN is empty/)],
  [{ TOKEN: ' ' }, refused(/TOKEN is empty/)],
  [{ TOKEN: 'two words' }, refused(/RFC 6750/)],
  [{ TOKEN: 'schlüssel' }, refused(/RFC 6750/)],
  [{ TOKEN: 'a\r\nb' }, refused(/RFC 6750/)],
])
