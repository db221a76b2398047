import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { clientV2, connectV2 } from '../support/clients.ts'
import { Edited, editedServer, textOf } from '../support/dev.ts'
import { linkOrSkip, startDev } from '../support/inspector.ts'
import { fastmcp, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { atTerminal, noTerminal } from '../support/terminal.ts'
import { rarely } from '../support/whole.ts'

/** What differs from run to run, made the same. */
const steady = (text: string) =>
  text
    .replace(/\u001b\[[\d;]*[A-Za-z]/g, '')
    .replace(/\d\d:\d\d:\d\d/g, 'HH:MM:SS')
    .replace(/\d+ ms/g, 'N ms')
    .replace(/:\d{4,5}\//g, ':PORT/')
    .replace(/(inspector)\/[\w-]{8}/g, '$1/KEY')
    .replace(/^ {2}fastmcp \S+/m, '  fastmcp VERSION')

/** Whether it is we or somebody else who has the port is all the same. */
async function takePort(port: number): Promise<AsyncDisposable> {
  const server = createServer()
  await new Promise<void>((resolve) =>
    server.listen(port, '127.0.0.1', resolve).once('error', () => resolve()),
  )
  return { [Symbol.asyncDispose]: async () => void server.close() }
}

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
  await dev.until(/reload {10}no change for clients/, 'stdout')
  dev.press('q')
  assert.equal((await dev.exited).code, 0)
})

/** A registry that is asked, and answers nothing as long as the test lasts. */
async function silentRegistry() {
  const server = createServer(() => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { url: `http://127.0.0.1:${port}/`, [Symbol.dispose]: () => void server.close() }
}

rarely(
  'a first session: the Inspector is fetched, the port taken, calls, saves, a mistake and its fix',
  {
    skip: noTerminal,
  },
  async () => {
    using project = new Project({ 'server.ts': editedServer('first') })
    await using taken = await takePort(8000)
    assert.ok(taken)
    using registry = await silentRegistry()
    const env = {
      FASTMCP_CACHE_DIR: project.path('cache'),
      npm_config_registry: registry.url,
      npm_config_cache: project.path('npm'),
    }
    await using dev = atTerminal(['dev', 'server.ts'], { cwd: project.folder, env })
    const [, url = ''] = await dev.until(/(http:\S+\/mcp)[\s\S]*h help/, 'stdout')
    const client = await connectV2({ http: new URL(url) })
    assert.equal(await textOf(client, 'version'), 'first')
    await dev.until(/tools\/call version[^\n]*\n/, 'stdout')
    project.write('server.ts', editedServer('second', "server.registerTool('radar', {}, () => text('echo'))"))
    await dev.until(/\+radar[^\n]*\n/, 'stdout')
    project.write('server.ts', 'export const a = 1\nexport const server = call(1;\n')
    await dev.until(/still serving[^\n]*\n/, 'stdout')
    await client.callTool({ name: 'nothing' }).catch(() => undefined)
    await dev.until(/tools\/call nothing[^\n]*\n/, 'stdout')
    project.write('server.ts', editedServer('second', "server.registerTool('radar', {}, () => text('echo'))"))
    await dev.until(/fixed[^\n]*\n/, 'stdout')
    await client.close()
    const { screen } = dev
    dev.press('q')
    assert.equal((await dev.exited).code, 0)
    assert.equal(
      steady(screen).trimEnd(),
      `  fastmcp VERSION  ready in N ms

  edited      server.ts:server · 4 tools
  ➜  MCP        http://127.0.0.1:PORT/mcp   (8000 is in use)
  ➜  Inspector  installing Inspector once (110 MB) … the server is up already
  watching 1 file · h help
HH:MM:SS  client-v2       initialize   N ms
HH:MM:SS  client-v2       tools/call version   N ms
HH:MM:SS  reload          +radar ~version   N ms · 1 session kept
HH:MM:SS  ✗ server.ts:2:29  Expected ")" but found ";"
              1 │ export const a = 1
            > 2 │ export const server = call(1;
                │                             ^
            still serving the save of HH:MM:SS · 1 session
HH:MM:SS  client-v2       tools/call nothing   tool error
HH:MM:SS  reload          fixed, no change for clients   N ms · 1 session kept`,
    )
  },
)

rarely('the link of an Inspector that is there stands on the screen', { skip: noTerminal }, async (t) => {
  using project = new Project({ 'server.ts': editedServer('first') })
  await using dev = startDev(project, [], {}, atTerminal)
  await dev.until(/h help/, 'stdout')
  if ((await linkOrSkip(dev, t, 'stdout')) === undefined) return
  await dev.until(/connects by itself/, 'stdout')
  const lines = steady(dev.screen).split('\n')
  assert.deepEqual(
    lines.filter((line) => line.includes('Inspector')),
    ['  ➜  Inspector  http://127.0.0.1:PORT/.fastmcp/inspector/KEY   connects by itself'],
  )
})

rarely('what a client is to be configured with starts the server', { skip: noTerminal }, async () => {
  using project = new Project({ 'server.ts': editedServer('first') })
  await using dev = atTerminal(['dev', 'server.ts', '--no-inspector', '-p', '0'], { cwd: project.folder })
  await dev.until(/h help/, 'stdout')
  dev.press('i')
  const [, text = ''] = await dev.until(/as a command\r\n([\s\S]*?\n {2}\})/, 'stdout')
  const client = clientV2()
  await client.connect(new StdioClientTransport(JSON.parse(text).mcpServers.edited))
  assert.equal(await textOf(client, 'version'), 'first')
  await client.close()
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
HH:MM:SS  ready           edited · server.ts:server · 4 tools   N ms
HH:MM:SS  client-v2       initialize   N ms
HH:MM:SS  client-v2       tools/call version   N ms
HH:MM:SS  reload          +radar   N ms · 1 session kept
HH:MM:SS  ✗ server.ts:2:29  Expected ")" but found ";"
              1 │ export const a = 1
            > 2 │ export const server = call(1;
                │                             ^
            still serving the save of HH:MM:SS · 1 session
HH:MM:SS  reload          fixed, −radar   N ms · 1 session kept`,
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
  await using taken = await takePort(8000)
  assert.ok(taken)
  await using dev = startFastmcp(['dev', 'server.ts', '--no-inspector'], { cwd: project.folder })
  const [, port] = await dev.until(/127\.0\.0\.1:(\d+)\/mcp {3}\(8000 is in use\)/)
  assert.notEqual(port, '8000')
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
    [['dev', 'missing.ts'], 3, /file not found/],
    [['dev', 'server.ts', '--inspektor-port', '1'], 2, /Did you mean --inspector-port\?/],
    [['dev', 'server.ts', '--inspector-version', '$(rm)'], 2, /must be a version/],
    [['dev', 'server.ts', '-t', 'stdio', '-p', '1'], 2, /no effect on stdio/],
  ]
  using project = new Project({ 'server.ts': editedServer('first') })
  for (const [args, code, words] of cases) {
    const outcome = await fastmcp(args, { cwd: project.folder })
    assert.equal(outcome.code, code, args.join(' '))
    assert.match(outcome.stderr, words)
  }
})
