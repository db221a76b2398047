import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { fastmcp, type RunOptions, root, startFastmcp } from '../support/program.ts'
import { hello, Project, serverSource } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

interface Row {
  files: Record<string, string>
  args?: string[]
  /** The name the served server gives itself; absent when it does not load. */
  serves?: string
  code?: number
  says?: RegExp
  options?: RunOptions
}

const v1 = "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'\n"
const made = (name: string) => `new McpServer({ name: '${name}', version: '1.0.0' })`
/** A server of our own library whose one tool takes this. */
const taking = (schema: string) =>
  `import { FastMCP } from 'fastmcp-cli'\nimport { z } from 'zod'\nnew FastMCP({ name: 'x' }).tool({ name: 'a', input: ${schema} }, () => 1)`
const cjs = "const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js')\n"

const good: Record<string, Row> = {
  'an export named mcp': { files: { 'server.mjs': serverSource('export const mcp =') }, serves: 'plain' },
  'an export named app': { files: { 'server.mjs': serverSource('export const app =') }, serves: 'plain' },
  'a default export': { files: { 'server.mjs': serverSource('export default') }, serves: 'plain' },
  'mcp before server before default': {
    files: {
      'server.mjs': `${v1}export const server = ${made('second')}; export const mcp = ${made('first')}; export default ${made('third')}`,
    },
    serves: 'first',
  },
  'a named export': {
    files: { 'server.mjs': serverSource('export const weather =') },
    args: ['server.mjs:weather'],
    serves: 'plain',
  },
  'the only server among the exports': {
    files: { 'server.mjs': `${serverSource('export const odd =')}export const add = (a, b) => a + b` },
    serves: 'plain',
  },
  'a factory': {
    files: { 'server.mjs': `${v1}export function createServer() { return ${made('built')} }` },
    serves: 'built',
  },
  'an asynchronous factory': {
    files: { 'server.mjs': `${v1}export default async () => ({ server: ${made('built')} })` },
    serves: 'built',
  },
  'a factory named on the line': {
    files: { 'server.mjs': `${v1}export const make = async () => ${made('built')}` },
    args: ['server.mjs:make'],
    serves: 'built',
  },
  CommonJS: {
    files: { 'server.cjs': `${cjs}module.exports = { server: ${made('common')} }` },
    args: ['server.cjs'],
    serves: 'common',
  },
  'CommonJS, the server itself': {
    files: { 'server.cjs': `${cjs}module.exports = ${made('common')}` },
    args: ['server.cjs'],
    serves: 'common',
  },
  'JavaScript without a package type': {
    files: { 'server.js': serverSource() },
    args: ['server.js'],
    serves: 'plain',
  },
  'CommonJS without a package type': {
    files: { 'server.js': `${cjs}exports.server = ${made('common')}` },
    args: ['server.js'],
    serves: 'common',
  },
  TypeScript: {
    files: {
      'server.ts': `${v1}enum E { A = 'typed' }\nexport const server: McpServer = new McpServer({ name: E.A, version: '1.0.0' })`,
    },
    args: ['server.ts'],
    serves: 'typed',
  },
  'TypeScript .mts': {
    files: { 'server.mts': `${serverSource()}type X = 1` },
    args: ['server.mts'],
    serves: 'plain',
  },
  'TypeScript .cts': {
    files: {
      'server.cts':
        "import sdk = require('@modelcontextprotocol/sdk/server/mcp.js')\nexport = { server: new sdk.McpServer({ name: 'cts', version: '1.0.0' }) }",
    },
    args: ['server.cts'],
    serves: 'cts',
  },
  TSX: {
    files: {
      'server.tsx': `${serverSource()}const h = (..._: unknown[]) => 1\n/** @jsx h */\nexport const view = <div />`,
      'tsconfig.json': '{ "compilerOptions": { "jsx": "react", "jsxFactory": "h" } }',
    },
    args: ['server.tsx'],
    serves: 'plain',
  },
  JSX: {
    files: { 'server.jsx': `${serverSource()}const h = () => 1\n/** @jsx h */\nexport const view = <div />` },
    args: ['server.jsx'],
    serves: 'plain',
  },
  'paths, JSON, .js for .ts, extensionless': {
    files: {
      'tsconfig.json': '{ // comments\n "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
      'lib/name.ts':
        "import { a } from './a.js'\nimport { b } from './b'\nimport data from './c.json'\nexport const name = a + b + data.c",
      'lib/a.ts': "export const a: string = 'a'",
      'lib/b.ts': "export const b = 'b'",
      'lib/c.json': '{ "c": "c" }',
      'server.ts': `${v1}import { name } from '@lib/name'\nexport const server = new McpServer({ name, version: '1.0.0' })`,
    },
    args: ['server.ts'],
    serves: 'abc',
  },
  'true paths in a bundled file': {
    files: {
      'deep/where.ts':
        "import { basename } from 'node:path'\nimport { fileURLToPath } from 'node:url'\nexport const where = [basename(import.meta.dirname), basename(fileURLToPath(import.meta.url)), basename(__filename), basename(fileURLToPath(import.meta.resolve('./x.js')))].join(' ')",
      'server.ts': `${v1}import { where } from './deep/where.ts'\nexport const server = new McpServer({ name: where, version: '1.0.0' })`,
    },
    args: ['server.ts'],
    serves: 'deep where.ts where.ts x.js',
  },
  'a folder': { files: { 'it/src/server.mjs': serverSource() }, args: ['it'], serves: 'plain' },
  'nothing, in a folder with a server': {
    files: { 'src/index.mjs': serverSource() },
    args: [],
    serves: 'plain',
  },
  'the source behind a compiled main': {
    files: {
      'package.json': '{ "main": "dist/app.js" }',
      'tsconfig.json': '{ "compilerOptions": { "outDir": "dist", "rootDir": "lib" } }',
      'lib/app.ts': serverSource(),
    },
    args: ['.'],
    serves: 'plain',
  },
  'decorators, and an enum from another file': {
    files: {
      'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }',
      'name.ts': "export const enum Name { Is = 'decorated' }",
      'server.ts': `${v1}import { Name } from './name'\nconst named = (target: { serverName: string }) => { target.serverName = Name.Is }\n@named class Config { static serverName = 'plain' }\nexport const server = new McpServer({ name: Config.serverName, version: '1.0.0' })`,
    },
    args: ['server.ts'],
    serves: 'decorated',
  },
  'process.chdir while loading': {
    files: { 'server.mjs': `process.chdir('/')\n${serverSource()}` },
    serves: 'plain',
  },
  'type errors': {
    files: { 'server.ts': `${serverSource()}const n: number = 'text'; void n` },
    args: ['server.ts'],
    serves: 'plain',
  },
  'an object with its own run()': {
    files: {
      'server.mjs':
        'export default { run: (options) => { process.stdout.write(JSON.stringify({ name: "own", ...options })) } }',
    },
    serves: 'own","transport":"stdio',
  },
}

