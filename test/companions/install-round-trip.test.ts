import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { hostClients } from '../../src/install/host-clients.ts'
import { Home } from '../support/client-home.ts'
import { connectV2 } from '../support/clients.ts'
import { root } from '../support/program.ts'
import { chosen } from '../support/whole.ts'

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
    '\uFEFF{\n\t"KEY": {\n\t\t"other": { "command": "x" },\n\t},\n}\n',
    '{\r\n  "KEY": {\r\n    "other": { "command": "x" },\r\n  },\r\n}',
    '\uFEFF',
    '',
    ' \n',
    '// nothing yet\n',
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
    '\uFEFFmodel = "o5"\r\n',
    '# nothing yet',
    'a = 1\r\n\r\n[mcp_servers]\r\n\r\n[mcp_servers."odd name"]\r\ncommand = "x"\r\n',
  ],
  yaml: [
    'GOOSE_MODEL: gpt # mine\n',
    '',
    '\uFEFFGOOSE_MODEL: gpt\r\nextensions:\r\n',
    '# nothing yet\n---\nGOOSE_MODEL: gpt\n',
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

/** Every form of file for one client of each format, and the richest for all others. */
const richest = { json: 4, toml: 2, yaml: 5 }
const thorough = ['cursor', 'codex', 'goose']
const formats: Record<string, string> = { codex: 'toml', goose: 'yaml' }

for (const client of chosen(hostClients, 3)) {
  describe(client.title, () => {
    const format = formats[client.name] ?? 'json'
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
async function startsFrom(home: Home, client: string, name: string, env = ['GREETING']): Promise<void> {
  const listed = JSON.parse((await home.run('discover', '--json')).stdout) as Record<string, unknown>[]
  const entry = listed.find((one) => one.spec === `@${client}/${name}`)
  assert.deepEqual(entry?.env ?? [], env)
  assert.equal(entry?.command, process.execPath)
  const [program, ...words] = (entry?.args ?? []) as string[]
  const connected = await connectV2({ stdio: words, program: program ?? '', cwd: '/', env: { PATH: '' } })
  assert.equal(connected.getServerVersion()?.name, 'weather')
  await connected.close()
}

test('a file behind links, relative ones too, keeps the links, its rights and its bytes', async () => {
  using home = new Home({ 'dot files/cursor.json': '{ "mcpServers": {} }' })
  mkdirSync(home.path('.cursor'))
  symlinkSync('cursor.json', home.path('dot files/link.json'))
  symlinkSync('../dot files/link.json', home.path('.cursor/mcp.json'))
  assert.equal((await home.run('install', 'cursor', weather, '--name', 'weather')).code, 0)
  assert.ok(JSON.parse(readFileSync(home.path('dot files/cursor.json'), 'utf8')).mcpServers.weather)
  await startsFrom(home, 'cursor', 'weather', [])
  assert.equal((await home.run('uninstall', 'cursor', 'weather')).code, 0)
  assert.equal(readFileSync(home.path('dot files/cursor.json'), 'utf8'), '{ "mcpServers": {} }')
  assert.ok(lstatSync(home.path('.cursor/mcp.json')).isSymbolicLink())
  assert.deepEqual(readdirSync(home.path('dot files')).sort(), ['cursor.json', 'link.json'])
})

test('a file that is read-only is left as it is, and so is its folder', async () => {
  const original = '{ "mcpServers": {} }'
  using home = new Home({ '.cursor/mcp.json': original })
  chmodSync(home.path('.cursor/mcp.json'), 0o444)
  const { code, stderr } = await home.run('install', 'cursor', weather, '--name', 'weather')
  assert.equal(code, 1)
  assert.match(stderr, /mcp\.json cannot be written: it is read-only\n {2}left unchanged/)
  assert.equal(readFileSync(home.path('.cursor/mcp.json'), 'utf8'), original)
  assert.equal(statSync(home.path('.cursor/mcp.json')).mode & 0o777, 0o444)
  assert.deepEqual(readdirSync(home.path('.cursor')), ['mcp.json'])
})
