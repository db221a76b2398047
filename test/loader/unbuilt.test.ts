import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fastmcp } from '../support/program.ts'
import { hello, Project } from '../support/project.ts'

const manifests = {
  exports: { exports: { '.': './dist/index.js', './sub': './dist/sub.js' }, scripts: { build: 'tsc' } },
  main: { main: 'dist/index.js', scripts: { prepare: 'tsc' } },
  'no target': { type: 'module' },
}

const imports = {
  'server.mjs': "import '@scope/it'",
  'server.ts': "import '@scope/it'",
  'server.cjs': "require('@scope/it')",
}

function workspace(manifest: object, files: Record<string, string>) {
  const project = new Project({
    'packages/it/package.json': JSON.stringify({ name: '@scope/it', version: '1.0.0', ...manifest }),
    'node_modules/@scope/.keep': '',
    ...files,
  })
  symlinkSync(project.path('packages/it'), project.path('node_modules/@scope/it'), 'junction')
  return project
}

describe('a package of the workspace that is not built', () => {
  for (const [name, manifest] of Object.entries(manifests)) {
    for (const [file, text] of Object.entries(imports)) {
      test(`with ${name}, imported by ${file}`, async () => {
        using project = workspace(manifest, { [file]: text })
        const { code, stderr } = await fastmcp(['run', file], { cwd: project.folder, input: hello })
        assert.equal(code, 3)
        assert.match(stderr, /cannot find "@scope\/it"/)
        assert.match(
          stderr,
          /\n {2}@scope\/it is linked from packages\/it and has no .*: it may not be built\n/,
        )
        const script = { exports: 'build', main: 'prepare', 'no target': undefined }[name]
        if (script)
          assert.match(stderr, new RegExp(`\\n {2}to build it: npm run ${script} --prefix packages/it\\n$`))
        assert.doesNotMatch(stderr, /npm i/)
      })
    }
  }

  test('the import is shown, of a path in it too', async () => {
    const text = "import 'node:fs'\nimport '@scope/it/sub'"
    using project = workspace(manifests.exports, { 'server.mjs': text })
    const { stderr } = await fastmcp(['run', 'server.mjs'], { cwd: project.folder, input: hello })
    assert.match(stderr, /^fastmcp: server\.mjs:2:8 {2}cannot find "@scope\/it\/sub"\n/)
    assert.match(stderr, /has no dist\/sub\.js: it may not be built/)
  })
})

test('a package that is not there is still to be installed', async () => {
  using project = new Project({ 'server.mjs': "import '@scope/other'" })
  const { stderr } = await fastmcp(['run', 'server.mjs'], { cwd: project.folder, input: hello })
  assert.match(stderr, /cannot find "@scope\/other"[\s\S]*to install it: npm i @scope\/other\n$/)
})

test('a file of the project itself that is not there has nothing to do with a build', async () => {
  using project = new Project({
    'package.json': '{"name":"mine","scripts":{"build":"tsc"}}',
    'server.mjs': "import './gone.js'",
  })
  const { stderr } = await fastmcp(['run', 'server.mjs'], { cwd: project.folder, input: hello })
  assert.match(stderr, /cannot find "\.\/gone\.js"/)
  assert.doesNotMatch(stderr, /build/)
})
