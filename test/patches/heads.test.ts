import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { test } from 'node:test'
import { headOf, patchFiles } from '../../scripts/patches-page.ts'
import { root } from '../support/program.ts'

const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => file.replaceAll(sep, '/'))

/** What changes or reads what belongs to others. */
const foreign = [
  /(?<![.#\w]|typeof )(?:process|globalThis|console|Error|Module|http|net|fs|childProcess|workers)(?:\.\w+)+(?:\[[^\]]+\])? = /,
  /\.prototype(?:\.\w+)? = |\(\w+\.prototype,/,
  /\b(?:Reflect\.(?:set|defineProperty|deleteProperty)|Object\.(?:defineProperty|defineProperties|setPrototypeOf))\(/,
  // Private fields of the SDKs; `_meta` is the protocol's, and names with two are ours.
  /(?<=[.'])_(?!meta\b|_)[a-z]\w*/,
  /\bprocess\.(?:binding|reallyExit)\b/,
  /\bsyncBuiltinESMExports\b/,
]

test('every patch says what it patches, why, on what, and what happens otherwise', () => {
  for (const file of patchFiles()) {
    const { On } = headOf(file)
    assert.match(On, /^(Node|SDK v1|@modelcontextprotocol\/server|esbuild) \d/, `${file} names no versions`)
  }
})

test('every patch has a canary, and every canary a patch', () => {
  for (const file of patchFiles()) {
    const canary = `test/patches/${file.replace(/\.ts$/, '.test.ts')}`
    assert.ok(existsSync(join(root, canary)), `${file} has no ${canary}`)
  }
  for (const canary of filesIn('test/patches', '.test.ts').filter((file) => file.includes('/')))
    assert.ok(patchFiles().includes(canary.replace('.test.ts', '.ts')), `${canary} is of no patch`)
})

test('what changes code of others stands in src/patches, or docs/notes/patches.md says why not', () => {
  const notes = readFileSync(join(root, 'docs/notes/patches.md'), 'utf8')
  const named = new Set([...notes.matchAll(/`([\w/-]+\.ts)`/g)].map((match) => match[1]))
  const elsewhere = filesIn('src', '.ts').filter((file) => !file.startsWith('patches/'))
  const found = elsewhere.filter((file) => {
    const lines = readFileSync(join(root, 'src', file), 'utf8').split('\n')
    return lines.some((line) => foreign.some((pattern) => pattern.test(line)))
  })
  assert.deepEqual(
    found.filter((file) => !named.has(file)),
    [],
  )
  const known = [...elsewhere, ...patchFiles()]
  for (const file of named) {
    const there = file?.startsWith('test/') ? existsSync(join(root, file)) : known.includes(file ?? '')
    assert.ok(there, `docs/notes/patches.md names ${file}, which is not there`)
  }
})
