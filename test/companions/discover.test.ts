import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Home } from '../support/client-home.ts'
import { fastmcp, program, root } from '../support/program.ts'
import { serverSource } from '../support/project.ts'

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
  assert.match(stderr, /Gemini CLI's file .* is invalid/)
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
