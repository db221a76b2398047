import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Home } from '../support/client-home.ts'
import { connectV1 } from '../support/clients.ts'
import { fastmcp, root, serveHttp } from '../support/program.ts'
import { hello, serverSource } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

const weather = join(root, 'examples', 'weather.ts')

describe('what stays', () => {
  const entryOf = (home: Home, name: string) =>
    JSON.parse(readFileSync(home.path('.cursor/mcp.json'), 'utf8')).mcpServers[name]

  test('two servers, taken out in the order they came', async () => {
    using home = new Home({
      '.cursor/mcp.json': '{\n  "mcpServers": {\n    "other": { "command": "x" } // mine\n  }\n}\n',
    })
    const original = readFileSync(home.path('.cursor/mcp.json'), 'utf8')
    for (const name of ['one', 'two']) await home.run('install', 'cursor', weather, '--name', name)
    for (const name of ['one', 'two']) await home.run('uninstall', 'cursor', name)
    assert.equal(readFileSync(home.path('.cursor/mcp.json'), 'utf8'), original)
  })

  test('what the client has written meanwhile', async () => {
    using home = new Home({ '.cursor/mcp.json': '{ "mcpServers": {} }' })
    await home.run('install', 'cursor', weather, '--name', 'weather')
    const config = JSON.parse(readFileSync(home.path('.cursor/mcp.json'), 'utf8'))
    home.write('.cursor/mcp.json', JSON.stringify({ ...config, later: true }))
    await home.run('uninstall', 'cursor', 'weather')
    assert.deepEqual(JSON.parse(readFileSync(home.path('.cursor/mcp.json'), 'utf8')), {
      mcpServers: {},
      later: true,
    })
  })

  test('a link, and the rights of the file behind it', async () => {
    using home = new Home({})
    mkdirSync(home.path('.cursor'))
    writeFileSync(home.path('dotfile.json'), '{}', { mode: 0o640 })
    symlinkSync(home.path('dotfile.json'), home.path('.cursor/mcp.json'))
    await home.run('install', 'cursor', weather, '--name', 'weather')
    assert.ok(JSON.parse(readFileSync(home.path('dotfile.json'), 'utf8')).mcpServers.weather)
    assert.equal(statSync(home.path('dotfile.json')).mode & 0o777, 0o640)
  })

  test('a server of the same name that is not ours, unless --force replaces it', async () => {
    const original = '{ "mcpServers": { "weather": { "command": "python" } } }'
    using home = new Home({ '.cursor/mcp.json': original })
    const refused = await home.run('install', 'cursor', weather, '--name', 'weather')
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /Cursor has another server called weather/)
    assert.equal(readFileSync(home.path('.cursor/mcp.json'), 'utf8'), original)
    assert.equal((await home.run('install', 'cursor', weather, '--name', 'weather', '--force')).code, 0)
    assert.equal(entryOf(home, 'weather').command, process.execPath)
  })

  test('an entry of ours is written anew, and once', async () => {
    using home = new Home({})
    const first = await home.run('install', 'cursor', weather, '--name', 'weather')
    assert.match(first.stderr, /weather is in Cursor/)
    const replaced = await home.run('install', 'cursor', weather, '--name', 'weather', '--dev')
    assert.match(replaced.stderr, /weather was replaced in Cursor/)
    assert.deepEqual(entryOf(home, 'weather').args.slice(1), ['dev', weather, '--transport', 'stdio'])
    const again = await home.run('install', 'cursor', weather, '--name', 'weather', '--dev')
    assert.match(again.stderr, /was already in Cursor/)
    await home.run('uninstall', 'cursor', 'weather')
  })
})

