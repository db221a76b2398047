import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fastmcp, type Outcome, run } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

/** The entry guards people write in ES modules, each an expression that is true for the program itself. */
const esGuards = {
  'import.meta.main': 'import.meta.main',
  'path of url is argv': 'fileURLToPath(import.meta.url) === process.argv[1]',
  'path of url is resolved argv': 'fileURLToPath(import.meta.url) === resolve(process.argv[1])',
  'url is url of argv': 'import.meta.url === pathToFileURL(process.argv[1]).href',
  'url is file:// and argv': `import.meta.url === \`file://\${process.argv[1]}\``,
  'real paths are the same': 'realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url))',
  'url ends with argv': 'import.meta.url.endsWith(process.argv[1])',
  'url ends with the name in argv': 'import.meta.url.endsWith(basename(process.argv[1]))',
  'names are the same': 'basename(fileURLToPath(import.meta.url)) === basename(process.argv[1])',
  'import.meta.filename is argv': 'import.meta.filename === process.argv[1]',
  'es-main': 'esMain(import.meta)',
  isMain: 'isMain(import.meta)',
} as const

const cjsGuards = {
  'require.main is module': 'require.main === module',
  'require.main?.filename is __filename': 'require.main?.filename === __filename',
  'require.main.filename is __filename': 'require.main.filename === __filename',
  'no module.parent': '!module.parent',
  'process.mainModule is module': 'process.mainModule === module',
  'argv is __filename': 'process.argv[1] === __filename',
  'resolved argv is __filename': "require('node:path').resolve(process.argv[1]) === __filename",
} as const

/** Each guard says its name when it lets its block run. */
const blocks = (guards: Record<string, string>) =>
  Object.entries(guards)
    .map(([name, guard]) => `if (${guard}) console.error(${JSON.stringify(`RAN ${name}`)})\n`)
    .join('')

const instance = "new McpServer({ name: 'guarded', version: '1.0.0' })"
const esModule = (guards: Record<string, string>) => `
import { realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import esMain from 'es-main'
import { isMain } from 'fastmcp-cli'
export const server = ${instance}
void [realpathSync, basename, resolve, fileURLToPath, pathToFileURL, esMain, isMain]
${blocks(guards)}`
const cjsModule = (guards: Record<string, string>) => `
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js')
exports.server = ${instance}
${blocks(guards)}`
const ctsModule = (guards: Record<string, string>) => `
import sdk = require('@modelcontextprotocol/sdk/server/mcp.js')
const { McpServer } = sdk
enum Kind { Guarded }
void Kind.Guarded
${blocks(guards)}
export = { server: ${instance} }`
const tsModule = (guards: Record<string, string>) => `enum Kind { Guarded }
void Kind.Guarded${esModule(guards)}`
// Many compile a file of which nothing says what it is to CommonJS themselves, so that both families stand in it.
const untypedModule = (guards: Record<string, string>) => tsModule({ ...guards, ...cjsGuards })

const untyped = '{}'
const esm = '{ "type": "module" }'
const commonjs = '{ "type": "commonjs" }'
type Guards = Record<string, string>
const forms: [file: string, manifest: string, source: (guards: Guards) => string, guards: Guards][] = [
  ['server.mjs', untyped, esModule, esGuards],
  ['server.js', esm, esModule, esGuards],
  ['server.js', untyped, esModule, esGuards],
  ['server.ts', esm, tsModule, esGuards],
  ['server.ts', untyped, untypedModule, esGuards],
  ['server.mts', untyped, tsModule, esGuards],
  ['server.cjs', untyped, cjsModule, cjsGuards],
  ['server.js', commonjs, cjsModule, cjsGuards],
  ['server.js', untyped, cjsModule, cjsGuards],
  ['server.cts', untyped, ctsModule, cjsGuards],
  ['server.ts', commonjs, ctsModule, cjsGuards],
]

const ranIn = ({ stderr }: Outcome) => [...stderr.matchAll(/^RAN (.*)$/gm)].map(([, name]) => name)

describe('under the runner no guard lets its block run', () => {
  for (const [index, [file, manifest, source, guards]] of forms.entries()) {
    const family = guards === esGuards ? 'ES module' : 'CommonJS'
    for (const linked of chosen([false, true], 2, index % 2)) {
      test(`${file}, ${family}, package.json ${manifest}${linked ? ', through a link' : ''}`, async () => {
        using project = new Project({ [file]: source(guards), 'package.json': manifest })
        symlinkSync(file, project.path(`link-${file}`))
        const entry = linked ? `link-${file}` : file
        const outcome = await fastmcp(['run', entry], { cwd: project.folder, input: hello })
        assert.deepEqual(ranIn(outcome), [])
        assert.match(outcome.stdout, /"name":"guarded"/, outcome.stderr)
        assert.equal(outcome.code, 0)
      })
    }
  }
})

describe('without the runner every guard does', () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const hasMain = major > 24 || (major === 24 && minor >= 2) || (major === 22 && minor >= 18)
  for (const [file, manifest, source, guards] of forms.filter(([name]) => /\.[cm]?js$/.test(name))) {
    const { 'import.meta.main': _, ...others } = guards
    const usable = hasMain ? guards : others
    const family = guards === esGuards ? 'ES module' : 'CommonJS'
    test(`${file}, ${family}, package.json ${manifest}`, async () => {
      using project = new Project({ [file]: source(usable), 'package.json': manifest })
      // The whole path, since one of the guards compares it as it was typed.
      const outcome = await run(process.execPath, [project.path(file)], { cwd: project.folder })
      assert.deepEqual(ranIn(outcome), Object.keys(usable), outcome.stderr)
    })
  }
})

describe('a file that starts itself behind a guard serves', () => {
  /** Ways to hand on, or to take apart, what says that a module is the program. */
  const handed = {
    'import.meta taken apart': '(({ main }) => main)(import.meta)',
    'a name in import.meta': "import.meta['main']",
    'import.meta, if there is one': 'import.meta?.main',
    'a helper that is given all': '((meta) => meta.url === pathToFileURL(process.argv[1]).href)(import.meta)',
  }
  const all = Object.entries({ ...esGuards, ...handed })
  for (const [file, manifest] of [
    ['server.mjs', untyped],
    ['server.ts', esm],
  ] as const) {
    test(`${file}: ${all.length} guards`, async () => {
      using project = new Project({
        [file]: `#!/usr/bin/env node
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
${esModule(Object.fromEntries(all)).replace('export const server', 'const server')}
if (esMain(import.meta)) await server.connect(new StdioServerTransport())`,
        'package.json': manifest,
      })
      const outcome = await fastmcp(['run', file], { cwd: project.folder, input: hello })
      assert.match(outcome.stdout, /"name":"guarded"/, outcome.stderr)
      assert.deepEqual(
        ranIn(outcome),
        all.map(([name]) => name),
      )
      assert.equal(outcome.code, 0)
    })
  }
})
