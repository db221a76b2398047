// Runs the scenarios one after another, prints what each has come to, and fails when one is beyond its bounds.
import { resolve } from 'node:path'
import { Command } from 'commander'
import { program } from '../support/program.ts'
import { faultsOf, rowOf, titles } from './judge.ts'
import { runScenario } from './run-scenario.ts'
import { scenarios } from './scenarios.ts'
import { tableOf } from './table.ts'

const line = new Command().argument('[name...]').option('--bin <file>', 'the program', program).parse()
const values = line.opts<{ bin: string }>()
const positionals = line.args
const chosen = scenarios.filter(
  ({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)),
)
if (chosen.length === 0) {
  process.stderr.write(`no such scenario; there are ${scenarios.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}

// Whatever was started ends with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const rows: string[][] = []
const faults: string[] = []
for (const scenario of chosen) {
  process.stderr.write(`${scenario.title} …\n`)
  const figures = await runScenario(scenario, resolve(values.bin))
  rows.push(rowOf(figures))
  faults.push(...faultsOf(figures).map((fault) => `${scenario.name}: ${fault}`))
}
process.stdout.write(`\n${tableOf(titles, rows)}\n`)
for (const fault of faults) process.stdout.write(`✗ ${fault}\n`)
process.exitCode = faults.length === 0 ? 0 : 1