const bad: Record<string, Row> = {
  'several servers': {
    files: { 'server.mjs': `${v1}export const a = ${made('a')}, b = ${made('b')}` },
    code: 3,
    says: /several servers in server\.mjs; name the one to run:\n {2}fastmcp run server\.mjs:a\n {2}fastmcp run server\.mjs:b/,
  },
  'only helpers': {
    files: { 'server.mjs': 'export function add() { throw 1 }; export const config = {}' },
    code: 3,
    says: /no MCP server in server\.mjs\n {2}exports {3}add \(function\), config \(object\)\n[\s\S]*server\.mjs:config {5}if that is/,
  },
  'nothing exported': { files: { 'server.mjs': 'const x = 1' }, code: 3, says: /exports {3}nothing/ },
  'a missing name': {
    files: { 'server.mjs': serverSource() },
    args: ['server.mjs:nope'],
    code: 3,
    says: /has no export "nope"\n {2}exports {3}server \(object\)/,
  },
  'a name of another kind': {
    files: { 'server.mjs': `${serverSource()}export const n = 5` },
    args: ['server.mjs:n'],
    code: 3,
    says: /"n" is number, not an MCP server/,
  },
  'a factory of nothing': {
    files: { 'server.mjs': 'export const createServer = () => 5' },
    code: 3,
    says: /createServer\(\) returned a number, not an MCP server/,
  },
  'a factory that throws': {
    files: { 'server.mjs': "export const createServer = () => { throw new Error('no key') }" },
    code: 3,
    says: /threw while loading: no key\n {2}at createServer/,
  },
  'a factory that throws what sounds like words of ours': {
    files: {
      'server.mjs': "export const createServer = () => { throw new TypeError('the factory returned late') }",
    },
    code: 3,
    says: /threw while loading: TypeError: the factory returned late\n {2}at createServer/,
  },
  'a process that may not open more files': {
    files: {
      'server.mjs': "throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' })",
    },
    code: 3,
    says: /threw while loading: EMFILE: [\s\S]*hint {6}.*raise its limit \(ulimit -n\)/,
  },
  'a syntax error in TypeScript': {
    files: { 'server.ts': 'const a = 1\nconst b = (;\n' },
    args: ['server.ts'],
    code: 3,
    says: /server\.ts:2:12 {2}Unexpected ";"\n.*1 │ const a = 1\n.*> 2 │ const b = \(;\n.*│ {12}\^/,
  },
  'a syntax error in JavaScript': {
    files: { 'server.mjs': 'const a = 1\nconst b = (;\n' },
    code: 3,
    says: /server\.mjs:2:\d+ {2}Unexpected ";"/,
  },
  'a syntax error in JavaScript that TypeScript imports': {
    files: {
      'server.ts': "import './bad.mjs'\nexport const a: number = 1",
      'bad.mjs': 'const a = 1\nconst b = (;\n',
    },
    args: ['server.ts'],
    code: 3,
    says: /bad\.mjs:2:12 {2}Unexpected ";"/,
  },
  'text that the file parses': {
    files: { 'server.mjs': "const a = 1\nJSON.parse('{')\n" },
    code: 3,
    says: /server\.mjs threw while loading: SyntaxError: .*\n(.*\n)? {2}at .*server\.mjs:2:6/,
  },
  'a missing package in TypeScript': {
    files: { 'server.ts': "import x from 'no-such-package'\nexport default x" },
    args: ['server.ts'],
    code: 3,
    says: /cannot find "no-such-package"[\s\S]*npm i no-such-package/,
  },
  'a missing package in JavaScript': {
    files: { 'server.mjs': "import x from '@no/such'\nexport default x" },
    code: 3,
    says: /server\.mjs:1:15 {2}cannot find "@no\/such"\n[\s\S]*npm i @no\/such/,
  },
  'a missing file': {
    files: { 'server.ts': "import './missing.js'" },
    args: ['server.ts'],
    code: 3,
    says: /server\.ts:1:8 {2}cannot find "\.\/missing\.js"/,
  },
  'a throw, at its true line': {
    files: {
      'server.ts':
        "type A = 1\n\ninterface B { c: A }\nfunction fail(): never { throw new RangeError('too far') }\nfail()\nexport const x = 1 as unknown as B",
    },
    args: ['server.ts'],
    code: 3,
    says: /server\.ts threw while loading: RangeError: too far\n {2}at fail \(.*server\.ts:4:32\)\n {2}at .*server\.ts:5:1/,
  },
  'an unread .env': {
    files: { 'server.mjs': "throw new Error('KEY is not set')", '.env': 'KEY=1' },
    code: 3,
    says: /hint {6}\.env lies beside it and was not read: add --env-file \.env/,
  },
  'process.exit': {
    files: { 'server.mjs': 'process.exit(7)' },
    code: 7,
    says: /called process\.exit\(7\) while it was loading/,
  },
  'an await that nothing settles': {
    files: { 'server.mjs': 'await new Promise(() => {})' },
    code: 3,
    says: /never finishes loading: its top-level await never settles/,
  },
  'an await that takes too long': {
    files: { 'server.mjs': 'await new Promise((resolve) => setTimeout(resolve, 60_000))' },
    args: ['server.mjs', '--load-timeout', '1'],
    code: 3,
    says: /did not finish loading in 1 s\. Allow more with --load-timeout/,
  },
  'an endless loop, with its true line': {
    files: { 'server.ts': 'interface A { b: 1 }\nfunction spin() {\n  for (;;);\n}\nspin()' },
    args: ['server.ts', '--load-timeout', '1'],
    code: 3,
    says: /^fastmcp: server\.ts did not finish loading in 1 s: it blocks the event loop\. Allow more with --load-timeout\.\n {2}at spin \(.*server\.ts:3:\d+\)\n$/,
  },
  'a regular expression that never ends': {
    files: { 'server.mjs': '/(a+)+b/.test("a".repeat(60))' },
    args: ['server.mjs', '--load-timeout', '1'],
    code: 3,
    says: /it blocks the event loop\. Allow more with --load-timeout\.\n {2}at .*server\.mjs:1:\d+\n$/,
  },
  'an uncaught exception meanwhile': {
    files: {
      'server.mjs':
        "setTimeout(() => { throw new Error('later') }, 10); await new Promise((resolve) => setTimeout(resolve, 5_000))",
    },
    code: 3,
    says: /later/,
  },
  'a tool named twice': {
    files: {
      'server.mjs':
        "import { FastMCP } from 'fastmcp-cli'\nconst mcp = new FastMCP({ name: 'x' })\nfor (const name of ['add', 'add']) mcp.tool({ name }, () => 1)",
    },
    code: 3,
    says: /Tool add is already registered/,
  },
  'a tool with a bad name': {
    files: {
      'server.mjs':
        "import { FastMCP } from 'fastmcp-cli'\nnew FastMCP({ name: 'x' }).tool({ name: 'a b' }, () => 1)",
    },
    code: 3,
    says: /tool name "a b": use 1 to 128/,
  },
  'a bare shape as schema': {
    files: {
      'server.mjs':
        "import { FastMCP } from 'fastmcp-cli'\nimport { z } from 'zod'\nnew FastMCP({ name: 'x' }).tool({ name: 'a', input: { n: z.number() } }, () => 1)",
    },
    code: 3,
    says: /tool "a": input is a bare shape: wrap it/,
  },
  'a schema that JSON Schema cannot say': {
    files: { 'server.mjs': taking('z.object({ d: z.date() })') },
    code: 3,
    says: /tool "a": input has no JSON Schema that clients could be told: Date cannot be .*\n {2}at .*server\.mjs:3:\d+\n$/,
  },
  'a schema of no object': {
    files: { 'server.mjs': taking('z.string()') },
    code: 3,
    says: /tool "a": input must describe an object, not "string": wrap it/,
  },
  'a header that cannot be sent': {
    files: { 'server.mjs': taking("z.object({ d: z.string().meta({ 'x-mcp-header': 'a b' }) })") },
    code: 3,
    says: /tool "a": input has the x-mcp-header "a b", which is not an HTTP header name/,
  },
  'a schema that lives elsewhere': {
    files: {
      'server.mjs': taking("z.object({ d: z.string().meta({ $ref: 'https://example.com/a.json' }) })"),
    },
    code: 3,
    says: /tool "a": input refers to "https:\/\/example\.com\/a\.json", which clients must not fetch/,
  },
  'a schema 10 000 deep': {
    files: { 'server.mjs': taking('Array(10_000).fill(0).reduce((deep) => z.object({ deep }), z.string())') },
    code: 3,
    says: /tool "a": input is nested too deep/,
  },
  'a rejected top-level await': {
    files: { 'server.mjs': "await Promise.reject(new Error('no database'))" },
    code: 3,
    says: /^fastmcp: server\.mjs threw while loading: no database\n {2}at .*server\.mjs:1:\d+\n$/,
  },
  'a throw of nothing': {
    files: { 'server.mjs': 'throw undefined' },
    code: 3,
    says: /^fastmcp: server\.mjs threw while loading: undefined\n$/,
  },
  'a throw after process.chdir': {
    files: { 'server.mjs': "process.chdir('/')\nthrow new Error('lost')" },
    code: 3,
    says: /^fastmcp: server\.mjs threw while loading: lost\n/,
  },
  'a default export of another kind': {
    files: { 'server.mjs': 'export default 5' },
    code: 3,
    says: /no MCP server in server\.mjs\n {2}exports {3}default \(number\)\n/,
  },
  'an export that throws when it is looked at': {
    files: { 'server.mjs': "export const mcp = new Proxy({}, { get() { throw new Error('a trap') } })" },
    code: 3,
    says: /^fastmcp: server\.mjs threw while loading: a trap\n/,
  },
  'a missing file in CommonJS': {
    files: { 'server.cjs': "require('./nope')" },
    code: 3,
    says: /^fastmcp: cannot find "\.\/nope", imported by server\.cjs\n$/,
  },
  'an import that the file does not have': {
    files: { 'server.mjs': "import { b } from './a.mjs'\nexport default b", 'a.mjs': 'export const a = 1' },
    code: 3,
    says: /^fastmcp: server\.mjs:1:10 {2}The requested module '\.\/a\.mjs' does not provide an export named 'b'/,
  },
}

for (const [kind, rows] of Object.entries({ good, bad })) {
  describe(`modules, ${kind}`, () => {
    for (const [name, { files, args, serves, code = 0, says, options }] of chosen(Object.entries(rows), 12)) {
      test(name, async () => {
        using project = new Project(files)
        const words = args ?? [Object.keys(files)[0] ?? '']
        const outcome = await fastmcp(['run', ...words], { cwd: project.folder, input: hello, ...options })
        assert.equal(outcome.code, code, outcome.stderr)
        if (serves !== undefined)
          assert.ok(outcome.stdout.includes(`"name":"${serves}"`), outcome.stdout + outcome.stderr)
        if (says) assert.match(outcome.stderr, says)
        assert.doesNotMatch(outcome.stderr, /esbuild|\/dist\/|node:internal/)
      })
    }
  })
}

test('a second start runs no compiler, and a change is seen', async () => {
  using project = new Project({ 'server.ts': serverSource('export const server =', 'before'), 'cache/x': '' })
  const env = { FASTMCP_CACHE_DIR: project.path('cache') }
  const start = async (more: string[] = [], extra: Record<string, string> = {}) =>
    (
      await fastmcp(['run', 'server.ts', ...more], {
        cwd: project.folder,
        input: hello,
        env: { ...env, ...extra },
      })
    ).stdout
  assert.match(await start(), /"name":"before"/)
  // With a compiler that cannot be started, only what was kept can be served.
  assert.match(await start([], { ESBUILD_BINARY_PATH: '/nowhere' }), /"name":"before"/)
  project.write('server.ts', serverSource('export const server =', 'after'))
  assert.match(await start(), /"name":"after"/)
  assert.match(await start(['--no-cache']), /"name":"after"/)
})

test('another copy of the SDK and of zod, each of its own', async () => {
  using project = new Project({
    'lib/server.ts': `${v1}import { z } from 'zod'\nexport const server = ${made('copied')}\nserver.registerTool('t', { description: '', inputSchema: { n: z.number() } }, ({ n }) => ({ content: [{ type: 'text', text: String(n) }] }))`,
    'lib/package.json': '{ "type": "module" }',
  })
  for (const name of ['@modelcontextprotocol/sdk', 'zod']) {
    cpSync(join(root, 'node_modules', name), project.path(`lib/node_modules/${name}`), { recursive: true })
  }
  const call = '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t","arguments":{"n":7}}}\n'
  const outcome = await fastmcp(['run', 'lib'], { cwd: project.folder, input: hello + call })
  assert.match(outcome.stdout, /"name":"copied"/)
  assert.match(outcome.stdout, /"text":"7"/)
})

test('a file that opens its own port in its own way is told so', async () => {
  using project = new Project({
    'server.mjs': `${serverSource()}
import http from 'node:http'
const port = Number(process.argv[2])
http.createServer().listen(port, '127.0.0.1')`,
  })
  const port = await freePort()
  const args = ['run', 'server.mjs', '-t', 'http', '-p', String(port), '--', String(port)]
  const outcome = await fastmcp(args, { cwd: project.folder })
  assert.equal(outcome.code, 1)
  assert.equal(
    outcome.stderr.split('\n').at(-2),
    `fastmcp: server.mjs opens port ${port} itself, where it is served. Serve it on another one with -p.`,
  )
})

for (const [sdk, source] of Object.entries({
  v1: `${v1}export const server = ${made('sdk')}`,
  v2: "import { McpServer } from '@modelcontextprotocol/server'\nexport const server = new McpServer({ name: 'sdk', version: '1.0.0' })",
})) {
  test(`a schema that SDK ${sdk} cannot list is named, and the server serves what it can`, async () => {
    using project = new Project({
      'server.mjs': `import { z } from 'zod'\n${source}
server.registerTool('fine', { inputSchema: z.object({ n: z.number() }) }, () => ({ content: [] }))
server.registerTool('odd', { inputSchema: z.object({ d: z.date() }) }, () => ({ content: [] }))`,
    })
    await using server = startFastmcp(['run', 'server.mjs'], { cwd: project.folder })
    await server.until(
      /^fastmcp: tool "odd": input has no JSON Schema that clients could be told: Date .*\n$/,
    )
    server.child.stdin?.write(hello)
    await server.until(/"name":"sdk"/, 'stdout')
  })
}
