import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { runOptions } from '../../src/options/run-options.ts'
import { fastmcp, type RunOptions } from '../support/program.ts'
import { hello, Project, serverSource } from '../support/project.ts'

interface Row {
  args: string[]
  code: number
  says: RegExp
  options?: RunOptions
}

/** Wrong words on the command line: one line that names the remedy, and nothing of the user's runs. */
const rows: Record<string, Row> = {
  'no command': { args: [], code: 2, says: /^fastmcp .*\n\nUsage: fastmcp <command>/ },
  'an unknown command': { args: ['rnu'], code: 2, says: /no command "rnu"\. Did you mean fastmcp run\?/ },
  'a file as command': { args: ['server.ts'], code: 2, says: /to run a file: fastmcp run server\.ts/ },
  'an unknown flag': {
    args: ['run', 'server.js', '--prot', '80'],
    code: 2,
    says: /no flag --prot\. Did you mean --port\?/,
  },
  'no file anywhere': { args: ['run', 'empty'], code: 3, says: /no server file in the folder/ },
  'a missing file': {
    args: ['run', 'sever.js'],
    code: 3,
    says: /no file \/.*sever\.js\. Did you mean server\.js\?/,
  },
  'a broken link': {
    args: ['run', 'broken.js'],
    code: 3,
    says: /symbolic link to a file that does not exist/,
  },
  'a file of another kind': { args: ['run', 'notes.txt'], code: 3, says: /no TypeScript or JavaScript file/ },
  'a port of letters': {
    args: ['run', 'server.js', '-t', 'http', '-p', 'abc'],
    code: 2,
    says: /-p: must be a whole number from 0 to 65535, not "abc"/,
  },
  'a negative port': {
    args: ['run', 'server.js', '-t', 'http', '--port', '-1'],
    code: 2,
    says: /--port: must be a whole number/,
  },
  'a port too high': {
    args: ['run', 'server.js', '-t', 'http', '--port', '65536'],
    code: 2,
    says: /0 to 65535/,
  },
  'a port with a fraction': {
    args: ['run', 'server.js', '-t', 'http', '--port', '80.5'],
    code: 2,
    says: /whole number/,
  },
  'an empty port': { args: ['run', 'server.js', '-t', 'http', '--port='], code: 2, says: /whole number/ },
  'a flag without value': { args: ['run', 'server.js', '--host'], code: 2, says: /--host needs a value/ },
  'a switch with a value': {
    args: ['run', 'server.js', '--stateless=5'],
    code: 2,
    says: /--stateless takes no value/,
  },
  'an unknown transport': {
    args: ['run', 'server.js', '-t', 'foo'],
    code: 2,
    says: /one of stdio, streamable-http, sse/,
  },
  'a port for stdio': {
    args: ['run', 'server.js', '-t', 'stdio', '--port', '1'],
    code: 2,
    says: /--port has no meaning with stdio/,
  },
  'SSE without sessions': {
    args: ['run', 'server.js', '-t', 'sse', '--stateless'],
    code: 2,
    says: /no meaning with SSE/,
  },
  'a path with a query': {
    args: ['run', 'server.js', '-t', 'http', '--path', '/a?b'],
    code: 2,
    says: /--path: must be a plain URL path/,
  },
  'a path with two slashes': {
    args: ['run', 'server.js', '-t', 'http', '--path', '//mcp'],
    code: 2,
    says: /plain URL path/,
  },
  'a path that climbs': {
    args: ['run', 'server.js', '-t', 'http', '--path', '/a/../b'],
    code: 2,
    says: /plain URL path/,
  },
  'a path with an escape': {
    args: ['run', 'server.js', '-t', 'http', '--path', '/%2e'],
    code: 2,
    says: /plain URL path/,
  },
  'junk in PORT': {
    args: ['run', 'server.js', '-t', 'http'],
    code: 2,
    says: /PORT: must be a whole number/,
    options: { env: { PORT: 'x' } },
  },
  'junk in a variable of ours': {
    args: ['run', 'server.js'],
    code: 2,
    says: /FASTMCP_TRANSPORT: must be one of/,
    options: { env: { FASTMCP_TRANSPORT: 'x' } },
  },
  'two files': {
    args: ['run', 'server.js', 'other.js'],
    code: 2,
    says: /one server at a time; arguments for it go after --/,
  },
  'a NUL byte in the file': { args: ['run', 'server.js:a\u0001'], code: 3, says: /no export/ },
  'a variable without value': {
    args: ['run', 'server.js', '--env', 'x'],
    code: 2,
    says: /--env: must be NAME=value/,
  },
  'health where MCP is': {
    args: ['run', 'server.js', '-t', 'http', '-p', '0', '--health', '/mcp'],
    code: 2,
    says: /--health \/mcp is where MCP is served/,
  },
  'a URL': { args: ['run', 'https://example.com/mcp'], code: 2, says: /is a URL; fastmcp run takes a file/ },
  'a broken fastmcp.json': {
    args: ['run', 'bad/fastmcp.json'],
    code: 2,
    says: /fastmcp\.json cannot be read/,
  },
  'an unknown key in fastmcp.json': {
    args: ['run', 'odd/fastmcp.json'],
    code: 2,
    says: /there is no option "prot"/,
  },
  'a long argument': { args: ['run', 'x'.repeat(100_000)], code: 2, says: /longer than any path/ },
}

