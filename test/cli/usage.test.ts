import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { describe, test } from 'node:test'
import { runOptions } from '../../src/options/run-options.ts'
import { fastmcp, program, type RunOptions, root, run } from '../support/program.ts'
import { hello, Project, serverSource } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

interface Row {
  args: string[]
  code: number
  says: RegExp
  /** Lines on stderr, one unless a remedy needs more. */
  lines?: number | 'help'
  options?: RunOptions
}

/** Wrong words on the command line: one line that names the remedy, and nothing of the user's runs. */
const rows: Record<string, Row> = {
  'no command': { args: [], code: 2, says: /^fastmcp .*\n\nUsage: fastmcp <command>/, lines: 'help' },
  'an unknown command': {
    args: ['rnu'],
    code: 2,
    says: /unknown command "rnu"\. Did you mean fastmcp run\?/,
  },
  'a file as command': { args: ['server.ts'], code: 2, says: /to run a file: fastmcp run server\.ts/ },
  'an unknown flag': {
    args: ['run', 'server.js', '--prot', '80'],
    code: 2,
    says: /unknown flag --prot\. Did you mean --port\?/,
  },
  'no file anywhere': { args: ['run', 'empty'], code: 3, says: /no server file in the folder/, lines: 2 },
  'a missing file': {
    args: ['run', 'sever.js'],
    code: 3,
    says: /file not found: \/.*sever\.js\. Did you mean server\.js\?/,
  },
  'a broken link': {
    args: ['run', 'broken.js'],
    code: 3,
    says: /symbolic link to a file that does not exist/,
  },
  'a file of another kind': {
    args: ['run', 'notes.txt'],
    code: 3,
    says: /not a TypeScript or JavaScript file/,
    lines: 2,
  },
  '--reload of a program': {
    args: ['run', '--exec', 'node server.js', '--reload'],
    code: 2,
    says: /--reload needs a server file, and this server runs elsewhere\. Leave it out/,
  },
  '--reload of an address': {
    args: ['run', 'http://127.0.0.1:9/mcp', '--reload'],
    code: 2,
    says: /--reload needs a server file/,
  },
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
  'a transport mistyped': {
    args: ['run', 'server.js', '-t', 'htpp'],
    code: 2,
    says: /-t: must be one of stdio, streamable-http, sse, http, not "htpp"\. Did you mean http\?/,
  },
  'one dash for two': { args: ['run', 'server.js', '-port', '80'], code: 2, says: /Did you mean --port\?/ },
  'a file of Python': {
    args: ['run', 'server.py'],
    code: 3,
    says: /not a TypeScript or JavaScript file\n {2}other programs: .*run --exec "python3 server\.py"/,
    lines: 2,
  },
  'a file of Python as command': {
    args: ['server.py'],
    code: 2,
    says: /to run another program: .*run --exec "python3 server\.py"/,
  },
  'a command of another program': { args: ['serve', 'server.js'], code: 2, says: /Did you mean .*run\?/ },
  'a URL as command': {
    args: ['http://127.0.0.1:1/mcp'],
    code: 2,
    says: /list http:\/\/127\.0\.0\.1:1\/mcp/,
  },
  'a verb of the cache mistyped': { args: ['cache', 'claer'], code: 2, says: /Did you mean .*cache clear\?/ },
  'a port for stdio': {
    args: ['run', 'server.js', '-t', 'stdio', '--port', '1'],
    code: 2,
    says: /--port has no effect on stdio/,
  },
  'SSE without sessions': {
    args: ['run', 'server.js', '-t', 'sse', '--stateless'],
    code: 2,
    says: /no effect on SSE/,
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
  'a NUL byte in the file': { args: ['run', 'server.js:a\u0001'], code: 3, says: /no export/, lines: 2 },
  'a variable without value': {
    args: ['run', 'server.js', '--env', 'x'],
    code: 2,
    says: /--env: must be NAME=value/,
  },
  'health where MCP is': {
    args: ['run', 'server.js', '-t', 'http', '-p', '0', '--health', '/mcp'],
    code: 2,
    says: /--health \/mcp is the MCP endpoint/,
  },
  'a URL to be developed': {
    args: ['dev', 'https://example.com/mcp'],
    code: 2,
    says: /is a URL, which only fastmcp run/,
  },
  'a broken fastmcp.json': {
    args: ['run', 'bad/fastmcp.json'],
    code: 2,
    says: /fastmcp\.json cannot be read/,
  },
  'an unknown key in fastmcp.json': {
    args: ['run', 'odd/fastmcp.json'],
    code: 2,
    says: /unknown option "prot"/,
  },
  'a flag before any command': { args: ['--port', '80'], code: 2, says: /--port goes after a command/ },
  'no file named, and none here': {
    args: ['run'],
    code: 2,
    says: /no server file named, and none found here\.\n {2}looked for src\/server/,
    lines: 2,
    options: { cwd: 'empty' },
  },
  'a link that leads to itself': { args: ['run', 'loop.js'], code: 3, says: /link that leads to itself/ },
  'a path with a fragment': {
    args: ['run', 'server.js', '-t', 'http', '--path', '#mcp'],
    code: 2,
    says: /--path: must be a plain URL path such as \/mcp, not "#mcp"/,
  },
  'a path with a space': {
    args: ['run', 'server.js', '-t', 'http', '--path', '/a b'],
    code: 2,
    says: /plain URL path/,
  },
  'an empty variable of ours': {
    args: ['run', 'server.js', '-t', 'http'],
    code: 2,
    says: /FASTMCP_PORT: must be a whole number from 0 to 65535, not ""/,
    options: { env: { FASTMCP_PORT: '' } },
  },
  'a host in a variable that nobody knows': {
    args: ['run', 'server.js', '-t', 'http'],
    code: 4,
    says: /cannot listen on no\.such\.host\.invalid:8000/,
    options: { env: { FASTMCP_HOST: 'no.such.host.invalid' } },
  },
  'nothing after the colon': {
    args: ['run', 'server.js:'],
    code: 2,
    says: /name an export after the colon of server\.js:, such as server\.js:mcp/,
  },
  'half of a letter': { args: ['run', 'a\ud800b.js'], code: 3, says: /file not found/ },
  'a line break': { args: ['run', 'a\nb.js'], code: 3, says: /file not found: .*a\?b\.js/ },
  'a long argument': { args: ['run', 'x'.repeat(100_000)], code: 2, says: /the server spec is too long/ },
}

describe('wrong words', () => {
  const project = new Project({
    'server.js': serverSource(),
    'notes.txt': 'hello',
    'server.py': 'print(1)',
    'package.json': '{ "type": "module" }',
    'bad/fastmcp.json': '{ "port": ',
    'odd/fastmcp.json': '{ "source": "../server.js", "prot": 1 }',
  })
  mkdirSync(project.path('empty'))
  symlinkSync('nowhere.js', project.path('broken.js'))
  symlinkSync('loop.js', project.path('loop.js'))
  for (const [name, { args, code, says, lines = 1, options }] of chosen(Object.entries(rows), 4)) {
    test(name, async () => {
      const cwd = project.path(options?.cwd ?? '')
      const outcome = await fastmcp(args, { ...options, cwd })
      assert.equal(outcome.code, code, outcome.stderr)
      assert.match(outcome.stderr, says)
      assert.doesNotMatch(outcome.stderr, /\n\s+at /)
      if (lines !== 'help') assert.equal(outcome.stderr.trimEnd().split('\n').length, lines, outcome.stderr)
      assert.equal(outcome.stdout, '')
    })
  }
})

test('--version and --help answer on stdout', async () => {
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  for (const word of ['--version', 'version']) assert.equal((await fastmcp([word])).stdout, `${version}\n`)
  assert.match((await fastmcp(['help', 'run'])).stdout, /^Usage: fastmcp run /)
  assert.match((await fastmcp(['--help'])).stdout, /Usage: fastmcp <command>/)
  const help = await fastmcp(['run', '--help'])
  assert.equal(help.code, 0)
  for (const name of Object.keys(runOptions)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    assert.match(help.stdout, new RegExp(`--(no-)?${flag}\\b`))
  }
})

/** The tests may run as root, who may do anything; these run as somebody else. */
const rights = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

test('a port that needs more rights says so', {
  skip: lowestFreePort() <= 80 && 'this system lets everybody use port 80',
}, async () => {
  using project = new Project({ 'server.mjs': serverSource() })
  chmodSync(project.folder, 0o755)
  const args = ['run', 'server.mjs', '-t', 'http', '-p', '80']
  const outcome = await fastmcp(args, { cwd: project.folder, ...rights })
  assert.equal(outcome.code, 4)
  assert.equal(
    outcome.stderr,
    'fastmcp: cannot listen on 127.0.0.1:80: permission denied. Try a port above 1023.\n',
  )
})

function lowestFreePort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'))
  } catch {
    return process.platform === 'win32' || process.platform === 'darwin' ? 0 : 1024
  }
}

