import { destinationOf } from '../../../src/library/connect/connect-target.ts'
import { sourceKey } from '../../../src/process/runner-hook.ts'
import { refused, table } from '../../support/table.ts'

/** What a target means, with its address as text. */
const meant = (target: unknown) => {
  const one = destinationOf(target)
  if (one.kind === 'url') return ['url', one.url.href, one.transport, one.headers]
  if (one.kind === 'file') return ['file', one.spec]
  return one.kind === 'command' ? ['command', one.command, one.args, one.env] : [one.kind]
}

table('destinationOf', meant, [
  ['http://a.example/mcp', ['url', 'http://a.example/mcp', 'streamable-http', {}]],
  ['HTTPS://a.example/sse/', ['url', 'https://a.example/sse/', 'sse', {}]],
  [new URL('http://a.example/sse?x=1'), ['url', 'http://a.example/sse?x=1', 'sse', {}]],
  [
    { url: 'http://a.example/sse', transport: 'http' },
    ['url', 'http://a.example/sse', 'streamable-http', {}],
  ],
  [{ url: 'http://a.example', type: 'SSE' }, ['url', 'http://a.example/', 'sse', {}]],
  [
    { url: 'http://a.example', headers: { a: 1 } },
    ['url', 'http://a.example/', 'streamable-http', { a: '1' }],
  ],
  ['server.ts:mcp', ['file', 'server.ts:mcp']],
  ['-server.ts', ['file', './-server.ts'], 'no flag'],
  ['C:\\a\\server.ts', ['file', 'C:\\a\\server.ts']],
  ['no-such.json', ['file', 'no-such.json']],
  ...(process.platform === 'win32' ? [] : ([['file:///a/server.ts', ['file', '/a/server.ts']]] as const)),
  [{ command: 'node', args: [1, 'a'], env: { A: 1 } }, ['command', 'node', ['1', 'a'], { A: '1' }]],
  [{ mcpServers: { a: { command: 'node' } } }, ['command', 'node', [], {}]],
  [{ [sourceKey]: () => undefined }, ['own']],
  [{ start: () => 1, send: () => 1, close: () => 1 }, ['transport']],
  [() => undefined, ['factory']],
  ['', refused(/target is empty/)],
  [' ', refused(/target is empty/)],
  ['localhost:8000/mcp', refused(/Did you mean http:\/\/localhost:8000\/mcp\?$/)],
  ['ftp://a.example', refused(/scheme/)],
  ['http://', refused(/URL/)],
  [{ url: 'nonsense' }, refused(/URL/)],
  [{ url: 'http://a.example', transport: 'constructor' }, refused(/"constructor"/)],
  [{ url: 'http://a.example', headers: 'a' }, refused(/headers must be/)],
  [{ url: undefined }, refused(/has no URL/)],
  [{ command: '' }, refused(/command must be/)],
  [{ command: 'node', args: 'a' }, refused(/args must be/)],
  [class Server {}, refused(/Server is a class/)],
  [undefined, refused(/target is undefined/)],
  [null, refused(/target is null/)],
  [1, refused(/target is a number/)],
  [[], refused(/target is a list/)],
  [{}, refused(/target is an empty object/)],
  [{ a: 1, b: 2 }, refused(/target is an object with a, b/)],
  [Promise.resolve(), refused(/a promise: await it first/)],
])
