// Asks of some hundred small projects whether a TypeScript file means to our program what it means to Node:
// npm run test:meaning [-- --only word --way cold,saved --node 24 --reference --list --brief]
import { Command } from 'commander'
import pc from 'picocolors'
import type { MeaningCase, Way } from '../test/loader/meaning/case.ts'
import { faultsOf } from '../test/loader/meaning/judge.ts'
import { type Telltale, withNode24, withOurs, withTsx } from '../test/loader/meaning/programs.ts'
import { table } from '../test/loader/meaning/table.ts'
import { nodeOf } from './node-versions.mjs'

const allWays: readonly Way[] = ['cold', 'warm', 'settled', 'no-cache', 'saved']

/** An option that may be repeated. */
const all = (word: string, before: string[] = []) => [...before, word]
const options = new Command()
  .option('--only <word>', 'cases whose name holds one of these words', all)
  .option('--way <ways>', 'some ways of starting, with commas between them')
  .option('--node <major>', 'a major version of Node')
  .option(
    '--reference',
    'start tsx and Node 24 instead, or one of them by --way: is the table right about them?',
    false,
  )
  .option('--list', 'print the names and whom each follows', false)
  .option('--brief', 'print no case that is right, and of the wrong ones only their names', false)
  .parse()
  .opts<{
    only?: string[]
    way?: string
    node?: string
    reference: boolean
    list: boolean
    brief: boolean
  }>()

const wanted = options.way?.split(',')
const ways = wanted ? allWays.filter((way) => wanted.includes(way)) : allWays
const chosen = [...table].filter(
  ([name]) => !options.only || options.only.some((word) => name.includes(word)),
)
if (options.list) for (const [name, { follows }] of chosen) console.log(`${name}\n    ${follows}`)
else process.exitCode = (await runAll()) ? 0 : 1

async function runAll(): Promise<boolean> {
  // The table says what tsx gives on the Node whose own types it is compared with.
  const version = options.node ?? (options.reference ? '24' : undefined)
  const own = process.versions.node.split('.')[0] ?? ''
  const major = version ?? own
  const node = major === own ? process.execPath : nodeOf(major)
  const count = { right: 0, wrong: 0, skipped: 0 }
  for (const [name, one] of chosen) {
    if (one.since !== undefined && Number(major) < one.since) {
      count.skipped++
      continue
    }
    const told = options.reference ? await withReferences(one, node) : await withOurs(one, { node, ways })
    if (report(name, one, major, told)) count.right++
    else count.wrong++
  }
  console.log(
    `\n${chosen.length} cases on Node ${major}: ${count.right} right, ${count.wrong} wrong` +
      (count.skipped > 0 ? `, ${count.skipped} of newer versions` : ''),
  )
  return count.wrong === 0
}

async function withReferences(one: MeaningCase, node: string): Promise<Telltale[]> {
  const told: Telltale[] = []
  if (!wanted || wanted.includes('tsx')) told.push(...(await withTsx(one, node)))
  if (!wanted || wanted.includes('node24')) told.push(...(await withNode24(one, nodeOf('24'))))
  return told
}

/** Prints how a case went. */
function report(name: string, one: MeaningCase, major: string, told: readonly Telltale[]): boolean {
  const wrong = told
    .map((telltale) => ({ way: telltale.way, faults: faultsOf(one, major, telltale) }))
    .filter(({ faults }) => faults.length > 0)
  if (wrong.length === 0) {
    if (!options.brief) console.log(`${pc.green('right')}  ${name}`)
    return true
  }
  const all = wrong.length === told.length ? '' : pc.dim(` (${wrong.map(({ way }) => way).join(', ')})`)
  console.log(`${pc.red('wrong')}  ${name}${all}`)
  if (options.brief) return false
  // Ways that differ in the same manner are told of once.
  const manners = new Map<string, string[]>()
  for (const { way, faults } of wrong) {
    const text = faults.join('\n')
    manners.set(text, [...(manners.get(text) ?? []), way])
  }
  for (const [text, of] of manners) console.log(`  ${pc.dim(of.join(', '))}\n${text.replace(/^/gm, '  ')}`)
  console.log(pc.dim(`    ${one.follows}`))
  return false
}