describe('what is written', () => {
  test('absolute paths, the export, env files and arguments for the server', async () => {
    using home = new Home({ '.env': 'A=1' })
    symlinkSync(join(root, 'examples'), home.path('examples'))
    const words = ['examples/weather.ts:mcp', '--name', 'x', '--env-file', '.env', '--', '--units', 'metric']
    const { stdout } = await home.run('install', 'mcp-json', ...words)
    const { args } = JSON.parse(stdout).mcpServers.x
    const own = home.path('node_modules/fastmcp-cli/bin/fastmcp.js')
    assert.ok(args[0] === own || args[0].startsWith(root))
    assert.deepEqual(args.slice(1), [
      'run',
      `${home.path('examples/weather.ts')}:mcp`,
      '--transport',
      'stdio',
      '--env-file',
      home.path('.env'),
      '--',
      '--units',
      'metric',
    ])
  })

  const onPorts: Record<string, { files: Record<string, string>; spec: string }> = {
    'the file listens': {
      spec: 'server.mjs',
      files: {
        'server.mjs': `import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
const app = createMcpExpressApp()
app.post('/mcp', async (request, response) => {
  const server = new McpServer({ name: 'on a port', version: '1.0.0' })
  server.registerTool('ping', {}, () => ({ content: [{ type: 'text', text: 'pong' }] }))
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await server.connect(transport)
  await transport.handleRequest(request, response, request.body)
})
app.listen(3000)`,
      },
    },
    'run() in the code names a port': {
      spec: 'server.mjs',
      files: {
        'server.mjs': `import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'on a port' })
mcp.tool({ name: 'ping' }, () => 'pong')
await mcp.run({ transport: 'http', port: 0 })`,
      },
    },
    'a fastmcp.json names one': {
      spec: '.',
      files: {
        'server.mjs': `import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'on a port' })
mcp.tool({ name: 'ping' }, () => 'pong')`,
        'fastmcp.json': '{ "source": "server.mjs", "transport": "http", "port": 0 }',
      },
    },
    'a fastmcp.json names one, and a file anywhere': {
      spec: '.',
      files: {
        'lib/weather.mjs': `import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'on a port' })
mcp.tool({ name: 'ping' }, () => 'pong')`,
        'fastmcp.json': '{ "source": "lib/weather.mjs:mcp", "transport": "http", "port": 0 }',
      },
    },
    'the fastmcp.json that is named names one': {
      spec: 'settings/fastmcp.json',
      files: {
        'lib/weather.mjs': `import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'on a port' })
mcp.tool({ name: 'ping' }, () => 'pong')`,
        'settings/fastmcp.json': '{ "source": "../lib/weather.mjs", "transport": "http", "port": 0 }',
      },
    },
  }
  for (const [name, { files, spec }] of chosen(Object.entries(onPorts), 6)) {
    test(`an entry that answers on stdio, although ${name}`, async () => {
      using home = new Home(files)
      const { stdout, stderr } = await home.run('install', 'mcp-json', spec, '--name', 'x')
      assert.equal(stderr, '')
      const [program, ...stdio] = JSON.parse(stdout).mcpServers.x.args
      const client = await connectV1({ program, stdio, cwd: '/' })
      assert.deepEqual(
        (await client.listTools()).tools.map((tool) => tool.name),
        ['ping'],
      )
    })
  }

  test('a command line for a shell', async () => {
    using home = new Home({
      "it's here/server.ts": readFileSync(join(root, 'examples', 'factory.ts'), 'utf8'),
    })
    const { stdout } = await home.run('install', 'stdio', "it's here/server.ts")
    const path = home.path("it'\\''s here/server.ts")
    assert.ok(stdout.endsWith(` run '${path}' --transport stdio\n`), stdout)
  })

  test('with --dry-run the difference, and nothing else', async () => {
    using home = new Home({ '.cursor/mcp.json': '{\n  "mcpServers": {}\n}\n' })
    const { stdout, code } = await home.run('install', 'cursor', weather, '--dry-run')
    assert.equal(code, 0)
    assert.match(stdout, /^ {2}\+ {4}"weather": \{/m)
    assert.equal(readFileSync(home.path('.cursor/mcp.json'), 'utf8'), '{\n  "mcpServers": {}\n}\n')
  })

  test("with --workspace the file of this folder, which the client's own name leads to", async () => {
    using home = new Home({})
    await home.run('install', 'vscode', weather, '--workspace')
    assert.ok(JSON.parse(readFileSync(home.path('.vscode/mcp.json'), 'utf8')).servers.weather)
    const listed = await home.run('list', '@vscode/weather', '--json')
    assert.ok(JSON.parse(listed.stdout).tools.length > 0)
    const called = await home.run('call', '@vscode/weather', 'forecast', 'city=Oslo', 'days=1')
    assert.deepEqual(JSON.parse(called.stdout), { city: 'Oslo', degrees: [4] })
  })

  test('a command, with its program and its files as they are found from anywhere', async () => {
    using home = new Home({
      "it's own.mjs": `${serverSource('const server =', 'named-by-itself')}
        import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
        server.registerTool(process.argv.at(-1), {}, () => ({ content: [] }))
        await server.connect(new StdioServerTransport())`,
      '.codex/config.toml': '',
    })
    const installed = await home.run('install', 'codex', '--exec', `node "it's own.mjs" --x "a-b"`)
    assert.equal(installed.code, 0, installed.stderr)
    assert.match(installed.stderr, /named-by-itself is in Codex/)
    const { stdout } = await home.run('discover', '--json')
    const [{ args }] = JSON.parse(stdout)
    const quoted = home.path("it'\\''s own.mjs")
    assert.match(args[3], /^\/\S+\/node '/)
    assert.ok(args[3].endsWith(` '${quoted}' --x a-b`), args[3])
    const elsewhere = await home.run('list', '@codex/named-by-itself', '--json')
    assert.equal(JSON.parse(elsewhere.stdout).tools[0]?.name, 'a-b', elsewhere.stderr)
    assert.equal((await home.run('install', 'codex', '--exec', 'node x.mjs', '--dev')).code, 2)
    assert.equal((await home.run('install', 'codex', '--exec', 'no-such-program')).code, 3)
  })

  test('a URL, with who calls there by the names of variables, and an mcp.json', async () => {
    using home = new Home({ 'own.mjs': serverSource('export const server =', 'far-away') })
    await using served = await serveHttp(home.path('own.mjs'), ['--token-env', 'KEY'], {
      env: { KEY: 'opaque' },
    })
    const given = [served.url.href, '--bearer-env', 'TOKEN', '--env', 'TOKEN=opaque']
    const installed = await home.run('install', 'cursor', ...given)
    assert.match(installed.stderr, /far-away is in Cursor/)
    assert.doesNotMatch(installed.stderr, /does not set/)
    const lacking = await home.run(
      'install',
      'cursor',
      'https://mcp.example/mcp',
      '--bearer-env',
      'KEY',
      '--name',
      'x',
    )
    assert.match(lacking.stderr, /it needs KEY, which Cursor does not set: add --env-file \.env/)
    const { mcpServers } = JSON.parse(readFileSync(home.path('.cursor/mcp.json'), 'utf8'))
    const [, ...words] = mcpServers['far-away'].args
    assert.deepEqual(words, ['run', served.url.href, '--bearer-env', 'TOKEN', '--transport', 'stdio'])
    const listed = await home.run('list', '@cursor/far-away', '--json')
    assert.ok(Array.isArray(JSON.parse(listed.stdout).tools), listed.stderr)
    const direct = await home.run('list', ...given, '--json')
    assert.equal(direct.code, 0, direct.stderr)
    const proxied = await fastmcp(['run', ...given], { ...home.options, input: hello })
    assert.match(proxied.stdout, /"name":"far-away"/, proxied.stderr)
    const whole = await home.run('install', 'mcp-json', '.cursor/mcp.json', '--name', 'all')
    assert.equal(JSON.parse(whole.stdout).mcpServers.all.args[2], home.path('.cursor/mcp.json'))
  })

  const refused: Record<string, [words: string[], says: RegExp]> = {
    'a password in a URL': [
      ['https://ada:secret@mcp.example/mcp'],
      /^fastmcp: a password in the URL would show/,
    ],
    'a scheme that is not served': [['ftp://mcp.example/mcp'], /unsupported scheme: use http or https/],
    'a URL under dev': [['https://mcp.example/mcp', '--dev'], /a URL names none: leave it out/],
    'who calls a file': [['server.ts', '--bearer-env', 'KEY'], /--bearer-env is for a server at a URL/],
  }
  for (const [what, [words, says]] of Object.entries(refused))
    test(`not ${what}`, async () => {
      using home = new Home({})
      const { code, stderr } = await home.run('install', 'cursor', ...words)
      assert.match(stderr, says)
      assert.doesNotMatch(stderr, /secret/)
      assert.equal(code, 2)
      assert.equal(existsSync(home.path('.cursor')), false)
    })

  test('a server that does not start here is installed under the name of its file', async () => {
    using home = new Home({ 'needy.ts': 'throw new Error("API_KEY is not set")' })
    const { code, stderr } = await home.run('install', 'cursor', 'needy.ts')
    assert.equal(code, 0)
    assert.match(stderr, /API_KEY is not set/)
    assert.match(stderr, /needy is in Cursor/)
  })
})

describe('what cannot be done changes nothing', () => {
  const broken: Record<string, [client: string, file: string, text: string, says: RegExp]> = {
    'broken JSON': ['cursor', '.cursor/mcp.json', '{\n  "mcpServers": {\n', /is invalid: line \d+: /],
    'JSON of another kind': ['cursor', '.cursor/mcp.json', '[]', /is invalid: it is not an object/],
    'broken TOML': ['codex', '.codex/config.toml', 'a = \n', /is invalid: /],
    'broken YAML': ['goose', '.config/goose/config.yaml', 'a: [\n', /is invalid: /],
    'servers that are a list': ['cursor', '.cursor/mcp.json', '{ "mcpServers": [] }', /left unchanged/],
    'YAML on one line': [
      'goose',
      '.config/goose/config.yaml',
      'extensions: { a: { enabled: true } }\n',
      /not written as a block/,
    ],
  }
  for (const [name, [client, file, text, says]] of chosen(Object.entries(broken), 4)) {
    test(name, async () => {
      using home = new Home({ [file]: text })
      const { code, stderr } = await home.run('install', client, weather, '--name', 'x')
      assert.match(stderr, says)
      assert.equal(code, 1)
      assert.equal(readFileSync(home.path(file), 'utf8'), text)
    })
  }

  const words: Record<string, [args: string[], code: number, says: RegExp]> = {
    'no client': [['install'], 2, /name the client\n {2}available: claude-code/],
    'an unknown client': [
      ['install', 'curser', weather],
      2,
      /unknown client "curser"\. Did you mean cursor\?/,
    ],
    'no client, but a server': [
      ['install', 'server.ts'],
      2,
      /name the client before the server: cursor server\.ts/,
    ],
    'a file that is not there': [['install', 'cursor', 'nope.ts'], 3, /file not found: .*nope\.ts/],
    'an unknown server to take out': [['uninstall', 'cursor', 'nope'], 2, /Cursor has no server "nope"/],
    'a folder file of a client without one': [
      ['install', 'windsurf', weather, '--workspace', '--name', 'x'],
      2,
      /has no configuration per project/,
    ],
    'a server of a mistyped client': [
      ['list', '@crusor/x'],
      2,
      /unknown client "crusor"\. Did you mean @cursor\/x\?/,
    ],
    'the same, to be run': [['run', '@Cursor/x'], 2, /unknown client "Cursor"\. Did you mean @cursor\/x\?/],
    'a package that is not installed': [
      ['run', '@acme/x'],
      3,
      /file not found: .*@acme\/x\. For a package that is not installed, write npm:@acme\/x/,
    ],
    'a server no client has': [['list', '@cursor/nope'], 2, /Cursor has no server "nope"/],
  }
  for (const [name, [args, code, says]] of chosen(Object.entries(words), 4)) {
    test(name, async () => {
      using home = new Home({})
      const outcome = await home.run(...args)
      assert.match(outcome.stderr, says)
      assert.equal(outcome.code, code)
      assert.deepEqual(readdirSync(home.folder), ['node_modules'])
    })
  }
})
