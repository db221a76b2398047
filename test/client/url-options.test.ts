import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fastmcp, program, root, serveHttp, serveSse } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen, rarely } from '../support/whole.ts'

const weather = `${root}examples/weather-v1.ts`
const echo = `${root}test/fixtures/http/echo-v2.ts`

describe('what a command says of a URL', () => {
  const commands = { list: ['list'], inspect: ['inspect', '--json'], call: ['call'] }
  const tool = (name: string) => (name === 'call' ? ['forecast', 'city=Oslo'] : [])

  for (const [name, [command = '', ...rest]] of chosen(Object.entries(commands), 3)) {
    test(`${name}: the path, the transport, and the variable with the token`, async () => {
      const env = { TOKEN: 'secret' }
      const args = ['--token-env', 'TOKEN', '--path', '/deep/er']
      await using http = await serveHttp(weather, args, { env })
      await using sse = await serveSse(weather, ['--path', '/stream'])
      const ask = (url: URL, ...more: string[]) =>
        fastmcp([command, url.href, ...tool(name), ...rest, ...more], { env })
      const whole = await ask(new URL('/mcp', http.url), '--path', '/deep/er', '--bearer-env', 'TOKEN')
      assert.equal(whole.code, 0, whole.stderr)
      const refused = await ask(new URL('/mcp', http.url), '--path', '/deep/er')
      assert.equal(refused.code, 4)
      assert.match(refused.stderr, /--bearer-env/)
      const wrong = await fastmcp(
        [command, http.url.href, ...tool(name), ...rest, '--path', '/deep/er', '--bearer-env', 'TOKEN'],
        { env: { TOKEN: 'wrong' } },
      )
      assert.equal(wrong.code, 4)
      assert.match(wrong.stderr, /: 401: the token in TOKEN \(--bearer-env\) was not accepted\n/)
      const older = await ask(sse.url, '-t', 'sse')
      assert.equal(older.code, 0, older.stderr)
      // An inspection says which eras are spoken, and there is one on SSE.
      if (name !== 'inspect') assert.equal(older.stdout, whole.stdout)
    })
  }

  const useless: Record<string, [args: string[], says: RegExp]> = {
    'a transport of a file': [['list', weather, '-t', 'sse'], /--transport is for a server at a URL/],
    'a path of a program': [['list', '--exec', 'node x', '--path', '/x'], /--path is for a server at a URL/],
    'a transport that no URL has': [
      ['list', 'http://127.0.0.1:9', '-t', 'stdio'],
      /--?t(ransport)?: must be/,
    ],
    'a variable that is not set': [
      ['list', 'http://127.0.0.1:9', '--bearer-env', 'NONE'],
      /--bearer-env NONE: the variable NONE is not set\. First: (export NONE=…|\$env:NONE = "…")/,
    ],
  }
  for (const [name, [args, says]] of Object.entries(useless)) {
    test(`${name} is refused`, async () => {
      const { code, stderr, stdout } = await fastmcp(args)
      assert.match(stderr, says)
      assert.deepEqual([code, stdout], [2, ''])
    })
  }
})

test('a token of an mcp.json that is not accepted', async () => {
  await using http = await serveHttp(weather, ['--token-env', 'TOKEN'], { env: { TOKEN: 'secret' } })
  const entry = { url: http.url.href, headers: { Authorization: 'Bearer wrong' } }
  using project = new Project({ 'mcp.json': JSON.stringify({ mcpServers: { weather: entry } }) })
  const { code, stderr } = await fastmcp(['list', 'mcp.json'], { cwd: project.folder })
  assert.match(stderr, /: 401: the authorization in its headers was not accepted\n$/)
  assert.equal(code, 4)
})

rarely('an mcp.json of several servers is the one server that run makes of them', async () => {
  const entry = (file: string) => ({ command: process.execPath, args: [program, 'run', file] })
  using project = new Project({
    'mcp.json': JSON.stringify({ mcpServers: { one: entry(weather), two: entry(echo) } }),
  })
  const ask = (...args: string[]) => fastmcp(args, { cwd: project.folder, limit: 60_000 })
  const listed = await ask('list', 'mcp.json', '--json')
  assert.equal(listed.code, 0, listed.stderr)
  const names = JSON.parse(listed.stdout).tools.map(({ name }: { name: string }) => name)
  assert.ok(names.includes('one_forecast') && names.includes('two_echo'), names.join())
  const called = await ask('call', 'mcp.json', 'two_echo', 'text=hi')
  assert.deepEqual([called.code, called.stdout], [0, 'hi\n'], called.stderr)
  const single = await ask('call', 'mcp.json:two', 'echo', 'text=ho')
  assert.deepEqual([single.code, single.stdout], [0, 'ho\n'], single.stderr)
  const shared = await ask('list', 'mcp.json', '--header', 'X-Key: secret')
  assert.deepEqual([shared.code, shared.stdout], [2, ''])
  assert.match(shared.stderr, /--header is for one server, and mcp\.json holds several/)
  const inspected = await ask('inspect', 'mcp.json', '--json')
  assert.equal(inspected.code, 0, inspected.stderr)
})
