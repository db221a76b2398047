import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'
import { root, run } from '../../support/program.ts'
import { Project } from '../../support/project.ts'

test('no method that code has replaced lets anybody in who must stay out', async () => {
  using project = new Project({ 'tokens.txt': 'ann=good\n' })
  const outfile = project.path('attack.mjs')
  await build({
    entryPoints: [join(root, 'test/trust/replaced/attack.ts')],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
  })
  const { stdout, stderr } = await run(process.execPath, [outfile, project.path('tokens.txt')], {
    limit: 90_000,
  })
  assert.match(stdout, /^\{/, stderr)
  const { tried, found } = JSON.parse(stdout) as { tried: number; found: string[] }
  assert.ok(tried > 1_000, `${tried}`)
  assert.deepEqual(found, [])
})