describe('wrong words', () => {
  const project = new Project({
    'server.js': serverSource(),
    'notes.txt': 'hello',
    'package.json': '{ "type": "module" }',
    'bad/fastmcp.json': '{ "port": ',
    'odd/fastmcp.json': '{ "source": "../server.js", "prot": 1 }',
  })
  mkdirSync(project.path('empty'))
  symlinkSync('nowhere.js', project.path('broken.js'))
  for (const [name, { args, code, says, options }] of Object.entries(rows)) {
    test(name, async () => {
      const outcome = await fastmcp(args, { cwd: project.folder, ...options })
      assert.equal(outcome.code, code, outcome.stderr)
      assert.match(outcome.stderr, says)
      assert.doesNotMatch(outcome.stderr, /\n\s+at /)
      assert.equal(outcome.stdout, '')
    })
  }
})

test('--version and --help answer on stdout', async () => {
  assert.match((await fastmcp(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/)
  assert.match((await fastmcp(['--help'])).stdout, /Usage: fastmcp <command>/)
  const help = await fastmcp(['run', '--help'])
  assert.equal(help.code, 0)
  for (const name of Object.keys(runOptions)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    assert.match(help.stdout, new RegExp(`--(no-)?${flag}\\b`))
  }
})

test('a port that needs more rights says so', { skip: process.getuid?.() === 0 }, async () => {
  using project = new Project({ 'server.mjs': serverSource() })
  const outcome = await fastmcp(['run', 'server.mjs', '-t', 'http', '-p', '80'], { cwd: project.folder })
  assert.equal(outcome.code, 4)
})

test('odd names of files work: spaces, #, %, other scripts', async () => {
  const names = ['a b.mjs', 'a#b.mjs', 'a%20b.mjs', 'сервер.mjs', "quote'd.ts", 'deep/er/file.ts']
  using project = new Project(Object.fromEntries(names.map((name) => [name, serverSource()])))
  for (const name of names) {
    const outcome = await fastmcp(['run', name], { cwd: project.folder, input: hello })
    assert.match(outcome.stdout, /"name":"plain"/, `${name}: ${outcome.stderr}`)
    assert.equal(outcome.code, 0)
  }
})

test('flag over variable over fastmcp.json over default, with where each came from', async () => {
  using project = new Project({
    'src/server.mjs': serverSource(),
    'fastmcp.json': `{
      // comments are fine
      "source": "src/server.mjs", "transport": "http", "port": 1111, "host": "127.0.0.1", "path": "/json",
      "args": ["--from-config"], "env": { "COLOUR": "red" },
    }`,
  })
  const ask = async (args: string[], env: Record<string, string> = {}) =>
    JSON.parse((await fastmcp(['run', '--print-config', ...args], { cwd: project.folder, env })).stdout)
  const plain = await ask([])
  assert.equal(plain.file, project.path('src/server.mjs'))
  assert.deepEqual(plain.args, ['--from-config'])
  assert.deepEqual(plain.options.port, { value: 1111, from: project.path('fastmcp.json') })
  assert.deepEqual(plain.options.transport.value, 'streamable-http')
  assert.deepEqual(plain.options.messagePath, { value: '/messages/', from: 'default' })
  assert.deepEqual((await ask([], { PORT: '2222' })).options.port, { value: 2222, from: 'PORT' })
  assert.deepEqual((await ask([], { PORT: '2222', FASTMCP_PORT: '3333' })).options.port.value, 3333)
  assert.deepEqual((await ask(['-p', '4444'], { PORT: '2222' })).options.port, { value: 4444, from: '-p' })
  assert.equal((await ask([], { HOST: 'my-laptop' })).options.host.value, '127.0.0.1')
  assert.deepEqual((await ask([], { HOST: '0.0.0.0' })).options.host, { value: '0.0.0.0', from: 'HOST' })
  assert.deepEqual((await ask(['--', '--mine'])).args, ['--mine'])
  assert.deepEqual((await ask(['--path', 'flag'])).options.path, { value: '/flag', from: '--path' })
})

test('arguments and variables reach the server, and nothing of ours does', async () => {
  using project = new Project({
    'server.mjs': `${serverSource()}\nconsole.error(JSON.stringify([process.argv.slice(2), process.env.A, process.env.B, process.env.C]))`,
    'one.env': 'A=one\nB=one\nC=one',
    'two.env': 'B=two',
  })
  const args = [
    'run',
    'server.mjs',
    '--env-file',
    'one.env',
    '--env-file',
    'two.env',
    '--env',
    'C=flag',
    '--',
    '--transport',
    'x',
  ]
  const outcome = await fastmcp(args, { cwd: project.folder })
  assert.equal(outcome.stderr, '[["--transport","x"],"one","two","flag"]\n')
})

test('a missing env file is named', async () => {
  using project = new Project({ 'server.mjs': serverSource() })
  const outcome = await fastmcp(['run', 'server.mjs', '--env-file', 'none.env'], { cwd: project.folder })
  // Node 20 reads the flag of that name itself, wherever it stands, and ends with its own code.
  assert.ok(outcome.code === 2 || outcome.code === 9, `${outcome.code}`)
  assert.match(outcome.stderr, /none\.env: (there is no such file|not found)/)
})

test('nothing is printed on stdio under a client, and a closed stdin ends it cleanly', async () => {
  using project = new Project({ 'server.mjs': serverSource() })
  const outcome = await fastmcp(['run', 'server.mjs'], { cwd: project.folder })
  assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, '', ''])
})

test('a folder that cannot be read, and a port taken meanwhile, are no traces', async () => {
  using project = new Project({ 'server.mjs': serverSource() })
  chmodSync(project.path('server.mjs'), 0o644)
  const busy = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => busy.once('listening', resolve))
  const { port } = busy.address() as { port: number }
  const outcome = await fastmcp(['run', 'server.mjs', '-t', 'sse', '-p', String(port)], {
    cwd: project.folder,
  })
  busy.close()
  assert.equal(outcome.code, 4)
  assert.equal(outcome.stderr.split('\n').length, 2)
})
