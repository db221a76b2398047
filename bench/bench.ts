// How fast the product is on every road, each beside a peer or a floor in the same run, on Node 20 and 24:
//   npm run bench                  every row
//   npm run bench -- 8             the rows of target 8;  -- calls  those of a part;  -- url  those whose words say so
//   npm run bench -- --quick       fewer rounds;  --rounds 3  so many
//   npm run bench -- --node 24     on one Node
//   npm run bench -- --list        what there is
// A quiet machine is needed: it says when it is too loud to tell.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { nodeOf } from '../scripts/node-versions.mjs'
import { chosen } from './harness/choose.ts'
import { type Line, printSideBySide, totals } from './harness/print.ts'
import { parts } from './parts.ts'

/** An option that may be repeated. */
const all = (word: string, before: string[] = []) => [...before, word]
const line = new Command()
  .argument('[row...]')
  .option('--node <major>', 'one version of Node instead of 20 and 24', all)
  .option('--quick', 'fewer rounds', false)
  .option('--rounds <count>', 'so many rounds')
  .option('--list', 'what there is', false)
  .parse()
const options = line.opts<{ node?: string[]; quick: boolean; rounds?: string; list: boolean }>()
const words = line.args

const wanted = chosen(parts, words)
if (wanted.length === 0) {
  console.error(`no row is named ${words.join(' ')}; npm run bench -- --list names them`)
  process.exit(2)
}
if (options.list) {
  for (const { name, rows } of wanted) {
    for (const { target, what } of rows)
      console.log(`${String(target ?? '').padStart(2)}  ${name.padEnd(9)} ${what}`)
  }
  process.exit(0)
}

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-bench-'))
const byNode = new Map<string, Line[]>()
const begun = performance.now()
for (const [index, major] of (options.node ?? ['20', '24']).entries()) {
  const own = process.versions.node.startsWith(`${major}.`)
  const lines = join(folder, `${major}.json`)
  const script = fileURLToPath(new URL('./one-node.ts', import.meta.url))
  const rounds = options.rounds ?? (options.quick ? 'quick' : 'full')
  const args = ['--import', 'tsx', script, lines, rounds, index === 0 ? 'first' : 'again', ...words]
  const { status } = spawnSync(own ? process.execPath : nodeOf(major), args, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
  else byNode.set(major, JSON.parse(readFileSync(lines, 'utf8')))
}
rmSync(folder, { recursive: true, force: true })
if (byNode.size > 1) printSideBySide(byNode)
const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
console.log(`\n${totals([...byNode.values()].flat())}, in ${minutes} minutes`)
