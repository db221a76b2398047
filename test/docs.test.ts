import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, run } from './support/program.ts'

test('the API documentation is built without a warning, and everything in it is documented', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-docs-'))
  try {
    const script = `${root}scripts/api-docs.mjs`
    const api = join(folder, 'api.json')
    const built = await run(process.execPath, [script, '--html', join(folder, 'html'), '--json', api], {
      limit: 200_000,
    })
    assert.equal(built.code, 0, built.stdout + built.stderr)
    assert.doesNotMatch(built.stdout + built.stderr, /warning/)
    const { children }: { children: { name: string }[] } = JSON.parse(readFileSync(api, 'utf8'))
    const names = children.map((child) => child.name)
    for (const name of ['FastMCP', 'connect', 'jwtAuth', 'Context', 'isMain', 'ToolError']) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(', ')}`)
    }
    assert.match(readFileSync(join(folder, 'html', 'classes', 'FastMCP.html'), 'utf8'), /customRoute/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
