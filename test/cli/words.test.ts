import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { networkAddress } from '../../src/transports/http/host-check.ts'
import { fastmcp, serveHttp } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'
import { atTerminal, noTerminal } from '../support/terminal.ts'
import { version } from '../support/version.ts'

const project = new Project({
  'weather.mjs': `
import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'weather', version: '1.2.0' })
for (const name of ['forecast', 'radar']) mcp.tool({ name }, () => 'rain')
mcp.resource({ uri: 'cities://all' }, () => '')
mcp.prompt({ name: 'trip' }, () => '')
`,
  'a b.mjs': serverSource(),
  'helpers.mjs': 'export function add() { throw new Error() }\nexport const config = {}',
  'fails.mjs': "throw new Error('WEATHER_KEY is not set')",
  '.env': 'WEATHER_KEY=1',
})
after(() => project[Symbol.dispose]())

/** The commands there are: the words about others are not printed. */
let commands: string[] = []
before(async () => {
  const { stdout } = await fastmcp(['--help'])
  const section = /Commands\n((?: {2}.*\n)+)/.exec(stdout)?.[1] ?? ''
  commands = [...section.matchAll(/^ {2}(\w+)/gm)].map((match) => match[1] ?? '')
})

const expected = (lines: string[]) =>
  lines.filter((line) => {
    const command = /fastmcp ([a-z]+) /.exec(line)?.[1]
    return command === undefined || commands.includes(command)
  })

const options = { cwd: project.folder, env: { NO_COLOR: '1' } }
const title = 'fastmcp VERSION  weather 1.2.0 · weather.mjs:mcp · 2 tools, 1 resource, 1 prompt'

/** What stands on the screen once it holds this text; then Ctrl-C stops the program. */
async function screenOf(
  args: string[],
  until: string,
  env: Record<string, string | undefined> = options.env,
) {
  await using terminal = atTerminal(['run', ...args], { ...options, env })
  await terminal.until(new RegExp(`${until}.*\r\n`), 'stdout')
  const { screen } = terminal
  terminal.press('\x03')
  assert.equal((await terminal.exited).code, 0)
  const steady = screen
    .replace(version, 'VERSION')
    .replaceAll(/(127\.0\.0\.1|\d+(?:\.\d+){3}):\d{5}\b/g, 'ADDRESS')
  return steady.trimEnd().split('\n')
}

