import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastmcp } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'

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
  // Values of variables may be secrets.
  assert.deepEqual(plain.options.env.value, ['COLOUR'])
  assert.deepEqual((await ask(['--env', 'API_KEY=secret'])).options.env, {
    value: ['API_KEY'],
    from: '--env',
  })
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
  assert.match(outcome.stderr, /none\.env: (file not found|not found)/)
})
