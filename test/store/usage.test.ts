import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { fastmcp, root } from '../support/program.ts'
import { Project } from '../support/project.ts'

const fixture = `${root}test/fixtures/store/kept.ts`

/** What cannot be, and what is said of it. */
const refused: Record<string, { args: readonly string[]; says: RegExp; file?: string }> = {
  stdio: {
    args: ['--store', 'file:a.db'],
    says: /--store has no effect on stdio\. Add -t http, or leave it out/,
  },
  SSE: {
    args: ['-t', 'sse', '--store', 'file:a.db'],
    says: /--store has no effect on SSE, where a session ends with its stream\. Use -t http/,
  },
  stateless: {
    args: ['-t', 'http', '--stateless', '--store', 'file:a.db'],
    says: /--store has no effect with --stateless, which keeps no sessions\. Leave one out/,
  },
  'a place that is none': {
    args: ['-t', 'http', '--store', 'a.db'],
    says: /--store: must be memory or file:PATH, such as file:sessions\.db, not "a\.db"/,
  },
  'an app that speaks MCP itself': {
    args: ['-t', 'http', '-p', '0', '--store', 'file:a.db'],
    file: `import { createServer } from 'node:http'
createServer((request, response) => response.end('mine')).listen(3000)`,
    says: /this app speaks MCP itself, so --store cannot keep its sessions\. Leave it out/,
  },
}

describe('a store is refused with words', () => {
  for (const [name, { args, says, file }] of Object.entries(refused)) {
    test(`for ${name}`, async () => {
      using project = new Project(file === undefined ? {} : { 'app.mjs': file })
      const server = file === undefined ? fixture : project.path('app.mjs')
      const { code, stderr } = await fastmcp(['run', server, ...args], { cwd: project.folder })
      assert.match(stderr, says)
      assert.equal(code, 2)
    })
  }
})

test('it may be named by a variable, by fastmcp.json and in code, and --print-config says where it came from', async () => {
  using project = new Project({
    'fastmcp.json': JSON.stringify({ source: fixture, store: 'file:of-the-file.db' }),
  })
  const print = async (env: Record<string, string> = {}) => {
    const { stdout } = await fastmcp(['run', '-t', 'http', '--print-config'], { cwd: project.folder, env })
    return JSON.parse(stdout).options.store
  }
  const { value, from } = await print()
  assert.deepEqual([value, from.endsWith('fastmcp.json')], ['file:of-the-file.db', true])
  assert.deepEqual(await print({ FASTMCP_STORE: 'memory' }), { value: 'memory', from: 'FASTMCP_STORE' })
})

test('who names none, and one process, loads nothing of what keeps sessions or speaks with others', () => {
  const reached = new Set<string>()
  const visit = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    const text = readFileSync(join(root, file), 'utf8')
    for (const [, from = ''] of text.matchAll(/^(?:import|export)\s(?!type\b)[^'"]*?from\s+'(\.[^']+)'/gms))
      visit(relative(root, resolve(root, dirname(file), from)))
  }
  for (const from of [
    'serve/http-port',
    'cli/cli',
    'commands/run',
    'runner/serve-plan',
    'runner/serve-gateway',
  ])
    visit(`src/${from}.ts`)
  assert.ok(reached.has('src/sessions/registry.ts'))
  const own = /src\/(store|serve\/session-store|sessions\/kept|\w+\/workers|transports\/peers)/
  // What tells by an id that it is of another process is a line, and asked by those who have others alone.
  const kept = [...reached].filter((file) => own.test(file) && !file.endsWith('peers/peers.ts'))
  assert.deepEqual(kept, [])
})
