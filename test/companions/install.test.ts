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
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { type HostClient, hostClients } from '../../src/install/host-clients.ts'
import { connectV2 } from '../support/clients.ts'
import { fastmcp, program, type RunOptions, root } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'

const weather = join(root, 'examples', 'weather.ts')

/** Files as people and clients have them: comments, other servers, odd spacing, no last line end. */
const originals: Record<string, string[]> = {
  json: [
    '{}',
    '{\n}\n',
    '{"KEY":{}}',
    '{ "theme": "dark", "KEY": { "other": { "command": "x" } } }',
    `{
  // My servers. Keep this comment.
  "KEY": { // and this one
    "other": {
      "command": "npx", /* pinned */
      "args": ["-y", "other@1.2.3"],
    }, // a trailing comma
    // "disabled": {}
  },
  "theme": "dark", "zoom":1.5
}`,
    '{\r\n\t"KEY": {\r\n\t\t"other": { "command": "x" }\r\n\t},\r\n\t"x": [1,2,\r\n3]\r\n}\r\n',
    '{\n    "a": { "KEY": { "weather": 1 } },\n    "list": []\n}\n',
  ],
  toml: [
    '',
    'model = "o5" # mine\n',
    `# Codex
model = "o5"

[mcp_servers.other]   # pinned
command = "npx"
args = ["-y", "other@1.2.3"]

[mcp_servers.other.env]
KEY = "a # b"

[profiles.fast]
note = """
[mcp_servers.weather]
"""`,
    'a = 1\r\n\r\n[mcp_servers]\r\n\r\n[mcp_servers."odd name"]\r\ncommand = "x"\r\n',
  ],
  yaml: [
    'GOOSE_MODEL: gpt # mine\n',
    'extensions: {}\nGOOSE_MODE: auto\n',
    `# Goose
GOOSE_PROVIDER: anthropic
extensions:
  # built in
  developer:
    bundled: true
    enabled: true   # keep
    type: builtin

  'other':
    cmd: npx
    args: [-y, other]
GOOSE_MODE: auto`,
    'extensions:\r\n    developer:\r\n        enabled: true\r\nlast: 1\r\n',
  ],
}

/** A home of its own for the clients, on each system's terms. */
class Home extends Project {
  readonly options: RunOptions = {
    cwd: this.folder,
    env: {
      HOME: this.folder,
      USERPROFILE: this.folder,
      APPDATA: join(this.folder, 'AppData'),
      XDG_CONFIG_HOME: join(this.folder, '.config'),
      CODEX_HOME: undefined,
      CLAUDE_CONFIG_DIR: undefined,
    },
  }

  run(...args: string[]) {
    return fastmcp(args, this.options)
  }

  /** Where a client keeps its file in this home. */
  fileOf(client: HostClient): string {
    const names = Object.keys(this.options.env ?? {})
    const before = names.map((name) => [name, process.env[name]] as const)
    try {
      for (const name of names) setVariable(name, this.options.env?.[name])
      return client.file()
    } finally {
      for (const [name, value] of before) setVariable(name, value)
    }
  }
}

/** The environment itself has to change, which is where the home of an account is read from. */
function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}

/** Every form of file for one client of each format, and the richest for all others. */
const richest = { json: 4, toml: 2, yaml: 2 }
const thorough = ['cursor', 'codex', 'goose']

for (const client of hostClients) {
  describe(client.title, () => {
    const format = /\.(toml|yaml)$/.exec(client.file())?.[1] ?? 'json'
    for (const [index, template] of (originals[format] ?? []).entries()) {
      if (!thorough.includes(client.name) && index !== richest[format as keyof typeof richest]) continue
      test(`file ${index + 1}: installed, started, taken out, and the same to the byte`, async () => {
        using home = new Home({})
        const file = home.fileOf(client)
        const original = template.replaceAll('KEY', client.section)
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, original)
        const words = ['--name', 'weather', '--env', 'GREETING=hello "you"']
        const installed = await home.run('install', client.name, weather, ...words)
        assert.equal(installed.code, 0, installed.stderr)
        const lines = readFileSync(file, 'utf8').split(/\r?\n/)
        for (const line of original.split(/\r?\n/).filter((one) => /other|#|\/\/|\/\*/.test(one))) {
          if (!line.startsWith('{')) assert.ok(lines.includes(line), `lost: ${line}`)
        }
        await startsFrom(home, client.name, 'weather')
        const out = await home.run('uninstall', client.name, 'weather')
        assert.equal(out.code, 0, out.stderr)
        assert.equal(readFileSync(file, 'utf8'), original)
        assert.deepEqual(
          readdirSync(dirname(file)).filter((name) => /\.(bak|tmp)$/.test(name)),
          [],
        )
      })
    }

    test('no file: one is made, and taken away again', async () => {
      using home = new Home({})
      const file = home.fileOf(client)
      await home.run('install', client.name, weather, '--name', 'weather')
      assert.ok(existsSync(file))
      await home.run('uninstall', client.name, 'weather')
      assert.equal(existsSync(file), false)
    })
  })
}

