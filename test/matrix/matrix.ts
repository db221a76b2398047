import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { closingLine } from '../../scripts/totals.mjs'
import { root } from '../support/program.ts'
import { grid } from './grid.ts'
import { Homes } from './homes.ts'
import { judge, type Verdict } from './judge.ts'
import { packagesOf } from './packages.ts'
import { writePage } from './page.ts'
import { doAll } from './pool.ts'
import { type Pair, pairsOf, selected } from './select.ts'
import { type Walked, walk } from './walk.ts'

// Every shape on every journey; scripts/matrix.mjs starts this on the Node that is wanted.

/** Clients and programs of that many cells at once stay within the memory of a small machine. */
const width = { least: 6, most: 16 }
const major = Number(process.versions.node.split('.')[0])
const selection = selected(process.argv.slice(2))
const pairs = pairsOf(selection)
const started = performance.now()
const folder = join(root, '.cache', 'matrix')
/** Each cell as it comes, for whoever cannot wait for the last. */
const lines = join(folder, `node-${major}.jsonl`)
mkdirSync(folder, { recursive: true })
if (!selection.resume && !selection.page) rmSync(lines, { force: true })
const judged = new Map<string, Walked & Verdict>()

if (selection.page) writePage()
else {
  for (const shape of selection.shapes) packagesOf(shape)
  for (const walked of earlier()) judged.set(nameOf(walked), { ...walked, ...judge(walked, major) })
  const left = pairs.filter(({ shape, journey }) => !judged.has(`${shape.name} ${journey.name}`))
  await using homes = new Homes(left)
  await doAll(inTurns(left), (pair) => cell(pair, homes), width)
  report()
}

function nameOf({ shape, journey }: Walked): string {
  return `${shape} ${journey}`
}

async function cell(pair: Pair, homes: Homes): Promise<void> {
  const walked = await walk(pair, homes)
  const verdict = judge(walked, major)
  const name = nameOf(walked)
  judged.set(name, { ...walked, ...verdict })
  appendFileSync(lines, `${JSON.stringify(walked)}\n`)
  if (verdict.is === 'empty' && walked.took < 50) return
  const words = [verdict.is, verdict.fault, verdict.unexpected].filter(Boolean).join(', ')
  console.log(`${String(judged.size).padStart(4)}/${pairs.length} ${name}: ${words}, ${walked.took} ms`)
}

/** What an earlier run of the same cells has left, when this one goes on from there. */
function earlier(): Walked[] {
  if (!existsSync(lines)) return []
  const names = new Set(pairs.map(({ shape, journey }) => `${shape.name} ${journey.name}`))
  const all = readFileSync(lines, 'utf8').split('\n').filter(Boolean)
  return all.map((line) => JSON.parse(line) as Walked).filter((walked) => names.has(nameOf(walked)))
}

/** Those that mostly wait first, between the others: what they leave of the processors is for these. */
function inTurns(all: readonly Pair[]): Pair[] {
  const waiting = all.filter(({ journey }) => journey.waits)
  const busy = all.filter(({ journey }) => !journey.waits)
  if (waiting.length === 0) return busy
  const each = busy.length / waiting.length
  return waiting.flatMap((one, index) => [
    one,
    ...busy.slice(Math.floor(index * each), Math.floor((index + 1) * each)),
  ])
}

function report(): void {
  const all = [...judged.values()]
  const count = (is: Verdict['is']) => all.filter((one) => one.is === is).length
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(
    `\n${grid(selection.shapes, selection.journeys, (shape, journey) => judged.get(`${shape} ${journey}`))}\n`,
  )
  for (const one of all.filter(({ unexpected }) => unexpected)) console.log(`${partOf(one)}\n`)
  for (const [fault, number] of byFault(all)) console.log(`wrong: ${fault}: ${number}`)
  writeFileSync(
    join(folder, `node-${major}.json`),
    JSON.stringify({ node: process.version, seconds, cells: all }, null, 1),
  )
  console.log(
    `Node ${process.version}: ${all.length - count('empty')} cells, ${count('right')} right, ${count('refused')} refused, ` +
      `${count('wrong')} wrong, ${count('empty')} empty; ${seconds} s`,
  )
  const failed = all.filter(({ unexpected }) => unexpected).length
  console.log(closingLine({ passed: all.length - failed - count('empty'), failed, skipped: count('empty') }))
  process.exitCode = failed > 0 ? 1 : 0
}

function partOf({ shape, journey, came, unexpected }: Walked & Verdict): string {
  const title = `${shape} ${journey}: ${unexpected}`
  return came.end === 'failed' ? `${title}\n${came.why}\n${came.programs}` : title
}

function byFault(all: readonly Verdict[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const { is, fault = 'not listed' } of all) {
    if (is === 'wrong') counts.set(fault, (counts.get(fault) ?? 0) + 1)
  }
  return [...counts]
}
