import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { connectV2 } from '../support/clients.ts'
import { Edited, editedServer, textOf } from '../support/dev.ts'
import { fastmcp, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { atTerminal, noTerminal } from '../support/terminal.ts'

/** What differs from run to run, made the same. */
const steady = (text: string) =>
  text
    .replace(/\u001b\[[\d;]*[A-Za-z]/g, '')
    .replace(/\d\d:\d\d:\d\d/g, 'HH:MM:SS')
    .replace(/\d+ ms/g, 'N ms')
    .replace(/:\d{4,5}\//g, ':PORT/')
    .replace(/^ {2}fastmcp \S+/m, '  fastmcp VERSION')

test('the screen, and what each key does', { skip: noTerminal }, async () => {
  using project = new Project({ 'server.ts': editedServer('first') })
  await using dev = atTerminal(['dev', 'server.ts', '--no-inspector', '-p', '0'], { cwd: project.folder })
  await dev.until(/h help/, 'stdout')
  assert.equal(
    steady(dev.screen).trimEnd(),
    `  fastmcp VERSION  ready in N ms

  edited      server.ts:server · 4 tools
  ➜  MCP        http://127.0.0.1:PORT/mcp
  watching 1 file · h help`,
  )
  dev.press('h')
  await dev.until(/r {2}reload now[\s\S]*q {2}quit/, 'stdout')
  dev.press('t')
  await dev.until(/version[\s\S]*pid[\s\S]*slow[\s\S]*ask/, 'stdout')
  dev.press('i')
  await dev.until(/"url": "http:\/\/127\.0\.0\.1:\d+\/mcp"[\s\S]*"stdio"/, 'stdout')
  dev.press('r')
  await dev.until(/reload {6}no change for clients/, 'stdout')
  dev.press('q')
  assert.equal((await dev.exited).code, 0)
})

test('Ctrl-C at the terminal stops it', { skip: noTerminal }, async () => {
  using project = new Project({ 'server.ts': editedServer('first') })
  await using dev = atTerminal(['dev', 'server.ts', '--no-inspector', '-p', '0'], { cwd: project.folder })
  await dev.until(/h help/, 'stdout')
  dev.press('\u0003')
  assert.equal((await dev.exited).code, 0)
})

test('the words for a save, a mistake and its fix, and a line for each call', async () => {
  await using edited = new Edited()
  const client = await connectV2({ http: await edited.url() })
  await textOf(client, 'version')
  edited.save('first', "server.registerTool('radar', {}, () => text('echo'))")
  await edited.dev.until(/\+radar/)
  edited.project.write('server.ts', 'export const a = 1\nexport const server = call(1;\n')
  await edited.dev.until(/still serving/)
  edited.save('first')
  await edited.dev.until(/fixed/)
  const words = steady(edited.dev.stderr)
  assert.equal(
    words.trimEnd(),
    `fastmcp: listening on http://127.0.0.1:PORT/mcp
HH:MM:SS  ready       edited · server.ts:server · 4 tools   N ms
HH:MM:SS  client-v2   initialize   N ms
HH:MM:SS  client-v2   tools/call version   N ms
HH:MM:SS  reload      +radar   N ms · 1 session kept
HH:MM:SS  ✗ server.ts:2:29  Expected ")" but found ";"
              1 │ export const a = 1
            > 2 │ export const server = call(1;
                │                             ^
            still serving the save of HH:MM:SS · 1 session
HH:MM:SS  reload      fixed, −radar   N ms · 1 session kept`,
  )
  await client.close()
})

test('--log-format json says the same to programs', async () => {
  await using edited = new Edited(['--log-format', 'json'])
  const [, text = ''] = await edited.dev.until(/^(\{.*"listening".*\})$/m)
  const listening = JSON.parse(text) as { url: string; status: { url: string; token: string } }
  const client = await connectV2({ http: new URL(listening.url) })
  await textOf(client, 'version')
  edited.save('second')
  await edited.dev.until(/"event":"reload"/)
  const events = edited.dev.stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; subject?: string; ok?: boolean; changes?: string[] })
  assert.ok(events.some(({ event, subject, ok }) => event === 'call' && subject === 'version' && ok === true))
  assert.deepEqual(events.find(({ event }) => event === 'reload')?.changes, ['~version'])
  await client.close()
})

test('/.fastmcp/status tells programs that know the token', async () => {
  await using edited = new Edited(['--log-format', 'json'])
  const [, text = ''] = await edited.dev.until(/^(\{.*"listening".*\})$/m)
  const { status } = JSON.parse(text) as { status: { url: string; token: string } }
  const ask = (token?: string) =>
    fetch(status.url, token ? { headers: { authorization: `Bearer ${token}` } } : {})
  await edited.dev.until(/"event":"ready"/)
  assert.equal((await ask()).status, 401)
  assert.equal((await ask('wrong')).status, 401)
  const foreign = { authorization: `Bearer ${status.token}`, origin: 'http://example.com' }
  assert.equal((await fetch(status.url, { headers: foreign })).status, 403)
  edited.project.write('server.ts', 'export const server = (;')
  await edited.dev.until(/"event":"failed"/)
  const told = (await (await ask(status.token)).json()) as Record<string, unknown>
  assert.equal(told.generation, 1)
  assert.equal(told.serving, true)
  assert.match(JSON.stringify(told.lastError), /server\.ts:1:24/)
})

test('a taken default port gives way to the next, and says so', async () => {
  using project = new Project({ 'server.ts': editedServer('first') })
  const taken = createServer()
  taken.on('error', () => undefined)
  // Whether it is we or somebody else who has the port is all the same.
  await new Promise<void>((resolve) =>
    taken.listen(8000, '127.0.0.1', resolve).once('error', () => resolve()),
  )
  try {
    await using dev = startFastmcp(['dev', 'server.ts', '--no-inspector'], { cwd: project.folder })
    const [, port] = await dev.until(/127\.0\.0\.1:(\d+)\/mcp {3}\(8000 is in use\)/)
    assert.notEqual(port, '8000')
  } finally {
    taken.close()
  }
})

test('a port that was named is that one or none', async () => {
  using project = new Project({ 'server.ts': editedServer('first') })
  await using first = new Edited()
  const { port } = await first.url()
  const named = await fastmcp(['dev', 'server.ts', '--no-inspector', '-p', port], { cwd: project.folder })
  assert.equal(named.code, 4)
  assert.match(named.stderr, /the port is in use\. Try -p/)
})

test('wrong words are refused as everywhere', async () => {
  const cases: [args: string[], code: number, words: RegExp][] = [
    [['dev', 'missing.ts'], 3, /there is no file/],
    [['dev', 'server.ts', '--inspektor-port', '1'], 2, /Did you mean --inspector-port\?/],
    [['dev', 'server.ts', '--inspector-version', '$(rm)'], 2, /must be a version/],
    [['dev', 'server.ts', '-t', 'stdio', '-p', '1'], 2, /no meaning with stdio/],
  ]
  using project = new Project({ 'server.ts': editedServer('first') })
  for (const [args, code, words] of cases) {
    const outcome = await fastmcp(args, { cwd: project.folder })
    assert.equal(outcome.code, code, args.join(' '))
    assert.match(outcome.stderr, words)
  }
})
