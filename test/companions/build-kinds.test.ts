import assert from 'node:assert/strict'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { connectV1, connectV2, type StdioTarget, type Target, textOf } from '../support/clients.ts'
import { freePort } from '../support/free-port.ts'
import { fastmcp, patience, run, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen, rarely } from '../support/whole.ts'

/** A folder in which there is a built file and nothing else. */
class Alone implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fastmcp-alone-'))
  readonly program: string

  constructor(built: string, name = 'server.mjs') {
    this.program = join(this.folder, name)
    mkdirSync(dirname(this.program), { recursive: true })
    copyFileSync(built, this.program)
  }

  get stdio(): StdioTarget {
    return { program: this.program, stdio: [], cwd: this.folder }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const build = (project: Project, ...args: string[]) =>
  fastmcp(['build', ...args], { cwd: project.folder, limit: 4 * patience })

async function built(project: Project, ...args: string[]): Promise<{ alone: Alone; stderr: string }> {
  const { code, stderr } = await build(project, ...args, '-o', 'dist/server.mjs')
  assert.equal(code, 0, stderr)
  return { alone: new Alone(project.path('dist/server.mjs')), stderr }
}

/** What the tool of a server answers. */
async function answerOf(target: Target, tool = 'say'): Promise<string> {
  const client = await connectV1(target)
  try {
    return textOf(await client.callTool({ name: tool, arguments: {} }))
  } finally {
    await client.close()
  }
}

const imports = `import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
`
/** A server that says what an expression comes to when it is called. */
const saying = (expression: string, before = '') => `${imports}${before}
const server = new McpServer({ name: 'says', version: '1.0.0' })
server.registerTool('say', {}, async () => ({ content: [{ type: 'text', text: String(${expression}) }] }))
`
const connects = 'await server.connect(new StdioServerTransport())\n'

const asCommonJs = (source: string) =>
  source.replace(/^import (\{[^}]*\}) from (.*)$/gm, 'const $1 = require($2)').replace(/^await /gm, 'void ')

/** What a file takes that only one process can have. */
const exclusive: Readonly<Record<string, (lock: string, port: number) => string>> = {
  'a port, ending when it is not free': (_, port) => `import { createServer } from 'node:net'
const port = createServer().on('error', () => { console.error('already running'); process.exit(1) })
await new Promise((resolve) => port.listen(${port}, '127.0.0.1', resolve))`,
  'a lock, let go when it is told to stop': (lock) => `import { mkdirSync, rmdirSync } from 'node:fs'
mkdirSync('${lock}')
process.on('SIGTERM', () => { rmdirSync('${lock}'); process.exit() })`,
}

/** Files that start themselves, in every way that `run` catches, beside those of the matrix. */
const selfStarting: Readonly<Record<string, Record<string, string>>> = {
  'server.mts': { 'server.mts': `${saying("'it'")}${connects}` },
  'server.tsx': { 'server.tsx': `${saying("'it' as string")}${connects}` },
  'server.cts': { 'server.cts': asCommonJs(`${saying("'it' as string")}${connects}`) },
  'a name without an extension': { server: `#!/usr/bin/env node\n${saying("'it'")}${connects}` },
  'classes and functions that are called as those of Node': {
    'server.ts': `import { fork, Store, Upload, Worker } from './queue.js'
${saying("new Worker(fork('mails'), () => new Upload().getFileName()).run()", 'void new Store().import([])')}${connects}`,
    'queue.ts': `export class Worker<T> { constructor(readonly name: string, readonly run: () => T) {} }
export class Store { async import(rows: string[]): Promise<string> { return rows.join() } }
export const fork = (name: string) => name
export class Upload { getFileName() { return 'it' } }`,
  },
  'guard by the true path of argv[1]': {
    'server.ts': `${saying("'it'", "import { realpathSync } from 'node:fs'\nimport { fileURLToPath } from 'node:url'")}
if (realpathSync(process.argv[1]!) === fileURLToPath(import.meta.url)) ${connects}`,
  },
  'guard by isMain() of a FastMCP': {
    'server.ts': `import { FastMCP, isMain } from 'fastmcp-cli'
const mcp = new FastMCP({ name: 'says' })
mcp.tool({ name: 'say', description: 'Says it' }, () => 'it')
if (isMain(import.meta)) await mcp.run()
`,
  },
  'a function that is exported and left to others to call': {
    'server.ts': `${saying("'it'")}export async function main() {\n  ${connects}}\n`,
  },
  'a factory that makes no server, beside a guard': {
    'server.ts': `${saying("'it'")}export const createServer = (config: { name: string }) => config.name.length
if (process.argv[1]?.endsWith('server.ts')) ${connects}`,
  },
}

