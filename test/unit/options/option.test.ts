import { bareRedisUrl, readRedisUrl } from '../../../src/options/checks/redis-url.ts'
import {
  assignment,
  choice,
  envOf,
  flag,
  flagOf,
  integer,
  list,
  shown,
  size,
  sizeText,
  text,
  urlPath,
  variableName,
} from '../../../src/options/option.ts'
import { redisUrl, withoutPassword } from '../../../src/options/replica-options.ts'
import { refused, table } from '../../support/table.ts'

table('integer(1, 100)', integer(1, 100), [
  ['1', 1],
  ['100', 100],
  ['007', 7],
  ['0', refused(/^must be a whole number from 1 to 100, not "0"$/)],
  ['101', refused(/from 1 to 100/)],
  ['', refused(/not ""/)],
  ['-1', refused(/whole number/)],
  ['+1', refused(/whole number/)],
  ['1.0', refused(/whole number/)],
  ['1e1', refused(/whole number/)],
  ['0x10', refused(/whole number/)],
  [' 1', refused(/whole number/)],
  ['١', refused(/whole number/), 'digits of another script'],
  ['9'.repeat(1_000), refused(/not "9{57}…"$/), 'what is long is cut off'],
])

table('size(1024, 1gb)', size(1024, 1024 ** 3), [
  ['1kb', 1024],
  ['1.5 MB', 1.5 * 1024 ** 2],
  ['4194304', 4 * 1024 ** 2],
  [' 2Kb ', 2048],
  ['1gb', 1024 ** 3],
  ['1024b', 1024],
  ['1.0005kb', 1024, 'part of a byte is none'],
  ['1023', refused(/^must be a size from 1kb to 1gb, not "1023"$/)],
  ['1025mb', refused(/from 1kb to 1gb/)],
  ['', refused(/not ""/)],
  ['mb', refused(/not "mb"/)],
  ['-4mb', refused(/size/)],
  ['4  mb', refused(/size/)],
  ['4mib', refused(/size/)],
  ['1e9', refused(/size/)],
  ['Infinity', refused(/size/)],
  ['9'.repeat(20), refused(/size/)],
])

table('sizeText', sizeText, [
  [1024, '1kb'],
  [4 * 1024 ** 2, '4mb'],
  [1.5 * 1024 ** 2, '1536kb'],
  [2 * 1024 ** 3, '2gb'],
  [1000, '1000'],
])

table('flag', flag, [
  ['true', true],
  ['YES', true],
  ['1', true],
  ['on', true],
  ['false', false],
  ['No', false],
  ['0', false],
  ['off', false],
  ['', refused(/^must be true or false, not ""$/)],
  ['2', refused(/true or false/)],
  ['true ', refused(/true or false/)],
])

table('list', list, [
  ['a', ['a']],
  ['a, b ,c', ['a', 'b', 'c']],
  ['*', ['*']],
  ['', refused(/empty item/)],
  ['a,,b', refused(/empty item in "a,,b"/)],
  ['a,', refused(/empty item/)],
])

table('urlPath', urlPath, [
  ['/mcp', '/mcp'],
  ['mcp', '/mcp'],
  ['/', '/'],
  ['/a/b.c/', '/a/b.c/'],
  ['', refused(/^must be a plain URL path such as \/mcp, not ""$/)],
  ['//host/mcp', refused(/plain URL path/)],
  ['/a?b', refused(/plain URL path/)],
  ['/a#b', refused(/plain URL path/)],
  ['/a b', refused(/plain URL path/)],
  ['/städte', refused(/plain URL path/)],
  ['/a%2fb', refused(/plain URL path/)],
  ['/a/../b', refused(/plain URL path/)],
  ['/a/.', refused(/plain URL path/)],
  ['\\mcp', refused(/plain URL path/)],
  ['/a\r\nb', refused(/not "\/a\?\?b"/), 'line ends are not repeated'],
])

table('assignment', assignment, [
  ['A=1', { A: '1' }],
  ['_a1=', { _a1: '' }],
  ['A=b=c', { A: 'b=c' }],
  ['A= spaces ', { A: ' spaces ' }],
  ['__proto__=x', { ['__proto__']: 'x' }],
  ['', refused(/^must be NAME=value$/)],
  ['A', refused(/NAME=value/)],
  ['=x', refused(/NAME=value/)],
  ['1A=x', refused(/NAME=value/)],
  ['A B=x', refused(/NAME=value/)],
])

table('variableName', variableName, [
  ['TOKEN', 'TOKEN'],
  ['_t1', '_t1'],
  ['', refused(/name of an environment variable/)],
  [
    'sk-secret',
    refused(/^must be the name of an environment variable$/),
    'what may be a secret is not repeated',
  ],
  ['$TOKEN', refused(/name of an environment variable/)],
])

table('choice(stdio, sse)', choice(['stdio', 'sse'], { s: 'sse' }), [
  ['stdio', 'stdio'],
  ['SSE', 'sse'],
  ['s', 'sse'],
  ['S', 'sse'],
  ['', refused(/^must be one of stdio, sse, s, not ""$/)],
  ['sdtio', refused(/^must be one of stdio, sse, s, not "sdtio"\. Did you mean stdio\?$/)],
  ['websocket', refused(/, not "websocket"$/), 'like none'],
  ['constructor', refused(/one of stdio, sse/)],
  ['__proto__', refused(/one of stdio, sse/)],
])

table('text', text, [
  ['a', 'a'],
  [' ', ' '],
  ['', refused(/must not be empty/)],
])

table('shown', shown, [
  ['a', 'a'],
  ['a\r\nb\tc\x1b[31m', 'a??b?c?[31m'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(61), `${'x'.repeat(57)}…`],
  ['städte', 'städte'],
])

const names = (name: string) => [flagOf({ name }), envOf(name)]
table('flagOf and envOf', names, [
  ['port', ['--port', 'FASTMCP_PORT']],
  ['maxBody', ['--max-body', 'FASTMCP_MAX_BODY']],
  ['allowedHosts', ['--allowed-hosts', 'FASTMCP_ALLOWED_HOSTS']],
])

table('redisUrl', redisUrl, [
  ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
  ['rediss://user:word@redis.example/2', 'rediss://user:word@redis.example/2'],
  ['redis+sentinel://one,two:26380/main', 'redis+sentinel://one,two:26380/main'],
  ['rediss+cluster://u:p@[::1]:7000,one:7001', 'rediss+cluster://u:p@[::1]:7000,one:7001'],
  ['http://127.0.0.1', refused(/^must be a URL such as redis:/)],
  ['redis+sentinel://one', refused(/must be/)],
  ['redis+cluster://one/main', refused(/must be/)],
  ['redis+cluster://one:70000', refused(/must be/)],
  ['redis+other://one', refused(/must be/)],
  ['hidden-word', refused(/^(?!.*hidden-word)/)],
])

table('readRedisUrl', readRedisUrl, [
  [
    'rediss+sentinel://us%40er:wo%3Ard@one,[::1]:7/main',
    {
      kind: 'sentinel',
      tls: true,
      hosts: [
        { host: 'one', port: 26379 },
        { host: '::1', port: 7 },
      ],
      user: 'us@er',
      password: 'wo:rd',
      name: 'main',
    },
  ],
])

for (const shownBy of [withoutPassword, bareRedisUrl])
  table(`${shownBy.name} of a cluster`, (value: string) => shownBy(value).includes('wo:rd'), [
    ['redis+cluster://u:wo:rd@one:1,two:2', false],
    ['redis://u:wo:rd@one:1', false],
  ])
