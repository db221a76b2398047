import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { describe, test } from 'node:test'
import { program, root, run } from '../support/program.ts'
import { hello, Project, serverSource } from '../support/project.ts'

const source = `import { FastMCP, isMain } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'own', version: '1.0.0' })
console.error('main', isMain(import.meta))
if (isMain(import.meta)) await mcp.run()
`
/** What tsx compiles to CommonJS knows no await at the top level. */
const withoutAwait = source.replace('await mcp', 'void mcp')

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const stripsTypes = major > 22 || (major === 22 && minor >= 18)
const noTypes = !stripsTypes && 'this Node runs no TypeScript by itself'
const tsx = `${root}node_modules/tsx/dist/cli.mjs`

interface Way {
  args: string[]
  file: string
  text?: string
  skip?: string | false
}
const ways: Way[] = [
  { file: 'server.js', args: ['server.js'] },
  { file: 'server.js', args: ['server'] },
  { file: 'server.js', args: ['.'] },
  { file: 'server.js', args: ['./link'] },
  { file: 'server.js', args: ['sub/../server.js'] },
  { file: 'server.mjs', args: ['server.mjs'] },
  { file: 'server.ts', args: ['server.ts'], skip: noTypes },
  { file: 'server.mts', args: ['server.mts'], skip: noTypes },
  { file: 'server.ts', args: ['./link'], skip: noTypes },
  { file: 'server.mts', args: [tsx, 'server.mts'] },
]
const kinds: [manifest: Record<string, string>, ways: Way[]][] = [
  [{ type: 'module' }, [...ways, { file: 'server.ts', args: [tsx, 'server.ts'] }]],
  [
    {},
    [
      ...ways,
      { file: 'server.ts', args: [tsx, 'server.ts'], text: withoutAwait },
      { file: 'server.js', args: [tsx, 'server.js'], text: withoutAwait },
    ],
  ],
]

describe('a file that ends in isMain serves when it is the program', () => {
  for (const [manifest, rows] of kinds) {
    for (const { file, args, text = source, skip = false } of rows) {
      const words = args.map((arg) => (arg === tsx ? 'tsx' : arg)).join(' ')
      test(`node ${words} for ${file}, package.json ${JSON.stringify(manifest)}`, { skip }, async () => {
        const json = JSON.stringify({ ...manifest, main: file })
        using project = new Project({ 'package.json': json, [file]: text, 'sub/x': '' })
        symlinkSync(file, project.path('link'))
        const outcome = await run(process.execPath, args, { cwd: project.folder, input: hello })
        assert.match(outcome.stderr, /^main true$/m)
        assert.match(outcome.stdout, /"name":"own"/, outcome.stderr)
        assert.equal(outcome.code, 0)
      })
    }
  }
})

test('isMain is false for a module that is imported', async () => {
  using project = new Project({ 'server.mjs': source, 'other.mjs': "import './server.mjs'" })
  const outcome = await run(process.execPath, ['other.mjs'], { cwd: project.folder })
  assert.equal(outcome.stderr, 'main false\n')
})

test('isMain is false for a module that the main of a package imports', async () => {
  const manifest = '{ "type": "module", "main": "other.js" }'
  using project = new Project({
    'package.json': manifest,
    'server.js': source,
    'other.js': "import './server.js'",
  })
  const outcome = await run(process.execPath, ['.'], { cwd: project.folder })
  assert.equal(outcome.stderr, 'main false\n')
})

test('the program works through a link, as npm makes them', async () => {
  using project = new Project({ 'server.mjs': serverSource() })
  symlinkSync(program, project.path('fastmcp'))
  const outcome = await run(process.execPath, ['fastmcp', 'run', 'server.mjs'], {
    cwd: project.folder,
    input: hello,
  })
  assert.match(outcome.stdout, /"name":"plain"/)
})
