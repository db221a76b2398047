import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fastmcp, root, startFastmcp } from '../support/program.ts'
import { hello } from '../support/project.ts'
import { rpc } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

const fixtures = {
  FastMCP: 'test/fixtures/http/routes.ts',
  'SDK v1': 'test/fixtures/http/echo-v1.ts',
  'SDK v2': 'test/fixtures/http/echo-v2.ts',
}

const line = (...message: Parameters<typeof rpc>) => `${rpc(...message)}\n`
const ping = line('ping', undefined, 'last')
const echo = (text: string, id: string | number = 5) =>
  line('tools/call', { name: 'echo', arguments: { text } }, id)
const wait = (ms: number, id: number) => line('tools/call', { name: 'wait', arguments: { ms } }, id)

interface Reply {
  id: unknown
  error?: { code: number; message: string }
  result?: Record<string, unknown>
}

const repliesIn = (stdout: string): Reply[] =>
  stdout
    .split('\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text))

/** What a line is answered with: an error code and the id it is for, or nothing at all. */
const rows: Record<string, [string, { code: number; id: unknown } | undefined]> = {
  'not JSON': ['hello\n', { code: -32700, id: null }],
  'half a message': ['{"jsonrpc":"2.0","id":5,\n', { code: -32700, id: null }],
  'a number': ['42\n', { code: -32600, id: null }],
  null: ['null\n', { code: -32600, id: null }],
  'no JSON-RPC': ['{"a":1}\n', { code: -32600, id: null }],
  'jsonrpc 1.0': ['{"jsonrpc":"1.0","id":5,"method":"ping"}\n', { code: -32600, id: 5 }],
  'params as a list': ['{"jsonrpc":"2.0","id":5,"method":"ping","params":[]}\n', { code: -32600, id: 5 }],
  'a broken _meta': [
    '{"jsonrpc":"2.0","id":5,"method":"ping","params":{"_meta":1}}\n',
    { code: -32600, id: 5 },
  ],
  'null as id, beside an error': [
    '{"jsonrpc":"2.0","id":null,"method":"ping","error":{"code":1,"message":"no"}}\n',
    { code: -32600, id: null },
  ],
  'an object as id': ['{"jsonrpc":"2.0","id":{},"method":"ping"}\n', { code: -32600, id: null }],
  'a batch': [`[${ping.trim()}]\n`, { code: -32600, id: null }],
  'an empty batch': ['[]\n', { code: -32600, id: null }],
  'an unknown method': [line('no/such', {}, 5), { code: -32601, id: 5 }],
  'carriage returns and empty lines': ['\r\n\n  \n', undefined],
  'a response without a request': ['{"jsonrpc":"2.0","id":99,"result":{}}\n', undefined],
  'a broken answer': ['{"jsonrpc":"2.0","id":99,"result":7}\n', undefined],
  'a cancellation of nothing': [
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}\n',
    undefined,
  ],
  'a notification nobody knows': ['{"jsonrpc":"2.0","method":"notifications/none"}\n', undefined],
  '17 MB in one line': [
    `{"jsonrpc":"2.0","id":5,"method":"${'x'.repeat(17_000_000)}"}\n`,
    { code: -32600, id: null },
  ],
}

const roads: Record<string, string[]> = Object.fromEntries(
  Object.entries(fixtures).flatMap(([kind, file]) => [
    [kind, ['run', root + file]],
    [`${kind} under dev`, ['dev', root + file, '-t', 'stdio', '--no-inspector']],
  ]),
)

for (const [road, words] of chosen(Object.entries(roads), 6)) {
  describe(`lines on stdin of ${road}`, () => {
    const serve = (input: string) => fastmcp(words, { input, limit: 60_000 })

    test('bad ones are answered, and the good ones between them are served', async () => {
      // One process for all: each row is followed by a call that has to be answered still.
      const input = Object.entries(rows).map(([name, [text]]) => text + echo('still here', `after ${name}`))
      const outcome = await serve(hello + input.join(''))
      const replies = repliesIn(outcome.stdout)
      for (const name of Object.keys(rows)) {
        const after = replies.find(({ id }) => id === `after ${name}`)
        assert.match(JSON.stringify(after?.result), /still here/, name)
      }
      const errors = replies.filter(({ error }) => error).map(({ id, error }) => `${error?.code} for ${id}`)
      const expected = Object.values(rows).flatMap(([, answer]) =>
        answer ? [`${answer.code} for ${answer.id}`] : [],
      )
      assert.deepEqual(errors.sort(), expected.sort())
      assert.deepEqual([outcome.code, outcome.signal], [0, null])
      assert.doesNotMatch(outcome.stdout, /node_modules|\bat .*:\d+:\d+|\/fixtures\//)
    })

    test('9 MB in one line is served', async () => {
      const outcome = await serve(hello + echo('x'.repeat(9_000_000)))
      const [, answer] = repliesIn(outcome.stdout)
      assert.equal(JSON.stringify(answer?.result).length > 9_000_000, true)
    })

    test('a call before initialize is answered, one way or the other', async () => {
      const outcome = await serve(echo('early') + ping)
      const early = repliesIn(outcome.stdout).find(({ id }) => id === 5)
      assert.ok(early?.result || early?.error?.code === -32600, outcome.stdout)
      assert.equal(outcome.code, 0)
    })

    test('the modern era begins with a discovery, and needs no other introduction', async () => {
      const _meta = {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      }
      const call = { name: 'echo', arguments: { text: 'hi' }, _meta }
      const outcome = await serve(line('server/discover', { _meta }, 1) + line('tools/call', call, 2))
      const replies = repliesIn(outcome.stdout)
      assert.ok(Array.isArray(replies.find(({ id }) => id === 1)?.result?.supportedVersions), outcome.stdout)
      assert.match(JSON.stringify(replies.find(({ id }) => id === 2)?.result), /"hi"/)
    })

    test('a probe of the modern era without envelope is told that there is no such method', async () => {
      const outcome = await serve(
        line('server/discover', undefined, 1) + hello.replace('"id":1', '"id":2') + ping,
      )
      const replies = repliesIn(outcome.stdout)
      assert.ok(replies.find(({ id }) => id === 1)?.error, outcome.stdout)
      assert.ok(replies.find(({ id }) => id === 2)?.result, outcome.stdout)
    })

    test('the end of stdin while a call is answered loses nothing', async () => {
      const outcome = await serve(hello + wait(300, 5))
      assert.match(JSON.stringify(repliesIn(outcome.stdout).find(({ id }) => id === 5)), /waited 300/)
      assert.equal(outcome.code, 0)
    })

    test('a client that stops reading for a while gets everything afterwards', async () => {
      await using server = startFastmcp(words)
      server.child.stdout?.pause()
      server.child.stdin?.write(hello)
      for (let i = 0; i < 40; i++)
        server.child.stdin?.write(echo(`${i} ${'x'.repeat(1024 * 1024)}`, `big ${i}`))
      server.child.stdin?.write(wait(1, 9))
      await server.until(/waiting/)
      server.child.stdin?.end()
      server.child.stdout?.resume()
      assert.deepEqual(await server.exited, { code: 0, signal: null })
      const big = repliesIn(server.stdout).filter(({ id }) => String(id).startsWith('big'))
      assert.equal(big.length, 40)
    })
  })
}