/** The entry, started as its client would: without this folder, and with no more of the environment than need be. */
async function startsFrom(home: Home, client: string, name: string): Promise<void> {
  const listed = JSON.parse((await home.run('discover', '--json')).stdout) as Record<string, unknown>[]
  const entry = listed.find((one) => one.spec === `@${client}/${name}`)
  assert.deepEqual(entry?.env, ['GREETING'])
  assert.equal(entry?.command, process.execPath)
  const [program, ...words] = (entry?.args ?? []) as string[]
  const connected = await connectV2({ stdio: words, program: program ?? '', cwd: '/', env: { PATH: '' } })
  assert.equal(connected.getServerVersion()?.name, 'weather')
  await connected.close()
}

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
    await home.run('install', 'cursor', weather, '--name', 'weather')
    await home.run('install', 'cursor', weather, '--name', 'weather', '--dev')
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
      '--env-file',
      home.path('.env'),
      '--',
      '--units',
      'metric',
    ])
  })

  test('a command line for a shell', async () => {
    using home = new Home({
      "it's here/server.ts": readFileSync(join(root, 'examples', 'factory.ts'), 'utf8'),
    })
    const { stdout } = await home.run('install', 'stdio', "it's here/server.ts")
    assert.ok(stdout.endsWith(` run '${home.path("it'\\''s here/server.ts")}'\n`), stdout)
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
    'broken JSON': ['cursor', '.cursor/mcp.json', '{\n  "mcpServers": {\n', /is broken: line \d+: /],
    'JSON of another kind': ['cursor', '.cursor/mcp.json', '[]', /is broken: it holds no object/],
    'broken TOML': ['codex', '.codex/config.toml', 'a = \n', /is broken: /],
    'broken YAML': ['goose', '.config/goose/config.yaml', 'a: [\n', /is broken: /],
    'servers that are a list': ['cursor', '.cursor/mcp.json', '{ "mcpServers": [] }', /left as it is/],
    'YAML on one line': [
      'goose',
      '.config/goose/config.yaml',
      'extensions: { a: { enabled: true } }\n',
      /not written as a block/,
    ],
  }
  for (const [name, [client, file, text, says]] of Object.entries(broken)) {
    test(name, async () => {
      using home = new Home({ [file]: text })
      const { code, stderr } = await home.run('install', client, weather, '--name', 'x')
      assert.match(stderr, says)
      assert.equal(code, 1)
      assert.equal(readFileSync(home.path(file), 'utf8'), text)
    })
  }

  const words: Record<string, [args: string[], code: number, says: RegExp]> = {
    'no client': [['install'], 2, /name the client\n {2}known are claude-code/],
    'an unknown client': [['install', 'curser', weather], 2, /no client "curser"\. Did you mean cursor\?/],
    'a file that is not there': [['install', 'cursor', 'nope.ts'], 3, /no file .*nope\.ts/],
    'an unknown server to take out': [['uninstall', 'cursor', 'nope'], 2, /Cursor has no server "nope"/],
    'a folder file of a client without one': [
      ['install', 'windsurf', weather, '--workspace', '--name', 'x'],
      2,
      /no file of a folder/,
    ],
    'a server no client has': [['list', '@cursor/nope'], 2, /Cursor has no server "nope"/],
  }
  for (const [name, [args, code, says]] of Object.entries(words)) {
    test(name, async () => {
      using home = new Home({})
      const outcome = await home.run(...args)
      assert.match(outcome.stderr, says)
      assert.equal(outcome.code, code)
      assert.deepEqual(readdirSync(home.folder), ['node_modules'])
    })
  }
})

