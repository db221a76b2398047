// Breaks one line of the runner at a time and demands that its tests notice: npm run test:mutants [-- word ...]
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cellMutants } from './mutants/cells.mjs'
import { mutants, mutantsPage } from './mutants/table.mjs'
import { runTests } from './run-tests.mjs'
import { totalsOf } from './test-report.mjs'
import { closingLine } from './totals.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const words = process.argv.slice(2)
const chosen = [...mutants, ...cellMutants].filter(
  ({ name, file, cell }) =>
    words.length === 0 || words.some((word) => `${name} ${file} ${cell?.join(' ') ?? ''}`.includes(word)),
)
const copy = mkdtempSync(join(tmpdir(), 'fastmcp-mutants-'))
process.on('exit', () => rmSync(copy, { recursive: true, force: true }))

for (const name of readdirSync(root)) {
  if (name === 'node_modules') symlinkSync(join(root, name), join(copy, name))
  else if (!['.git', '.cache', 'dist'].includes(name)) {
    cpSync(join(root, name), join(copy, name), { recursive: true })
  }
}

let failed = 0
if (!build()) throw new Error('the repository does not build')
// Tests that fail without any mutant would seem to notice each.
for (const mutant of chosen) {
  if ((await outcomeOf(mutant)) !== 'green') report('not green without the mutant', mutant)
}
for (const mutant of chosen) {
  const path = join(copy, mutant.file)
  const source = readFileSync(path, 'utf8')
  if (source.split(mutant.from).length !== 2) {
    report('no longer fits its file', mutant)
    continue
  }
  // A function, because a string would have `$` mean something.
  writeFileSync(
    path,
    source.replace(mutant.from, () => mutant.to),
  )
  if (!build()) report('does not build', mutant)
  else if ((await outcomeOf(mutant)) === 'red') console.log(`noticed: ${mutant.name}`)
  else report('NOT NOTICED', mutant)
  writeFileSync(path, source)
}
if (words.length === 0 && failed === 0) writeFileSync(join(root, 'docs/notes/mutants.md'), mutantsPage())
console.log(closingLine({ passed: Math.max(0, chosen.length - failed), failed, skipped: 0 }))
process.exitCode = failed > 0 ? 1 : 0

function report(what, { name, test, cell }) {
  failed++
  console.log(`${what}: ${name} (${test ?? cell.join(' ')})`)
}

function build() {
  return node(['scripts/build.mjs']).status === 0
}

/** Whether what has to notice a mutant passes, fails, or was not run at all. */
async function outcomeOf({ test, pattern, cell, spared }) {
  if (cell) return walked(spared) === 'green' ? walked(cell) : 'not run'
  const { passed, failed } = totalsOf(await runTests([test], { cwd: copy, pattern }))
  if (failed > 0) return 'red'
  return passed > 0 ? 'green' : 'not run'
}

/** Whether a cell of the matrix is as its lists say. */
function walked([shape, journey]) {
  const { status } = node(['scripts/matrix.mjs', '--shape', shape, '--journey', journey])
  return status === 0 ? 'green' : 'red'
}

function node(args) {
  const { FORCE_COLOR: _color, ...env } = process.env
  return spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 28, env })
}
