import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pages } from '../../scripts/site/pages.ts'
import { placeOf } from '../../scripts/site.ts'
import { allowInstalls } from '../support/limits.ts'
import { root, run } from '../support/program.ts'

allowInstalls()

test('the site is built of all pages, and VitePress finds no dead link', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-site-'))
  try {
    const args = ['--import', 'tsx', `${root}scripts/site.ts`, folder]
    const built = await run(process.execPath, args, { cwd: root, limit: 550_000 })
    assert.equal(built.code, 0, built.stdout + built.stderr)
    for (const place of pages().flatMap((page) => placeOf(page) ?? [])) {
      const html = join(folder, place.replace(/\.md$/, '.html'))
      assert.ok(existsSync(html), place)
    }
    assert.match(readFileSync(join(folder, 'index.html'), 'utf8'), /ten minutes/)
    assert.match(readFileSync(join(folder, 'guide/by-hand.html'), 'utf8'), />server\.ts<\/label>/)
    assert.ok(existsSync(join(folder, 'examples/weather.ts')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
