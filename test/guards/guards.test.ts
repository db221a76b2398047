import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fastmcp, program, run } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

const imports = `
import { realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { isMain } from 'fastmcp-cli'
void [realpathSync, basename, resolve, fileURLToPath, pathToFileURL, isMain]
`
const esMain = `(() => {
  const path = fileURLToPath(import.meta.url), started = resolve(process.argv[1] ?? '')
  return started === path || started === path.replace(/\\.[^.]*$/, '')
})()`

/** The entry guards people write in ES modules, each an expression that is true for the program itself. */
const esGuards: Record<string, string> = {
  'import.meta.main': 'import.meta.main',
  'url of argv': 'import.meta.url === pathToFileURL(process.argv[1]).href',
  'file:// and argv': 'import.meta.url === "file://" + process.argv[1]',
  'argv and path of url': 'process.argv[1] === fileURLToPath(import.meta.url)',
  'real path of argv': 'realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)',
  'end of url': 'import.meta.url.endsWith(basename(process.argv[1]))',
  'resolved argv': 'resolve(process.argv[1]) === fileURLToPath(import.meta.url)',
  'es-main': esMain,
  isMain: 'isMain(import.meta)',
}
const cjsGuards: Record<string, string> = {
  'require.main': 'require.main === module',
  'process.mainModule': 'process.mainModule === module',
  'module.parent': '!module.parent',
  'argv and __filename': 'process.argv[1] === __filename',
}

interface Form {
  file: string
  source: (guard: string) => string
  guards: Record<string, string>
}

const ran = "console.error('GUARD RAN'); process.exit(9)"
const instance = "new McpServer({ name: 'guarded', version: '1.0.0' })"
const es = (guard: string) => `${imports}export const server = ${instance}\nif (${guard}) { ${ran} }`
const forms: Form[] = [
  { file: 'server.mjs', source: es, guards: esGuards },
  {
    file: 'server.ts',
    source: (guard) => `// @ts-nocheck\nenum E { A }\n${es(guard)}`,
    guards: { ...esGuards, 'require.main': 'require.main === module' },
  },
  {
    file: 'server.cjs',
    source: (guard) =>
      `const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js')\nexports.server = ${instance}\nif (${guard}) { ${ran} }`,
    guards: cjsGuards,
  },
  {
    file: 'server.cts',
    source: (guard) =>
      `import sdk = require('@modelcontextprotocol/sdk/server/mcp.js')\nconst { McpServer } = sdk\nif (${guard}) { ${ran} }\nexport = { server: ${instance} }`,
    guards: { 'require.main': 'require.main === module' },
  },
]

for (const { file, source, guards } of forms) {
  describe(`guards in ${file}`, () => {
    for (const [name, guard] of Object.entries(guards)) {
      test(`${name} does not run`, async () => {
        using project = new Project({ [file]: source(guard) })
        symlinkSync(file, project.path(`link-${file}`))
        for (const entry of [file, `link-${file}`]) {
          const outcome = await fastmcp(['run', entry], { cwd: project.folder, input: hello })
          assert.doesNotMatch(outcome.stderr, /GUARD RAN/)
          assert.match(outcome.stdout, /"name":"guarded"/, outcome.stderr)
          assert.equal(outcome.code, 0)
        }
      })
    }
  })
}

const own = (call: string) => `import { FastMCP, isMain } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'own', version: '1.0.0' })
${call}
console.error('after')`

describe('isMain outside the runner', () => {
  const source = own("console.error('main', isMain(import.meta)); if (isMain(import.meta)) await mcp.run()")
  const tsx = ['--import', 'tsx']
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const native = major > 22 || (major === 22 && minor >= 18)
  const ways: [string, string[], boolean][] = [
    ['server.js', ['server.js'], true],
    ['server.js', ['server'], true],
    ['server.js', ['./link.js'], true],
    ['server.js', ['sub/../server.js'], true],
    ['server.mjs', ['server.mjs'], true],
    ['server.ts', [...tsx, 'server.ts'], true],
    ['server.ts', ['server.ts'], native],
  ]
  for (const type of ['{ "type": "module" }', '{}']) {
    for (const [file, args, possible] of ways) {
      // Without a type, Node 20 takes .js for CommonJS, and tsx has no await at the top level.
      const skip =
        !possible ||
        (type === '{}' &&
          (file.endsWith('.js') || file.endsWith('.ts')) &&
          (args[0] === '--import' || major < 22))
      test(`${args.join(' ')} with ${type}`, { skip }, async () => {
        using project = new Project({ 'package.json': type, [file]: source })
        symlinkSync(file, project.path('link.js'))
        const outcome = await run(process.execPath, args, { cwd: project.folder, input: hello })
        assert.match(outcome.stderr, /^main true$/m)
        assert.match(outcome.stdout, /"name":"own"/, outcome.stderr)
        assert.equal(outcome.code, 0)
      })
    }
  }

  test('tsx without a package type, and no await', async () => {
    using project = new Project({
      'package.json': '{}',
      'server.ts': source.replace('await mcp', 'void mcp'),
    })
    const outcome = await run(process.execPath, [...tsx, 'server.ts'], { cwd: project.folder, input: hello })
    assert.match(outcome.stdout, /"name":"own"/, outcome.stderr)
  })

  test('is false for a module that is imported', async () => {
    using project = new Project({ 'server.mjs': source, 'other.mjs': "import './server.mjs'" })
    const outcome = await run(process.execPath, ['other.mjs'], { cwd: project.folder })
    assert.equal(outcome.stderr, 'main false\nafter\n')
  })
})

describe('a module that serves itself while it loads', () => {
  const calls = [
    "await mcp.run({ transport: 'http', port: 19001 })",
    'await mcp.runAsync()',
    "void mcp.run({ transport: 'sse' })",
  ]
  for (const call of calls) {
    test(`${call} starts nothing, and the flags say how it is served`, async () => {
      using project = new Project({ 'server.mjs': own(call) })
      const outcome = await fastmcp(['run', 'server.mjs', '-t', 'stdio'], {
        cwd: project.folder,
        input: hello,
      })
      assert.match(outcome.stdout, /^\{"result".*"name":"own".*\}\n$/)
      assert.equal(outcome.stderr, 'after\n')
    })
  }

  test('its options count when no flag says otherwise', async () => {
    using project = new Project({
      'server.mjs': own("await mcp.run({ transport: 'http', port: 0, path: '/here' })"),
    })
    const started = (await import('../support/program.ts')).startFastmcp(['run', 'server.mjs'], {
      cwd: project.folder,
    })
    await using _ended = started
    await started.until(/^after\nfastmcp: listening on http:\/\/127\.0\.0\.1:\d+\/here\n$/)
  })

  test('an SDK v1 server that connects itself to stdio is served once', async () => {
    const connects = `${imports}import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
export const server = ${instance}
await server.connect(new StdioServerTransport())`
    using project = new Project({ 'server.mjs': connects })
    const outcome = await fastmcp(['run', 'server.mjs'], { cwd: project.folder, input: hello })
    assert.equal(outcome.stdout.split('\n').length, 2, outcome.stdout)
    assert.equal(outcome.code, 0)
  })
})

test('the program works through a link, as npm makes them', async () => {
  using project = new Project({ 'server.mjs': es('false') })
  symlinkSync(program, project.path('fastmcp'))
  const outcome = await run(process.execPath, ['fastmcp', 'run', 'server.mjs'], {
    cwd: project.folder,
    input: hello,
  })
  assert.match(outcome.stdout, /"name":"guarded"/)
})
