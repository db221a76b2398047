import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { writtenFlag } from '../../src/options/command-line.ts'
import type { Option } from '../../src/options/option.ts'
import { parseRunArgs } from '../../src/options/run-arguments.ts'
import { type RunOptionName, runOptions } from '../../src/options/run-options.ts'
import { givenByEnv, givenByObject, type Levels, resolveSettings } from '../../src/options/settings.ts'
import { connectV1 } from '../support/clients.ts'
import { fastmcp, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'

/** What each level says: on the command line, in the variable, in `fastmcp.json`, in the code. */
type Row = [flag: unknown, env: unknown, config?: unknown, code?: unknown]

const rows: Record<RunOptionName, Row> = {
  transport: ['sse', 'http', 'stdio', 'sse'],
  host: ['a.example', 'b.example', 'c.example', 'd.example'],
  port: [1, 2, 3, 4],
  path: ['/a', '/b', '/c', '/d'],
  messagePath: ['/a', '/b', '/c', '/d'],
  stateless: [true, false, true, true],
  store: ['file:a', 'memory', 'file:c', 'file:d'],
  workers: [2, 'auto', 4],
  sessions: ['anywhere', 'owner', 'anywhere'],
  workerTimeout: [1, 2, 3],
  redis: ['redis://a', 'redis://b', 'rediss://c', 'redis://d'],
  redisPasswordEnv: ['A', 'B', 'C', 'D'],
  redisPasswordFile: ['a', 'b', 'c', 'd'],
  redisPrefix: ['a:', 'b:', 'c:', 'd:'],
  clusterKeyEnv: ['A', 'B', 'C', 'D'],
  jsonResponse: [true, false, true, true],
  allowedHosts: [['a'], ['b', 'c'], ['d'], ['e', 'f']],
  allowedOrigins: [['a'], ['b', 'c'], ['d'], ['e', 'f']],
  health: ['/a', '/b', '/c', '/d'],
  tokenEnv: ['A', 'B', 'C', 'D'],
  tokenFile: ['a', 'b', 'c', 'd'],
  jwtIssuer: ['https://a', 'https://b', 'https://c', 'https://d'],
  jwtAudience: [['a'], ['b'], ['c', 'd'], ['e']],
  jwks: ['https://a', 'https://b', 'https://c', 'https://d'],
  introspect: ['https://a', 'https://b', 'https://c', 'https://d'],
  introspectClientId: ['a', 'b', 'c', 'd'],
  introspectSecretEnv: ['A', 'B', 'C', 'D'],
  introspectAudience: [['a'], ['b'], ['c', 'd'], ['e']],
  introspectIssuer: ['https://a', 'https://b', 'https://c', 'https://d'],
  drainDelay: [1, 2, 3, 4],
  drainLimit: [1, 2, 3, 4],
  accessLog: [true, false, true, true],
  metricsPort: [1, 2, 3, 4],
  metricsHost: ['a', 'b', 'c', 'd'],
  tlsCert: ['a', 'b', 'c', 'd'],
  tlsKey: ['a', 'b', 'c', 'd'],
  toolScopes: [{ a: ['b'] }, undefined, { d: ['e', 'f'] }],
  maxBody: [1024, 2048, 4096, 8192],
  maxSessions: [1, 2, 3, 4],
  maxProcesses: [1, 2, 3],
  sessionTimeout: [1, 2, 3, 4],
  loadTimeout: [1, 2, 3],
  logLevel: ['debug', 'error', 'silent', 'info'],
  logFormat: ['json', 'text', 'json', 'json'],
  banner: [false, true, false, false],
  printConfig: [true, undefined],
  envFile: [['a.env'], ['b.env']],
  env: [{ A: '1' }, undefined, { B: '2' }],
  import: [['a.mjs'], ['b.mjs'], ['c.mjs', 'd.mjs']],
  require: [['a.cjs'], ['b.cjs'], ['c.cjs']],
  cache: [false, true],
}

const words = (value: unknown): string => {
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'object')
    return Object.entries(value ?? {})
      .map((pair) => pair.join('='))
      .join()
  return String(value)
}
const read = (value: unknown) => (value === 'http' ? 'streamable-http' : value)

