// Whether commits that only move files leave the program as it is: npm run test:moves [-- from [to]]
// It compares each commit whose subject says that it moves something with the one before, as minified bundles.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { closingLine } from './totals.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const [from = 'HEAD~20', to = 'HEAD'] = process.argv.slice(2)
const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1e9 })

const moving = git('log', '--reverse', '--format=%H %s', `${from}..${to}`)
  .split('\n')
  .filter((line) => /^\w+ refactor: move /.test(line))
const known = new Map()
let differing = 0
for (const line of moving) {
  const commit = line.slice(0, 40)
  const [before, after] = [await digestsOf(git('rev-parse', `${commit}~`).trim()), await digestsOf(commit)]
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  )
  differing += names.length > 0 ? 1 : 0
  console.log(`${names.length > 0 ? `DIFFERS in ${names.join(', ')}` : 'the same'}: ${line.slice(41)}`)
}
console.log(closingLine({ passed: moving.length - differing, failed: differing, skipped: 0 }))
process.exitCode = differing > 0 || moving.length === 0 ? 1 : 0

/** A digest of each entry's bundle. */
async function digestsOf(commit) {
  const before = known.get(commit)
  if (before) return before
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-moves-'))
  try {
    execFileSync('tar', ['-x', '-C', folder], {
      input: execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 1e9 }),
    })
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const { cli, modules, scripts, start } = await import(`file://${folder}/scripts/entries.mjs`)
    const entries = { ...modules, cli, start, ...scripts }
    const digests = new Map()
    for (const [name, entry] of Object.entries(entries)) digests.set(name, await digestOf(folder, entry))
    known.set(commit, digests)
    return digests
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function digestOf(folder, entry) {
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: [entry],
    bundle: true,
    write: false,
    minifyWhitespace: true,
    minifySyntax: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    define: { __VERSION__: '""', __CLI_HASH__: '""', __CLIENT_HASH__: '""' },
    plugins: [{ name: 'order', setup: orderImports }],
    logLevel: 'error',
  })
  return createHash('sha256').update(withoutPaths(outputFiles[0].text)).digest('hex')
}

/** Without what esbuild names after the files: each such name by the order in which they come. */
function withoutPaths(text) {
  const names = new Map()
  const numbered = (name) => names.get(name) ?? names.set(name, `$${names.size}`).get(name)
  return text
    .replace(/(__esm|__commonJS|__export)\(\{"src\/[^"]*"/g, '$1({""')
    .replace(/\b(?:init_[a-z]\w*|[a-z]\w*_exports)\b/g, numbered)
}

/** Imports are sorted by path where they stand, so that a move puts modules into another order; here it does not. */
function orderImports({ onLoad }) {
  onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
    const text = readFileSync(path, 'utf8')
    const imports = text.match(/^(?:import|export)\s[^'"]*?from\s+'[^']+'\n/gm) ?? []
    const rest = imports.reduce((left, one) => left.replace(one, ''), text)
    return { contents: imports.sort(byWhatTheyName).join('') + rest, loader: 'ts' }
  })
}

function byWhatTheyName(a, b) {
  // A longer path may put the names on lines of their own.
  const [left, right] = [a, b].map((one) => one.replace(/from\s+'[^']+'/, '').replace(/[\s,]+/g, ' '))
  return left < right ? -1 : 1
}
