import { externalKind, header, schemeOf } from '../../../src/options/gateway-options.ts'
import { refused, table } from '../../support/table.ts'

table('schemeOf', schemeOf, [
  ['http://a', 'http'],
  ['HTTPS://a', 'https'],
  ['git+ssh://a', 'git+ssh'],
  ['http:/a', undefined],
  ['C:\\server.ts', undefined],
  ['C://server.ts', 'c'],
  ['server.ts:mcp', undefined],
  ['://a', undefined],
  ['', undefined],
])

table('externalKind', externalKind, [
  ['http://a/mcp', 'url'],
  ['ftp://a', 'url', 'refused later, by its name'],
  ['@cursor/weather', 'configured'],
  ['@scope/package', 'configured', 'which may also be a package'],
  ['@cursor/', undefined],
  ['@Cursor/weather', 'configured', 'which may be mistyped'],
  ['mcp.json', 'json'],
  ['mcp.JSON:weather', 'json'],
  ['C:\\a\\mcp.json', 'json'],
  ['mcp.json:a/b', undefined],
  ['server.ts', undefined],
  ['server.json.ts', undefined],
  ['', undefined],
])

table('header', header.parse, [
  ['Authorization: Bearer a:b', { Authorization: 'Bearer a:b' }],
  ['X-A:1', { 'X-A': '1' }],
  ['X-A :  1', { 'X-A': '1' }],
  ['X-A:', { 'X-A': '' }],
  ['__proto__: 1', { ['__proto__']: '1' }],
  ['X-A', refused(/^must be "Name: value"$/)],
  [': 1', refused(/Name: value/)],
  ['X A: 1', refused(/Name: value/)],
  ['X-Ä: 1', refused(/Name: value/)],
  ['X-A: 1\r\nX-B: 2', refused(/Name: value/), 'a second header in the value of the first'],
  ['', refused(/Name: value/)],
])