describe('flag over variable over fastmcp.json over code over default, for every option', () => {
  for (const [name, option] of Object.entries(runOptions) as [RunOptionName, Option<unknown>][]) {
    test(name, () => {
      const [flag, env, config, code] = rows[name]
      const typed = option.value ? [writtenFlag(option), words(flag)] : [writtenFlag(option)]
      const levels: Levels = { flag: parseRunArgs(typed).given }
      const expected: unknown[] = [flag]
      if (env !== undefined) {
        levels.env = givenByEnv({ [option.env?.[0] ?? '']: words(env) })
        expected.push(env)
      }
      assert.equal(option.config === true, config !== undefined, 'may it stand in fastmcp.json?')
      if (config !== undefined) {
        levels['fastmcp.json'] = givenByObject({ [name]: config }, 'config', 'fastmcp.json')
        expected.push(config)
      }
      assert.equal(option.code === true, code !== undefined, 'may code give it?')
      if (code !== undefined) {
        levels.code = givenByObject({ [name]: code }, 'code', 'run()')
        expected.push(code)
      }
      expected.push(option.default)
      for (const [at, value] of expected.entries()) {
        // What guards is never less than what a weaker level says.
        const whole = option.sums ? Object.assign({}, ...expected.slice(at)) : value
        assert.deepEqual(resolveSettings(levels)[name].value, read(whole))
        const [strongest] = Object.keys(levels) as (keyof Levels)[]
        if (strongest) delete levels[strongest]
      }
    })
  }
})

test('variables of other programs count only where they can be meant', () => {
  const given = (env: Record<string, string>) => {
    const { port, host } = resolveSettings({ env: givenByEnv(env) })
    return [port.value, host.value]
  }
  assert.deepEqual(given({ PORT: '2', HOST: '::1' }), [2, '::1'])
  assert.deepEqual(given({ PORT: '2', FASTMCP_PORT: '3', HOST: '0.0.0.0', FASTMCP_HOST: 'a.example' }), [
    3,
    'a.example',
  ])
  assert.deepEqual(given({ HOST: 'my-laptop' }), [8000, '127.0.0.1'])
  assert.deepEqual(given({ HOST: 'localhost' }), [8000, 'localhost'])
  assert.deepEqual(given({ HOST: '' }), [8000, '127.0.0.1'])
})

test('options in the code are the last word before the default, and any other word wins', async () => {
  using project = new Project({
    'server.mjs': `
import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'in code' })
mcp.tool({ name: 'ping' }, () => 'pong')
await mcp.run({ transport: 'http', port: 0, path: '/code' })`,
  })
  const served = async (args: string[], env: Record<string, string>) => {
    await using server = startFastmcp(['run', 'server.mjs', ...args], { cwd: project.folder, env })
    const [, url = ''] = await server.until(/listening on (\S+)/)
    const client = await connectV1({ http: new URL(url) })
    assert.equal((await client.listTools()).tools.length, 1)
    await client.close()
    return new URL(url).pathname
  }
  assert.equal(await served([], {}), '/code')
  assert.equal(await served([], { FASTMCP_PATH: '/variable' }), '/variable')
  assert.equal(await served(['--path', '/flag'], { FASTMCP_PATH: '/variable' }), '/flag')
  project.write('fastmcp.json', '{ "source": "server.mjs", "path": "/file" }')
  const fromFile = startFastmcp(['run'], { cwd: project.folder })
  await using _ = fromFile
  assert.match((await fromFile.until(/listening on (\S+)/))[1] ?? '', /\/file$/)
})

test('a port for a file whose code chooses stdio after all is refused', async () => {
  using project = new Project({
    'server.mjs': `
import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'in code' })
await mcp.run({ transport: 'stdio' })`,
  })
  const outcome = await fastmcp(['run', 'server.mjs', '-p', '9000'], { cwd: project.folder })
  assert.equal(outcome.code, 2)
  assert.equal(outcome.stderr, 'fastmcp: --port has no effect on stdio. Add -t http, or leave it out.\n')
})