describe('at a terminal', { skip: noTerminal }, () => {
  test('over HTTP: what is served, where, and what to type next', async () => {
    assert.deepEqual(
      await screenOf(['weather.mjs', '-t', 'http', '-p', '0', '--health'], 'Ctrl-C'),
      expected([
        title,
        '  ➜  http://ADDRESS/mcp     Streamable HTTP',
        '  ➜  http://ADDRESS/health  GET',
        '  try    fastmcp list http://ADDRESS/mcp',
        '  stop   Ctrl-C',
      ]),
    )
  })

  test('over SSE: the same, and that it is deprecated', async () => {
    assert.deepEqual(
      await screenOf(['weather.mjs', '-t', 'sse', '-p', '0'], 'only SSE'),
      expected([
        title,
        '  ➜  http://ADDRESS/sse  SSE',
        '  try    fastmcp list http://ADDRESS/sse',
        '  stop   Ctrl-C',
        '  SSE is deprecated; use -t http unless a client speaks only SSE',
      ]),
    )
  })

  test('on every address: that others can reach it', async () => {
    const lines = await screenOf(['weather.mjs', '-t', 'http', '-p', '0', '--host', '0.0.0.0'], 'reachable')
    if (networkAddress() !== undefined)
      assert.match(lines.join('\n'), /^ {2}➜ {2}http:\/\/ADDRESS\/mcp +from other machines$/m)
    assert.match(
      lines.at(-1) ?? '',
      /^ {2}reachable from the network without authentication( \(http:\/\/ADDRESS\/mcp\))?; see --token-env$/,
    )
  })

  test('on stdio: what it waits for, and how else to try the server', async () => {
    for (const [file, named] of [
      ['weather.mjs', 'weather.mjs'],
      ['weather.mjs:mcp', 'weather.mjs:mcp'],
      ['a b.mjs', "'a b.mjs'"],
    ] as const) {
      const [first, ...rest] = await screenOf([file], '-t http')
      if (file !== 'a b.mjs') assert.equal(first, title)
      assert.deepEqual(
        rest,
        expected([
          '  stdio: waiting for a client on standard input (Ctrl-C stops)',
          `  a client starts this command itself:  fastmcp install cursor ${named}`,
          `  in the browser:  fastmcp dev ${named}`,
          `  over HTTP:  fastmcp run ${named} -t http`,
        ]),
      )
    }
  })

  test('--no-banner: one line', async () => {
    const http = await screenOf(['weather.mjs', '-t', 'http', '-p', '0', '--no-banner'], 'listening')
    assert.deepEqual(http, ['fastmcp: listening on http://ADDRESS/mcp'])
    const stdio = await screenOf(['weather.mjs', '--no-banner'], 'waiting')
    assert.deepEqual(stdio, ['fastmcp: stdio: waiting for a client on standard input (Ctrl-C stops)'])
  })

  test('colours, unless NO_COLOR is set', async () => {
    const codes = /\x1b\[/
    const coloured = await screenOf(['weather.mjs'], 'waiting', { NO_COLOR: undefined })
    assert.match(coloured[0] ?? '', codes)
    assert.doesNotMatch((await screenOf(['weather.mjs'], 'waiting')).join(), codes)
    const dumb = await screenOf(['weather.mjs'], 'waiting', { NO_COLOR: undefined, TERM: 'dumb' })
    assert.doesNotMatch(dumb.join(), codes)
  })
})

describe('not at a terminal', () => {
  test('over HTTP: one line, and one more for a reason', async () => {
    await using plain = await serveHttp('weather.mjs', [], options)
    assert.equal(plain.stderr, `fastmcp: listening on ${plain.url}\n`)
    await using sse = await serveHttp('weather.mjs', ['-t', 'sse', '--host', '0.0.0.0'], options)
    await sse.until(/reachable from the network without authentication.*\n/)
    assert.match(
      sse.stderr,
      /^fastmcp: listening on http:\/\/127\.0\.0\.1:\d+\/sse\nfastmcp: SSE is deprecated; use -t http unless a client speaks only SSE\nfastmcp: reachable from the network without authentication( \(http:\/\/[\d.]+:\d+\/sse\))?; see --token-env\n$/,
    )
  })

  test('--log-format json: one object for each event', async () => {
    const json = ['-t', 'sse', '--log-format', 'json']
    await using server = await serveHttp('weather.mjs', json, options)
    await server.until(/deprecated.*\n/)
    const events = server.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.deepEqual(
      events.map(({ level, message }) => [level, message]),
      [
        ['info', `listening on ${server.url}`],
        ['warning', 'SSE is deprecated; use -t http unless a client speaks only SSE'],
      ],
    )
  })

  test('a busy port', async () => {
    const busy = createServer().listen(0, '127.0.0.1')
    await once(busy, 'listening')
    const { port } = busy.address() as AddressInfo
    const outcome = await fastmcp(['run', 'weather.mjs', '-t', 'http', '-p', String(port)], options)
    busy.close()
    assert.equal(outcome.code, 4)
    assert.equal(
      outcome.stderr,
      `fastmcp: cannot listen on 127.0.0.1:${port}: the port is in use. Try -p ${port + 1}, or -p 0 for any free port.\n`,
    )
  })

  test('no server in the file', async () => {
    const outcome = await fastmcp(['run', 'helpers.mjs'], options)
    assert.equal(outcome.code, 3)
    assert.deepEqual(outcome.stderr.split('\n'), [
      'fastmcp: no MCP server in helpers.mjs',
      '  exports   add (function), config (object)',
      '  caught    nothing: no connect(), serveStdio(), start() or listen() while it loaded',
      '  hint      .env lies beside it and was not read: add --env-file .env',
      "  to write  export const mcp = new FastMCP({ name: 'my-server' })",
      '            fastmcp run helpers.mjs:config     if that is the server',
      '            fastmcp run --exec "node helpers.mjs"     if it speaks MCP on stdio anyway',
      '',
    ])
  })

  test('a file that fails beside an unread .env', async () => {
    const outcome = await fastmcp(['run', 'fails.mjs'], options)
    assert.equal(outcome.code, 3)
    assert.match(
      outcome.stderr,
      /^fastmcp: fails\.mjs threw while loading: WEATHER_KEY is not set\n {2}at .*\n {2}hint {6}\.env lies beside it and was not read: add --env-file \.env\n$/,
    )
    const fed = await fastmcp(['run', 'fails.mjs', '--env-file=.env'], options)
    assert.doesNotMatch(fed.stderr, /hint/)
  })

  test('no colours, unless FORCE_COLOR asks for them', async () => {
    const said = async (env: Record<string, string | undefined>) =>
      (await fastmcp(['rnu'], { env: { NO_COLOR: undefined, FORCE_COLOR: undefined, ...env } })).stderr
    const plain = 'fastmcp: unknown command "rnu". Did you mean fastmcp run?\n'
    assert.equal(await said({}), plain)
    assert.equal(await said({ CI: '1', TERM: 'xterm' }), plain)
    assert.equal(await said({ FORCE_COLOR: '0' }), plain)
    assert.equal(await said({ FORCE_COLOR: '1' }), plain.replace('fastmcp:', '\x1b[31mfastmcp:\x1b[39m'))
    assert.equal(await said({ FORCE_COLOR: '1', NO_COLOR: '1' }), plain)
  })
})