test('discover names servers without the values of their variables, and goes on past a broken file', async () => {
  using home = new Home({
    '.cursor/mcp.json':
      '{ "mcpServers": { "mine": { "command": "node", "args": ["a b"], "env": { "KEY": "secret" } } } }',
    '.codex/config.toml': '[mcp_servers.web]\nurl = "https://example.com/mcp"\n',
    '.gemini/settings.json': '{',
  })
  const { stdout, stderr, code } = await home.run('discover')
  assert.equal(code, 0)
  assert.match(stdout, /^Cursor {2}~\/\.cursor\/mcp\.json\n {2}@cursor\/mine +node 'a b'$/m)
  assert.match(stdout, /@codex\/web +https:\/\/example\.com\/mcp/)
  assert.match(stderr, /Gemini CLI's file .* is broken/)
  assert.doesNotMatch(stdout + stderr, /secret/)
})

test("a client's variables are replaced where its name leads to a server", async () => {
  const entry = { command: process.execPath, args: [program, 'run', `\${workspaceFolder}/server.ts`] }
  using home = new Home({
    'server.ts': `${serverSource()}
      server.registerTool('greet', {}, () => ({ content: [{ type: 'text', text: process.env.GREETING ?? '' }] }))`,
    '.cursor/mcp.json': JSON.stringify({
      mcpServers: { mine: { ...entry, env: { GREETING: `\${env:WORD}` } } },
    }),
    '.vscode/mcp.json': JSON.stringify({
      servers: { mine: { ...entry, env: { KEY: `\${input:api-key}` } } },
    }),
  })
  const options = { ...home.options, env: { ...home.options.env, WORD: 'hello' } }
  for (const spec of ['@cursor/mine', '.cursor/mcp.json']) {
    const { stdout, stderr } = await fastmcp(['call', spec, 'greet'], options)
    assert.equal(stdout, 'hello\n', stderr)
  }
  const elsewhere = { ...options, cwd: root }
  const far = await fastmcp(['call', home.path('.cursor/mcp.json'), 'greet'], elsewhere)
  assert.equal(far.stdout, 'hello\n', far.stderr)
  const unset = await home.run('call', '@cursor/mine', 'greet')
  assert.equal(unset.code, 2)
  assert.match(unset.stderr, /mine needs the variable WORD, which is not set/)
  const asked = await home.run('list', '@vscode/mine')
  assert.equal(asked.code, 2)
  assert.match(asked.stderr, /mine needs the input api-key, which only its client can ask for/)
})

test('discover knows every form that clients have for a server', async () => {
  using home = new Home({
    '.config/zed/settings.json': `{ "context_servers": {
      "old": { "command": { "path": "node", "args": ["old.js"], "env": { "A": "1" } } },
      "extension": { "settings": {} } } }`,
    '.codeium/windsurf/mcp_config.json':
      '{ "mcpServers": { "web": { "serverUrl": "https://a.example/mcp" } } }',
    '.gemini/settings.json': '{ "mcpServers": { "web": { "httpUrl": "https://b.example/mcp" } } }',
    '.config/goose/config.yaml':
      'extensions:\n  web:\n    type: streamable_http\n    uri: https://c.example/mcp\n  built:\n    type: builtin\n',
    '.codex/config.toml':
      '[mcp_servers.web]\nurl = "https://d.example/mcp"\nhttp_headers = { Authorization = "secret" }\n',
  })
  const projects = {
    [home.folder]: { mcpServers: { here: { command: 'a' } } },
    '/away': { mcpServers: { away: {} } },
  }
  home.write('.claude.json', JSON.stringify({ projects, mcpServers: { everywhere: { command: 'b' } } }))
  const { stdout } = await home.run('discover', '--json')
  assert.doesNotMatch(stdout, /secret/)
  const found = (JSON.parse(stdout) as Record<string, unknown>[]).map((one) => [
    one.spec,
    one.url ?? one.command,
  ])
  assert.deepEqual(found, [
    ['@claude-code/everywhere', 'b'],
    ['@claude-code/here', 'a'],
    ['@windsurf/web', 'https://a.example/mcp'],
    ['@codex/web', 'https://d.example/mcp'],
    ['@gemini-cli/web', 'https://b.example/mcp'],
    ['@goose/web', 'https://c.example/mcp'],
    ['@zed/old', 'node'],
  ])
})