describe('what only one process can have', () => {
  for (const [what, take] of chosen(Object.entries(exclusive), 3)) {
    test(`${what}: is free when the built file is tried, and afterwards`, async () => {
      using home = new Project({})
      const taking = take(home.path('lock'), await freePort())
      using project = new Project({ 'server.mjs': `${saying("'it'", taking)}${connects}` })
      const { alone } = await built(project, 'server.mjs')
      using _ = alone
      assert.equal(await answerOf(alone.stdio), 'it')
    })
  }
})

describe('what starts itself is caught in the built file', () => {
  for (const [name, files] of chosen(Object.entries(selfStarting), 14)) {
    test(name, async () => {
      using project = new Project({ 'package.json': '{ "type": "module" }', ...files })
      const { alone } = await built(project, Object.keys(files)[0] ?? '')
      using _alone = alone
      assert.equal(await answerOf(alone.stdio), 'it')
    })
  }
})

rarely('all that a program consists of goes in, and means the same', async () => {
  using project = new Project({
    'package.json': '{ "type": "module", "version": "3.2.1", "sideEffects": false }',
    'data.json': '{ "five": 5 }',
    'effect.ts': "globalThis.order = [...(globalThis.order ?? []), 'effect']",
    'after.ts': "globalThis.order = [...(globalThis.order ?? []), 'after']",
    'lazy.ts': "globalThis.order.push('lazy'); export const lazy = await Promise.resolve('lazy')",
    'tools/one.ts': "export const say = () => 'one'",
    'tools/two.js': "export const say = () => 'two'",
    'old.cjs': 'module.exports = [require.main !== module, __filename.endsWith("old.cjs")]',
    'thread.ts': `import { parentPort } from 'node:worker_threads'
const half: number = 21
parentPort?.postMessage(half * 2 + ' ' + import.meta.filename.endsWith('thread.ts'))`,
    'node_modules/optional/package.json': '{ "name": "optional", "type": "module", "exports": "./index.js" }',
    'node_modules/optional/index.js': `export const asked = (wanted) => wanted ? import('effect-that-is-not-installed') : 'none'
export const tried = await import('@nowhere/websockets').catch((error) => error.code)`,
    'node_modules/able/package.json': '{ "name": "able", "version": "7.0.0", "main": "lib/able.js" }',
    'node_modules/able/lib/able.js': `let part = 'alone'
try { part = require('@nowhere/part') } catch (error) { part = error.code }
exports.part = part`,
    'node_modules/able/lib/version.mjs': `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
export const version = () => require('../package.json').version`,
    'server.ts': `${saying(
      'JSON.stringify(await all())',
      `import './effect.js'
import './after.js'
import { createRequire } from 'node:module'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { part } from 'able'
import { version as ofPackage } from 'able/lib/version.mjs'
import { asked, tried } from 'optional'
import data from './data.json' with { type: 'json' }
import old from './old.cjs'
const require = createRequire(import.meta.url)
const missing = await import('not-installed').catch((error) => error.code)
async function all() {
  const said = []
  for (const name of ['one', 'two']) said.push((await import(\`./tools/\${name}.js\`)).say())
  const none = await import(\`./tools/\${'none'}.js\`).catch((error) => error.code)
  const [thread] = await once(new Worker(new URL('./thread.js', import.meta.url)), 'message')
  const { lazy } = await import('./lazy.js')
  const { version } = require('./package.json')
  const place = [import.meta.main, import.meta.dirname === process.argv[1]!.replace(/.server.ts$/, '')]
  return { said, none, thread, lazy, version, place, old, data: data.five, missing, tried, part, ofPackage: ofPackage(), asked: asked(0), order: globalThis.order }
}`,
    )}${connects}`,
  })
  const { alone } = await built(project, 'server.ts')
  using _alone = alone
  const expected = {
    said: ['one', 'two'],
    none: 'ERR_MODULE_NOT_FOUND',
    thread: '42 true',
    lazy: 'lazy',
    version: '3.2.1',
    place: [true, true],
    old: [true, true],
    data: 5,
    missing: 'ERR_MODULE_NOT_FOUND',
    tried: 'ERR_MODULE_NOT_FOUND',
    part: 'MODULE_NOT_FOUND',
    ofPackage: '7.0.0',
    asked: 'none',
    order: ['effect', 'after', 'lazy'],
  }
  assert.deepEqual(JSON.parse(await answerOf(alone.stdio)), expected)
  // As `run` has it.
  assert.deepEqual(JSON.parse(await answerOf({ stdio: ['run', 'server.ts'], cwd: project.folder })), expected)
})

/** What a bundle would change without a word, and the line that says so. */
const refused: Readonly<Record<string, readonly [source: string, line: number, words: RegExp]>> = {
  'an import of a computed name': [
    'export const server = 1\nconst load = (name) => import(name)',
    2,
    / import\(\) of a computed name cannot be built in/,
  ],
  'call sites': [
    'const sites = []\nError.prepareStackTrace = (_, all) => sites.push(...all)',
    2,
    /call sites no longer tell/,
  ],
  'a fork': [
    "import { fork } from 'node:child_process'\nconst begin = () => fork('./child.js')",
    2,
    /fork\(\) starts a file that is not built in/,
  ],
  'a thread whose file is computed': [
    "import { Worker } from 'node:worker_threads'\nconst begin = (file) => new Worker(file)",
    2,
    /a thread whose file is computed is not built in/,
  ],
}

describe('what would mean something else in one file is refused, by file and line', () => {
  for (const [name, [source, line, words]] of chosen(Object.entries(refused), 6)) {
    test(name, async () => {
      using project = new Project({
        'helper.mjs': source,
        'server.mjs': `import './helper.mjs'\n${saying("'it'")}${connects}`,
      })
      const { code, stderr } = await build(project, 'server.mjs')
      assert.equal(code, 3, stderr)
      assert.match(stderr, new RegExp(`helper\\.mjs:${line}:\\d+ `))
      assert.match(stderr, words)
      assert.equal(existsSync(project.path('dist')), false)
    })
  }

  rarely('a top-level await among files that import each other', async () => {
    using project = new Project({
      'a.mjs': `import { wait } from './wait.mjs'\nimport { b } from './b.mjs'\nexport function a() {\n  return wait + b()\n}`,
      'b.mjs': "import { a } from './a.mjs'\nexport const b = () => typeof a",
      'wait.mjs': 'export const wait =\n  await new Promise((done) => setTimeout(done, 10, 1))',
      'server.mjs': `import { a } from './a.mjs'\n${saying('a()')}${connects}`,
    })
    const ran = await answerOf({ stdio: ['run', 'server.mjs'], cwd: project.folder })
    assert.equal(ran, '1function')
    const { code, stderr } = await build(project, 'server.mjs')
    // Kept, or refused by its place.
    if (code === 0) {
      using alone = new Alone(project.path('dist/server.mjs'))
      return assert.equal(await answerOf(alone.stdio), ran)
    }
    assert.match(stderr, /wait\.mjs:2:\d+ {2}a top-level await among files that import each other/)
  })
})

describe('packages that cannot be part of a bundle', () => {
  const files = {
    'package.json': '{ "type": "module" }',
    'node_modules/native/package.json': '{ "name": "native", "version": "1.2.3", "main": "index.js" }',
    'node_modules/native/index.js':
      "exports.size = require('fs').statSync(__dirname + '/build/Release/native.node').size",
    'node_modules/native/build/Release/native.node': 'four',
    'node_modules/reader/package.json': '{ "name": "reader", "version": "2.0.0", "main": "index.js" }',
    'node_modules/reader/index.js': "exports.load = (name) => require(require('path').join(__dirname, name))",
    'node_modules/reader/part.js': "module.exports = 'part'",
    'node_modules/faster/package.json': '{ "name": "faster", "version": "3.0.0", "gypfile": true }',
    'node_modules/faster/index.js': "module.exports = 'fast'",
    'node_modules/plain/package.json':
      '{ "name": "plain", "version": "4.0.0", "optionalDependencies": { "faster": "*" } }',
    'node_modules/plain/index.js': "try { exports.how = require('faster') } catch { exports.how = 'slow' }",
    'server.ts': `${saying(
      "[native.size, reader.load('part'), plain.how]",
      "import native from 'native'\nimport reader from 'reader'\nimport plain from 'plain'",
    )}${connects}`,
  }

  rarely('stay out, are named, are installed by the Dockerfile, and have to be there', async () => {
    using project = new Project(files)
    const { alone, stderr } = await built(project, 'server.ts', '--target', 'docker')
    using _alone = alone
    assert.match(stderr, /^ {2}native is not built in, because it holds native code$/m)
    assert.match(stderr, /^ {2}reader is not built in, because it requires files of its own/m)
    assert.match(
      stderr,
      /^ {2}faster is not built in, because it holds native code; the server does without/m,
    )
    assert.match(stderr, /^ {2}install beside the file: npm install native@1\.2\.3 reader@2\.0\.0$/m)
    const recipe = readFileSync(project.path('Dockerfile'), 'utf8')
    assert.match(recipe, /^RUN npm install .*native@1\.2\.3 reader@2\.0\.0$/m)
    assert.doesNotMatch(recipe, /faster/)
    const without = await run(process.execPath, [alone.program], { cwd: alone.folder })
    assert.equal(without.code, 3)
    assert.match(without.stderr, /native is not in the built file: install it .* npm install native@1\.2\.3/)
    using beside = new Project({})
    copyFileSync(project.path('dist/server.mjs'), beside.path('server.mjs'))
    for (const name of Object.keys(files).filter((one) => /node_modules.(native|reader)/.test(one)))
      beside.write(name, files[name as keyof typeof files])
    const target = { program: beside.path('server.mjs'), stdio: [], cwd: beside.folder }
    assert.equal(await answerOf(target), '4,part,slow')
  })
})

rarely('a server that starts by its arguments is tried with them, and told to be started so', async () => {
  const source = `${saying('process.argv.slice(2)')}if (process.argv[2] === 'serve') ${connects}`
  using project = new Project({ 'server.mjs': source })
  const flags = ['-o', 'dist/server.mjs', '--target', 'docker']
  const { code, stderr } = await build(project, 'server.mjs', ...flags, '--', 'serve', 'it')
  assert.equal(code, 0, stderr)
  using alone = new Alone(project.path('dist/server.mjs'))
  assert.equal(await answerOf({ ...alone.stdio, stdio: ['--', 'serve', 'it'] }), 'serve,it')
  assert.match(stderr, /docker run/)
  assert.match(readFileSync(project.path('Dockerfile'), 'utf8'), /"--", "serve", "it"\]/)
})

test('data that is read while the server starts is named, and copied by the Dockerfile', async () => {
  using project = new Project({
    'package.json': '{ "type": "module" }',
    'fastmcp.json': '{ "source": "server.ts", "env": { "API_KEY": "secret" } }',
    'data/words.txt': 'words',
    'server.ts': `${saying(
      'words',
      "import { readFileSync } from 'node:fs'\nconst words = readFileSync(new URL('./data/words.txt', import.meta.url), 'utf8')",
    )}${connects}`,
  })
  const { alone, stderr } = await built(project, 'fastmcp.json', '--target', 'docker')
  alone[Symbol.dispose]()
  assert.match(stderr, /^ {2}env of fastmcp\.json is written into the file \(API_KEY\)/m)
  assert.match(stderr, /^ {2}data\/words\.txt is read while the server starts/m)
  assert.match(readFileSync(project.path('Dockerfile'), 'utf8'), /^COPY data\/words\.txt \.\/data\/$/m)
  using moved = new Alone(project.path('dist/server.mjs'), 'dist/server.mjs')
  mkdirSync(join(moved.folder, 'data'))
  copyFileSync(project.path('data/words.txt'), join(moved.folder, 'data/words.txt'))
  assert.equal(await answerOf(moved.stdio), 'words')
})

rarely('what does not run as one file is not written, and an earlier build stays', async () => {
  using project = new Project({
    'package.json': '{ "type": "module" }',
    'server.ts': `${saying("'good'")}${connects}`,
  })
  const { alone } = await built(project, 'server.ts')
  using _alone = alone
  project.write('node_modules/needed/package.json', '{ "name": "needed", "main": "index.js" }')
  project.write(
    'node_modules/needed/index.js',
    "require('fs').statSync(require('path').resolve('node_modules/needed'))",
  )
  project.write('server.ts', `import 'needed'\n${saying("'bad'")}${connects}`)
  const failed = await build(project, 'server.ts', '-o', 'dist/server.mjs')
  assert.equal(failed.code, 1)
  assert.match(failed.stderr, /not built: server\.ts runs, but not as one file in an empty folder/)
  assert.match(failed.stderr, /ENOENT/)
  assert.equal(readFileSync(project.path('dist/server.mjs'), 'utf8'), readFileSync(alone.program, 'utf8'))
  const never = await build(project, 'server.ts', '-o', 'other/server.mjs')
  assert.equal(never.code, 1)
  assert.equal(existsSync(project.path('other')), false)
})

describe('a built file', () => {
  const source = `${saying("'it'")}${connects}`
  const listens = `import { createServer } from 'node:http'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
${saying("'it'").replace(/^const server[\s\S]*$/m, (text) => `const make = () => {\n${text}return server\n}`)}
createServer(async (request, response) => {
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await make().connect(transport)
  await transport.handleRequest(request, response)
}).listen(3000)
`

  test('lists its options under its own name', async () => {
    using project = new Project({ 'package.json': '{ "type": "module" }', 'server.ts': source })
    const { alone } = await built(project, 'server.ts')
    using _alone = alone
    const { code, stdout } = await run(process.execPath, [alone.program, '--help'], { cwd: alone.folder })
    assert.equal(code, 0)
    assert.match(stdout, /^Usage: node server\.mjs \[options\]/)
    for (const flag of ['--transport', '--port', '--token-env', '--load-timeout'])
      assert.ok(stdout.includes(flag), flag)
    assert.doesNotMatch(stdout, /fastmcp (?:run|build)|--env-file|--require/)
  })

  const exported = saying("'it'").replace('const server', 'export const server')
  for (const [name, text, tool] of [
    ['that starts itself', source, 'it'],
    ['that exports its server', exported, 'it'],
    ['that listens', listens, 'it'],
  ] as const) {
    rarely(`${name} is listed, called, run and followed like any file`, async () => {
      using project = new Project({ 'package.json': '{ "type": "module" }', 'server.ts': text })
      const { alone } = await built(project, 'server.ts')
      using _alone = alone
      const options = { cwd: alone.folder, limit: 2 * patience }
      const listed = await fastmcp(['list', 'server.mjs'], options)
      assert.equal(listed.code, 0, listed.stderr)
      assert.match(listed.stdout, /^ {2}say/m)
      const called = await fastmcp(['call', 'server.mjs', 'say'], options)
      assert.equal(called.stdout.trim(), tool, called.stderr)
      const inspected = await fastmcp(['inspect', 'server.mjs'], options)
      assert.equal(inspected.code, 0, inspected.stderr)
      for (const command of [
        ['run', 'server.mjs', '-t', 'http'],
        ['dev', 'server.mjs', '--no-inspector'],
      ]) {
        await using server = start(
          process.execPath,
          [join(import.meta.dirname, '../../bin/fastmcp.js'), ...command, '-p', '0'],
          {
            cwd: alone.folder,
          },
        )
        const [url = ''] = await server.until(/http:\/\/127\.0\.0\.1:\d+\/mcp/)
        const client = await connectV2({ http: new URL(url) })
        assert.equal(textOf(await client.callTool({ name: 'say', arguments: {} })), tool)
        await client.close()
      }
    })
  }
})
