import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'es-module-lexer/js'
import { withOwnImports } from '../../scripts/own-imports.mjs'
import { root, run } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

describe('fastmcp build', () => {
  for (const name of chosen(['guard-worker.cjs', 'user-worker.cjs', 'token-worker.js'], 3)) {
    test(`it does not write a file that would look for ${name} beside itself`, async () => {
      using project = new Project({ 'server.mjs': serverSource() })
      const copy = project.path('copy')
      for (const part of ['bin', 'dist', 'package.json', 'templates'])
        cpSync(join(root, part), join(copy, part), { recursive: true })
      const place = `new URL("./${name}",import.meta.url)`
      let changed = 0
      for (const file of readdirSync(join(copy, 'dist')).filter((one) => one.endsWith('.js'))) {
        const path = join(copy, 'dist', file)
        const text = readFileSync(path, 'utf8')
        if (!text.includes(place)) continue
        writeFileSync(path, text.replaceAll(place, place.replace('("./', '("')))
        changed++
      }
      assert.ok(changed > 0, `nothing in dist/ has ${place}`)
      const args = [join(copy, 'bin/fastmcp.js'), 'build', 'server.mjs']
      const outcome = await run(process.execPath, args, { cwd: project.folder, limit: 90_000 })
      assert.equal(outcome.code, 3, outcome.stderr)
      assert.ok(outcome.stderr.includes(`fastmcp itself was built without ${place}`), outcome.stderr)
    })
  }
})

describe('the script of the command line', () => {
  test('what it imports later goes through an import of ours', () => {
    const script = readFileSync(join(root, 'dist/cli.cjs'), 'utf8')
    // The lexer tells an import from the word in a message, or in a module that we write.
    const left = parse(script)[0].filter((found) => found.type === 'dynamic')
    assert.deepEqual(
      left.map(({ start, end }) => script.slice(start, end)),
      [],
    )
    assert.match(script, /\b__import\(/)
  })

  test('what fastmcp build writes keeps its own', () => {
    const written = '`import($' + '{name})`'
    assert.equal(withOwnImports(`import("a"); ${written}`), `__import("a"); ${written}`)
  })

  test('a compiler that writes none in this form is noticed', () => {
    assert.throws(() => withOwnImports('require("a")'), /has no import\(\)/)
  })
})
