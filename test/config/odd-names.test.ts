import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { ConfigFormat } from '../../src/install/formats/config-format.ts'
import { withEntry, withoutEntry } from '../../src/install/formats/config-format.ts'
import { jsonFormat } from '../../src/install/formats/json-format.ts'
import { tomlFormat } from '../../src/install/formats/toml-format.ts'
import { yamlFormat } from '../../src/install/formats/yaml-format.ts'
import { fastmcp, patience, program, startFastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

/** What every object inherits, and names like any other all the same. */
const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']

describe('a configuration with a server under such a name', () => {
  const formats: Record<string, ConfigFormat> = { json: jsonFormat, toml: tomlFormat, yaml: yamlFormat }
  for (const [title, format] of Object.entries(formats)) {
    for (const name of names) {
      test(`${title}: ${name} goes in and out, beside others of the kind`, () => {
        const entry = { command: 'x', args: ['y'], env: Object.fromEntries([[name, '1']]) }
        const before = withEntry(format, '', 'servers', ['constructor.', entry])
        const between = withEntry(format, before, 'servers', [name, entry])
        const both = withEntry(format, between, 'servers', ['last', entry])
        const section = format.parse(both).servers as Record<string, unknown>
        assert.deepEqual(Object.keys(section).sort(), ['constructor.', 'last', name].sort())
        assert.ok(
          isDeepStrictEqual(
            JSON.parse(JSON.stringify(Object.entries(section).find(([key]) => key === name)?.[1])),
            entry,
          ),
        )
        const rest = withoutEntry(format, withoutEntry(format, both, 'servers', name), 'servers', 'last')
        assert.equal(rest, before)
      })
    }
  }
})

const tools = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
export const server = new McpServer({ name: 'odd', version: '1' })
const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] })
server.registerTool('env', {}, () => text(Object.entries(process.env).filter(([, value]) => value?.startsWith('odd'))))
`

/** A server without any SDK, whose tool answers with the arguments that it got. */
const raw = `
import { createInterface } from 'node:readline'
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  const args = Object.entries(params?.arguments ?? {})
  const result = {
    initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'raw', version: '1' } },
    'tools/list': { tools: [{ name: 'args', inputSchema: { type: 'object', additionalProperties: true } }] },
    'tools/call': { content: [{ type: 'text', text: JSON.stringify(args) }] },
  }[method]
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error: { code: -32601, message: 'no' } }) }))
})
`

describe('such names on the command line and in files', () => {
  const project = new Project({
    'a.ts': tools,
    'raw.mjs': raw,
    'utf8.env': `\uFEFF${names.map((name) => `${name}=odd-${name}`).join('\r\n')}`,
    'some.env': names.map((name) => `${name}=odd-file-${name}`).join('\n'),
  })
  const pairs = (prefix: string) => names.map((name) => [name, `${prefix}${name}`]).sort()
  const call = async (...words: string[]) => {
    const { stdout, stderr, code } = await fastmcp(['call', 'a.ts', ...words], {
      cwd: project.folder,
      limit: 6 * patience,
    })
    assert.equal(code, 0, stderr)
    return (JSON.parse(stdout) as [string, unknown][]).sort()
  }

  // SDK servers lose the first of them, and so it is looked for on the wire.
  test('arguments of a call', async () => {
    const words = ['call', '--exec', 'node raw.mjs', 'args', ...names.map((name) => `${name}=${name}`)]
    const { stdout, stderr } = await fastmcp(words, { cwd: project.folder, limit: 6 * patience })
    assert.deepEqual((JSON.parse(stdout || stderr) as unknown[]).sort(), pairs(''))
  })

  test('--env, over a file', async () => {
    const flags = names.flatMap((name) => ['--env', `${name}=odd-${name}`])
    assert.deepEqual(await call('env', '--env-file', 'some.env', ...flags), pairs('odd-'))
  })

  test('an env file with a mark', async () => {
    assert.deepEqual(await call('env', '--env-file', 'utf8.env'), pairs('odd-'))
  })

  test('env in fastmcp.json', async () => {
    project.write('fastmcp.json', JSON.stringify({ source: 'a.ts', env: Object.fromEntries(pairs('odd-')) }))
    const { stdout, stderr } = await fastmcp(['call', '.', 'env'], {
      cwd: project.folder,
      limit: 6 * patience,
    })
    assert.deepEqual((JSON.parse(stdout || stderr) as unknown[]).sort(), pairs('odd-'))
  })

  for (const [what, args] of Object.entries({
    'a variable that is not set': ['run', 'a.ts', '-t', 'http', '--token-env', 'NAME'],
    'a token for a remote': ['run', 'http://127.0.0.1:9/mcp', '--bearer-env', 'NAME'],
    'a transport': ['run', 'a.ts', '--transport', 'NAME'],
    'a flag': ['run', 'a.ts', '--NAME', 'x'],
    'a client': ['install', 'NAME', 'a.ts'],
    'a template': ['init', 'folder', '--yes', '--template', 'NAME'],
    'a command': ['NAME'],
  })) {
    test(`${what} is refused with words`, async () => {
      for (const name of ['__proto__', 'constructor']) {
        const { code, stderr } = await fastmcp(
          args.map((word) => word.replace('NAME', name)),
          { cwd: project.folder },
        )
        assert.ok(stderr.startsWith('fastmcp: ') && !/^\s+at /m.test(stderr), stderr)
        assert.ok(stderr.includes(name) || what === 'a transport', stderr)
        assert.ok(code === 2 || (what === 'a command' && code === 3), `${code}: ${stderr}`)
      }
    })
  }
})

test('servers of an mcp.json, and methods of their client, may be called so', async () => {
  const entry = { command: process.execPath, args: [program, 'run', 'a.ts'] }
  using project = new Project({
    'a.ts': tools,
    'mcp.json': `\uFEFF${JSON.stringify({ mcpServers: Object.fromEntries(['__proto__', 'constructor'].map((name) => [name, entry])) })}`,
  })
  await using front = startFastmcp(['run', 'mcp.json'], { cwd: project.folder })
  const ask = (id: string, method: string, params = {}) =>
    front.child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
  front.child.stdin?.write(hello)
  await front.until(/"id":1[^\n]*\n|"serverInfo"/, 'stdout')
  for (const name of names) ask(name, name)
  ask('list', 'tools/list')
  await front.until(/"id":"list".*\n/, 'stdout')
  for (const name of names) {
    const answer = front.stdout.split('\n').find((line) => line.includes(`"id":"${name}"`)) ?? ''
    assert.equal(JSON.parse(answer).error?.code, -32601, answer)
  }
  const list = front.stdout.split('\n').find((line) => line.includes('"id":"list"')) ?? ''
  const listed = JSON.parse(list).result.tools.map((tool: { name: string }) => tool.name)
  assert.deepEqual(listed.sort(), ['__proto___env', 'constructor_env'])
  front.child.stdin?.end()
  assert.equal((await front.exited).code, 0)
})
