import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectV1, connectV2 } from '../support/clients.ts'
import { Edited, eventually, textOf } from '../support/dev.ts'
import { fastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen, rarely } from '../support/whole.ts'

const alone = `
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
const seen = (globalThis as any).seen ??= []
seen.push('server')
export const server = new McpServer({ name: 'x', version: '1' })
const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] })
server.registerTool('seen', {}, async () => text(seen))`

const server = `${alone}
server.registerTool('children', {}, async () => {
  const files = ['./child.cjs', './child.ts'].map((name) => new URL(name, import.meta.url))
  const threads = files.map(async (file) => (await once(new Worker(file), 'message'))[0])
  const forks = files.map(async (file) => (await once(fork(file), 'message'))[0])
  return text(await Promise.all([...threads, ...forks]))
})`

const child = `const answer = [...(globalThis.seen ?? []), 'child']
parentPort ? parentPort.postMessage(answer) : process.send(answer, () => process.disconnect())`

const files = {
  'server.ts': server,
  'port.ts': "export const port: string = 'first'",
  'first.ts': `import { port } from './port.js'
enum Kind { Ts = 'ts' }
;((globalThis as any).seen ??= []).push(port + ' ' + Kind.Ts)`,
  'second.mjs': "(globalThis.seen ??= []).push('second')",
  'required.cjs': "(globalThis.seen ??= []).push('required')",
  'child.cjs': `const { parentPort } = require('node:worker_threads')\n${child}`,
  'child.ts': `import { parentPort } from 'node:worker_threads'\nenum Kind { One }\n${child.replaceAll('globalThis', '(globalThis as any)').replace('process.send', 'process.send!')}`,
  'package.json': '{ "type": "module" }',
}

const seenBy = async (project: Project, args: string[], env = {}, tool = 'seen') => {
  const { stdout, stderr } = await fastmcp(['call', 'server.ts', tool, ...args], { cwd: project.folder, env })
  assert.equal(stderr, '')
  return JSON.parse(stdout)
}