test('a file and a folder that must not be read say so', {
  skip: process.platform === 'win32' && 'Windows has no such rights',
}, async () => {
  using project = new Project({ 'server.mjs': serverSource(), 'locked/server.mjs': serverSource() })
  chmodSync(project.folder, 0o755)
  chmodSync(project.path('server.mjs'), 0)
  chmodSync(project.path('locked'), 0)
  for (const file of ['server.mjs', 'locked/server.mjs']) {
    const outcome = await fastmcp(['run', file], { cwd: project.folder, ...rights })
    assert.equal(outcome.code, 3)
    assert.match(outcome.stderr, new RegExp(`^fastmcp: .*${file} cannot be read: permission denied\n$`))
  }
})

test('a Node that is too old is told what is needed', async () => {
  const older =
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } })"
  const outcome = await run(process.execPath, ['--import', `data:text/javascript,${older}`, program, 'run'])
  assert.equal(outcome.code, 2)
  assert.equal(outcome.stderr, 'fastmcp: needs Node 20.19 or newer, and this is 20.18.3\n')
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

test('nothing is printed on stdio under a client, and a closed stdin ends it cleanly', async () => {
  using project = new Project({ 'server.mjs': serverSource() })
  const outcome = await fastmcp(['run', 'server.mjs'], { cwd: project.folder })
  assert.deepEqual([outcome.code, outcome.stdout, outcome.stderr], [0, '', ''])
})
