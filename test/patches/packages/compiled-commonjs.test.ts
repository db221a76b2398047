import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSync } from 'esbuild'
import { runPatched } from '../../support/patched.ts'
import { fastmcp } from '../../support/program.ts'
import { hello, Project, serverSource } from '../../support/project.ts'

const files = {
  'server.ts': `import has from './old.cjs'\nconsole.error('has a parent:', has)\n${serverSource()}`,
  'old.cjs': 'module.exports = Boolean(module.parent)',
}

test('the compiler makes the module of a CommonJS file in one place', () => {
  using project = new Project(files)
  const { outputFiles } = buildSync({
    entryPoints: [project.path('server.ts')],
    packages: 'external',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    keepNames: true,
    target: `node${process.versions.node}`,
  })
  assert.equal(outputFiles[0]?.text.split('(mod = { exports: {} })').length, 2)
})

test('a CommonJS file that is compiled has a parent', async () => {
  using project = new Project(files)
  const outcome = await fastmcp(['run', 'server.ts', '--no-cache'], { cwd: project.folder, input: hello })
  assert.equal(outcome.stderr, 'has a parent: true\n')
})

test('a compiler that writes it otherwise is told of, where there is such a file', async () => {
  const outcome = await runPatched(
    'packages/compiled-commonjs',
    `import { withParents } from './patch.mjs'
    console.log(withParents('another helper', false))
    console.log(withParents('another helper', true))`,
  )
  assert.equal(outcome.stdout, 'another helper\nanother helper\n')
  assert.match(outcome.stderr, /^fastmcp: warning: the compiler writes CommonJS in a new way: .*\n$/)
})