describe('what is loaded before everything else', () => {
  test('those that are required come before those that are imported, and all before the server', async () => {
    using project = new Project(files)
    const args = ['--import', './first.ts', '-r', './required.cjs', '--import', './second.mjs']
    for (let times = 0; times < 3; times++)
      assert.deepEqual(await seenBy(project, args), ['required', 'first ts', 'second', 'server'])
  })

  const spellings: Record<string, [args: string[], seen: string[]]> = {
    'the name of the output': [
      ['--import', './first.js'],
      ['first ts', 'server'],
    ],
    'a bare file name': [
      ['--import', 'second.mjs'],
      ['second', 'server'],
    ],
    'a package': [['--import', 'zod', '--require', 'zod'], ['server']],
    'a data address': [
      ['--import', 'data:text/javascript,globalThis.seen = ["data"]'],
      ['data', 'server'],
    ],
    'an address with a query': [
      ['--import', './second.mjs?again'],
      ['second', 'server'],
    ],
  }
  for (const [name, [args, seen]] of chosen(Object.entries(spellings), 3)) {
    test(name, async () => {
      using project = new Project(files)
      const given = args.map((arg) => arg.replace('./second.mjs?', `file://${project.path('second.mjs')}?`))
      assert.deepEqual(await seenBy(project, given), seen)
    })
  }

  rarely('a variable names one, and a fastmcp.json several, from where it stands', async () => {
    using project = new Project(files)
    assert.deepEqual(await seenBy(project, [], { FASTMCP_IMPORT: './second.mjs' }), ['second', 'server'])
    const config = { source: '../server.ts', import: ['../second.mjs', '../first.ts'] }
    project.write('deep/fastmcp.json', JSON.stringify(config))
    const { stdout } = await fastmcp(['call', 'deep', 'seen'], { cwd: project.folder })
    assert.deepEqual(JSON.parse(stdout), ['second', 'first ts', 'server'])
  })

  rarely('workers and forks of the server load them too, TypeScript or not', async () => {
    using project = new Project(files)
    const args = ['--import', './first.ts', '--require', './required.cjs']
    const seen = ['required', 'first ts', 'child']
    assert.deepEqual(await seenBy(project, args, {}, 'children'), [seen, seen, seen, seen])
  })

  test('what one of them listens on is not taken for the server', async () => {
    const meter =
      "import { createServer } from 'node:http'\ncreateServer((_, r) => r.end('meters')).listen(0)"
    const late = server
      .replace('export const', 'const')
      .concat("\nimport { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'")
      .concat('\nsetTimeout(() => server.connect(new StdioServerTransport()), 1500)')
    using project = new Project({ ...files, 'server.ts': late, 'meter.mjs': meter })
    assert.deepEqual(await seenBy(project, ['--import', './meter.mjs', '--import', './second.mjs']), [
      'second',
      'server',
    ])
  })

  test('a server that starts itself is caught although one of them has loaded the SDK', async () => {
    const early = "import '@modelcontextprotocol/sdk/server/mcp.js'\nimport './first.js'"
    const own = `${server.replace('export const', 'const')}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
await server.connect(new StdioServerTransport())`
    using project = new Project({ ...files, 'server.ts': own, 'early.ts': early })
    assert.deepEqual(await seenBy(project, ['--import', './early.ts']), ['first ts', 'server'])
  })

  test('one that is not there, or throws, is named', async () => {
    using project = new Project({ ...files, 'throws.ts': "\nthrow new Error('no key')" })
    const outcome = (module: string) =>
      fastmcp(['run', 'server.ts', '--import', module], { cwd: project.folder })
    const missing = await outcome('./missing.ts')
    assert.equal(missing.code, 2)
    assert.match(missing.stderr, /^fastmcp: --import \.\/missing\.ts: module not found in \S+\n$/)
    const thrown = await outcome('./throws.ts')
    assert.equal(thrown.code, 3)
    assert.match(
      thrown.stderr,
      /^fastmcp: throws\.ts threw while loading: no key\n {2}at \S+throws\.ts:2:7\n$/,
    )
  })

  const external = {
    run: ['run', '--exec', 'node server.mjs'],
    list: ['list', 'http://127.0.0.1:9/mcp'],
    call: ['call', 'x', '--exec', 'node server.mjs'],
    install: ['install', 'mcp-json', '--exec', 'node server.mjs'],
  }
  for (const [command, words] of chosen(Object.entries(external), 4)) {
    test(`a program or a URL has none: ${command}`, async () => {
      const { code, stderr } = await fastmcp([...words, '--import', './first.ts'])
      assert.equal(
        stderr,
        'fastmcp: --import needs a server file, and this server runs elsewhere. Leave it out.\n',
      )
      assert.equal(code, 2)
    })
  }

  rarely('a built file says that they are for node to load', async () => {
    using project = new Project({
      ...files,
      'server.ts': alone,
      'fastmcp.json': '{ "source": "server.ts", "import": ["./second.mjs"] }',
    })
    const built = await fastmcp(['build'], { cwd: project.folder })
    assert.match(built.stderr, /--import \.\/second\.mjs is not built in: give it to node/)
    const outcome = await fastmcp(['call', 'seen', '--exec', 'node --import ./second.mjs dist/server.mjs'], {
      cwd: project.folder,
    })
    assert.equal(outcome.stdout, '["second","server"]\n')
  })

  rarely('an installed entry names them wherever it is started', async () => {
    using project = new Project(files)
    const printed = await fastmcp(
      ['install', 'mcp-json', 'server.ts', '--name', 'x', '--import', './first.js', '-r', 'zod'],
      { cwd: project.folder },
    )
    const { command, args } = JSON.parse(printed.stdout).mcpServers.x
    assert.ok(args.includes(project.path('first.ts')))
    assert.equal(command, process.execPath)
    const [program, ...stdio] = args
    const client = await connectV1({ stdio, program, cwd: '/' })
    const { content } = await client.callTool({ name: 'seen' })
    assert.deepEqual(content, [{ type: 'text', text: '["first ts","server"]' }])
    await client.close()
  })

  rarely('under dev they are loaded by each generation, and a save of one is a reload', async () => {
    await using edited = new Edited(['--import', './first.ts'], { files })
    const client = await connectV2({ http: await edited.url() })
    const seen = (wanted: string) =>
      eventually(async () => ((await textOf(client, 'seen')) === wanted ? true : undefined))
    await seen('["first ts","server"]')
    edited.project.write('port.ts', "export const port: string = 'second'")
    await seen('["second ts","server"]')
    edited.project.write('server.ts', server.replace("push('server')", "push('edited')"))
    await seen('["second ts","edited"]')
    await client.close()
  })
})
