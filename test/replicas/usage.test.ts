import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fastmcp, root, run } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { RedisServer, redisSkip } from '../support/redis-server.ts'
import { chosen, rarely } from '../support/whole.ts'

const fixture = `${root}test/fixtures/workers/shared.ts`
const redis = ['--redis', 'redis://someone:hidden-word@127.0.0.1:1']

/** What cannot be, and what is said of it. */
const refused: Record<
  string,
  { command?: string; args: readonly string[]; says: RegExp; file?: string; env?: Record<string, string> }
> = {
  stdio: { args: redis, says: /--redis has no effect on stdio\. Add -t http, or leave it out/ },
  'no URL': {
    args: ['-t', 'http', '--redis', 'hidden-word'],
    says: /--redis: must be a URL such as redis:\/\/127\.0\.0\.1:6379/,
  },
  'a store': {
    args: ['-t', 'http', ...redis, '--store', 'file:sessions.db'],
    says: /--store has no effect with --redis/,
  },
  'more of Redis without it': {
    args: ['-t', 'http', '--redis-prefix', 'mine:'],
    says: /--redis-prefix has no effect without --redis/,
  },
  'two passwords': {
    args: ['-t', 'http', ...redis, '--redis-password-env', 'A', '--redis-password-file', 'a'],
    says: /both name the password/,
  },
  'a variable that is not set': {
    args: ['-t', 'http', '-p', '0', ...redis, '--redis-password-env', 'NOT_SET_HERE'],
    says: /--redis-password-env: the variable NOT_SET_HERE is not set/,
  },
  'a cluster key that is short': {
    args: ['-t', 'http', '-p', '0', ...redis, '--cluster-key-env', 'SHORT'],
    env: { SHORT: 'hidden-word' },
    says: /--cluster-key-env: SHORT must have at least 16 characters/,
  },
  'a server that is loaded again with every save': {
    args: ['-t', 'http', ...redis, '--reload'],
    says: /--redis has no effect with --reload/,
  },
  'fastmcp dev': { command: 'dev', args: redis, says: /--redis has no effect in fastmcp dev/ },
  'an app that speaks MCP itself': {
    args: ['-t', 'http', '-p', '0', ...redis],
    file: `import { createServer } from 'node:http'
createServer((request, response) => response.end('mine')).listen(3000)`,
    says: /this app speaks MCP itself.*Leave --redis out, or add --sessions anywhere/,
  },
}

describe('--redis is refused with words', () => {
  for (const [name, { command = 'run', args, says, file, env = {} }] of chosen(Object.entries(refused), 4)) {
    test(`for ${name}`, async () => {
      using project = new Project(file === undefined ? {} : { 'app.mjs': file })
      const server = file === undefined ? fixture : project.path('app.mjs')
      const { code, stderr } = await fastmcp([command, server, ...args], { cwd: project.folder, env })
      assert.match(stderr, says)
      assert.ok(!stderr.includes('hidden-word'), stderr)
      assert.equal(code, 2, stderr)
    })
  }
})

test('--print-config has no password', async () => {
  const { stdout } = await fastmcp(['run', fixture, '-t', 'http', ...redis, '--print-config'])
  assert.equal(JSON.parse(stdout).options.redis.value, 'redis://someone:***@127.0.0.1:1')
})

rarely('without ioredis it says what to install', async () => {
  // Not within a folder where it is installed.
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-apart-'))
  writeFileSync(
    join(folder, 'server.mjs'),
    `import { Server } from '@modelcontextprotocol/sdk/server/index.js'
export default new Server({ name: 'apart', version: '1.0.0' })`,
  )
  const modules = join(folder, 'node_modules')
  const own = join(modules, 'fastmcp-cli')
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(`${root}${part}`, join(own, part), { recursive: true })
  for (const name of readdirSync(`${root}node_modules`).filter((one) => !/^(\.|ioredis$|fastmcp)/.test(one)))
    symlinkSync(`${root}node_modules/${name}`, join(modules, name))
  const args = ['run', 'server.mjs', '-t', 'http', '-p', '0', ...redis]
  const { code, stderr } = await run(process.execPath, [join(own, 'bin/fastmcp.js'), ...args], {
    cwd: folder,
  })
  rmSync(folder, { recursive: true })
  assert.match(stderr, /--redis needs the package ioredis, which is not installed: npm install ioredis/)
  assert.equal(code, 2, stderr)
})

describe('Redis refuses', { skip: redisSkip }, () => {
  const start = (args: readonly string[], env: Record<string, string> = {}) =>
    fastmcp(['run', fixture, '-t', 'http', '-p', '0', ...args], { env })

  test('a wrong password, and a user who lacks a command, at the start', async () => {
    await using server = await RedisServer.start()
    const wrong = await start(['--redis', server.url.replace('//', '//someone@')], {
      FASTMCP_REDIS_PASSWORD_ENV: 'WORD',
      WORD: 'wrong-word',
    })
    assert.match(wrong.stderr, /--redis: cannot use redis:\/\/127\.0\.0\.1:\d+: wrong user name or password/)
    assert.ok(!wrong.stderr.includes('wrong-word'), wrong.stderr)
    assert.equal(wrong.code, 4)
    const rules = ['on', '>few-word', '~fastmcp:*', '&fastmcp:*', '+@all', '-xadd']
    await server.client.call('ACL', 'SETUSER', 'few', ...rules)
    const few = await start(['--redis', server.url.replace('//', '//few:few-word@')])
    assert.match(few.stderr, /the user may not use the command xadd \(ACL\)/)
    assert.ok(!few.stderr.includes('few-word'), few.stderr)
    assert.equal(few.code, 4)
  })
})
