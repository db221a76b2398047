// Writes docs/flows.md from a trace of the running program: npm run docs:flows. With --check it compares instead.
import { readFileSync, writeFileSync } from 'node:fs'
import { root } from '../test/support/program.ts'
import { flows, serverOf } from './flows/flows.ts'
import { faultsIn, type Played, pageOf } from './flows/page.ts'
import { Stage } from './flows/stage.ts'
import { tracedProgram } from './flows/traced-program.ts'

const path = `${root}docs/flows.md`
const played: Played[] = []
using traced = await tracedProgram()
for (const flow of flows) {
  using stage = new Stage(traced, serverOf('sun'))
  await flow.play(stage)
  played.push({ flow, parts: stage.parts })
}
const page = pageOf(played)
const faults = faultsIn(played)
if (!process.argv.includes('--check')) writeFileSync(path, page)
else if (readFileSync(path, 'utf8') !== page)
  faults.push('docs/flows.md is not what the program does: npm run docs:flows')
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
