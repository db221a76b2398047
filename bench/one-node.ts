// The rows on the Node that this is started with, by bench.ts: lines.json full|quick|<rounds> first|again [word ...]
import { writeFileSync } from 'node:fs'
import { chosen } from './harness/choose.ts'
import { Lab } from './harness/lab.ts'
import { loadBefore, Noise } from './harness/noise.ts'
import { type Line, lineOf, printHead, printLine } from './harness/print.ts'
import { measure } from './harness/rounds.ts'
import { parts } from './parts.ts'

const [file = '', rounds = 'full', turn = 'first', ...words] = process.argv.slice(2)
const major = Number(process.versions.node.split('.')[0])
const load = loadBefore()
console.log(`\nNode ${process.versions.node}, ${load.text}`)
if (load.tooMuch) console.log('This machine is busy: what follows is not to be believed.')

const lines: Line[] = []
for (const part of chosen(parts, words)) {
  if (part.once && turn !== 'first') continue
  const [full, quick] = part.rounds
  const count = rounds === 'full' ? full : rounds === 'quick' ? quick : Number(rounds)
  const noise = new Noise()
  using lab = new Lab()
  printHead(`${part.name}, ${count} rounds`)
  const measured = await measure(part.rows, count, lab, noise)
  for (const one of measured) {
    const line = lineOf(one, part.name, major, noise.isLoud)
    lines.push(line)
    printLine(line)
  }
  const level = `${Math.round((noise.level - 1) * 100)} %`
  if (noise.isLoud)
    console.log(`    Others took ${level} of the processor: too loud to tell what is near its target.`)
}
writeFileSync(file, JSON.stringify(lines))
process.exit()
