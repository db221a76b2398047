import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fromJsonSchema } from '@modelcontextprotocol/server'
import { present } from '../../scripts/docs.ts'
import { fastmcp } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'

const project = new Project({ 'server.mjs': serverSource() })
const schema = fromJsonSchema(JSON.parse(present('fastmcp.schema.json')))

/** What the program makes of a `fastmcp.json`. */
function started(text: string) {
  project.write('fastmcp.json', text)
  return fastmcp(['run', '--print-config'], { cwd: project.folder })
}

describe('a fastmcp.json that is refused: one line with the file, the key and what would do', () => {
  const rows: Record<string, [text: string, says: string]> = {
    'an unknown key': ['{ "prot": 1 }', ': unknown option "prot". Did you mean "port"?'],
    'a mistyped source': ['{ "sourc": "server.mjs" }', ': unknown option "sourc". Did you mean "source"?'],
    'an option of the command line alone': ['{ "printConfig": true }', ': unknown option "printConfig"'],
    'a port as text': ['{ "port": "9000" }', ': port: must be a number, not "9000"'],
    'a port too high': ['{ "port": 70000 }', ': port: must be a whole number from 0 to 65535, not "70000"'],
    'a port with a fraction': [
      '{ "port": 80.5 }',
      ': port: must be a whole number from 0 to 65535, not "80.5"',
    ],
    'nothing for a port': ['{ "port": null }', ': port: must be a number, not null'],
    'a number as path': ['{ "path": 5 }', ': path: must be a string, not 5'],
    'an unknown transport': [
      '{ "transport": "ws" }',
      ': transport: must be one of stdio, streamable-http, sse, http, not "ws"',
    ],
    'a switch as text': ['{ "stateless": "yes" }', ': stateless: must be true or false, not "yes"'],
    'one name for a list': [
      '{ "allowedHosts": "a.example" }',
      ': allowedHosts: must be a list of strings, not "a.example"',
    ],
    'a list of numbers': ['{ "allowedHosts": [1] }', ': allowedHosts: must be a list of strings, not [1]'],
    'a list for a map': ['{ "env": ["A=1"] }', ': env: must be an object of names and strings, not ["A=1"]'],
    'a number in a map': [
      '{ "env": { "A": 1 } }',
      ': env: must be an object of names and strings, not {"A":1}',
    ],
    'a number as source': ['{ "source": 5 }', ': source must be a path'],
    'text for arguments': ['{ "args": "--verbose" }', ': args must be a list of strings'],
    'a list': ['[]', ' must hold an object'],
  }
  for (const [name, [text, says]] of Object.entries(rows)) {
    test(name, async () => {
      const outcome = await started(text)
      assert.equal(outcome.code, 2)
      assert.equal(outcome.stderr, `fastmcp: ${project.path('fastmcp.json')}${says}\n`)
      const verdict = await schema['~standard'].validate(JSON.parse(text))
      assert.ok(verdict.issues, 'the published schema accepts it')
    })
  }

  test('no JSON, at its true place', async () => {
    const { code, stderr } = await started('{\n  /* two\n     lines */\n  "port": 80 90\n}')
    assert.equal(code, 2)
    assert.match(stderr, /fastmcp\.json cannot be read: .* \(line 4 column 14\)\n$/)
    assert.equal(stderr.split('\n').length, 2)
  })
})

test('every key at once, with comments and trailing commas, is accepted, and by the schema too', async () => {
  const values = {
    $schema: './node_modules/fastmcp-cli/fastmcp.schema.json',
    source: 'server.mjs',
    args: ['--verbose'],
    transport: 'http',
    host: 'localhost',
    port: 9000,
    path: '/a',
    messagePath: '/m',
    stateless: false,
    jsonResponse: true,
    allowedHosts: ['a.example', 'b.example'],
    allowedOrigins: [],
    tokenEnv: 'TOKEN',
    tokenFile: 'tokens.txt',
    jwtIssuer: 'https://issuer.example',
    jwtAudience: ['https://mcp.example/mcp'],
    jwks: 'https://issuer.example/keys',
    introspect: 'https://issuer.example/introspect',
    introspectClientId: 'mcp',
    introspectSecretEnv: 'SECRET',
    introspectAudience: [],
    introspectIssuer: 'https://issuer.example',
    toolScopes: { deploy: ['admin', 'ops'] },
    health: true,
    store: 'file:sessions.db',
    metricsPort: 9464,
    metricsHost: '::1',
    workers: 2,
    sessions: 'anywhere',
    workerTimeout: 5,
    redis: 'redis://127.0.0.1:6379',
    redisPasswordEnv: 'SECRET',
    redisPasswordFile: 'password',
    redisPrefix: 'mine:',
    clusterKeyEnv: 'SECRET',
    drainDelay: 1,
    drainLimit: 5,
    accessLog: true,
    tlsCert: 'cert.pem',
    tlsKey: 'key.pem',
    maxBody: 65536,
    maxSessions: 5,
    maxProcesses: 5,
    sessionTimeout: 5,
    loadTimeout: 5,
    logLevel: 'debug',
    logFormat: 'json',
    banner: false,
    env: { A: 'one' },
    import: ['node:os'],
    require: [],
  }
  const { properties } = JSON.parse(present('fastmcp.schema.json'))
  assert.deepEqual(Object.keys(values).sort(), Object.keys(properties).sort())
  assert.equal((await schema['~standard'].validate(values)).issues, undefined)
  const both = await started(JSON.stringify(values))
  assert.equal(both.code, 2)
  assert.match(both.stderr, /--token-env and --token-file exclude each other/)
  // Each guard alone is accepted; here it is the token in a variable. Processes that are several have no metrics,
  // and a store is one of two.
  const guards = /^(tokenFile|jwt.*|jwks|introspect.*|metrics.*|redis.*|clusterKey.*)$/
  const accepted = Object.fromEntries(Object.entries(values).filter(([name]) => !guards.test(name)))
  const outcome = await started(
    `// comments\n${JSON.stringify(accepted, null, 2).replace(/\n\}$/, ', /* too */\n}')}`,
  )
  assert.equal(outcome.code, 0, outcome.stderr)
  const { options, args } = JSON.parse(outcome.stdout)
  assert.deepEqual(args, ['--verbose'])
  const { $schema: _, source: __, args: ___, ...settings } = accepted
  for (const [name, value] of Object.entries(settings)) {
    const read = { transport: 'streamable-http', health: '/health', env: ['A'] }[name] ?? value
    assert.deepEqual(options[name], { value: read, from: project.path('fastmcp.json') }, name)
  }
})
