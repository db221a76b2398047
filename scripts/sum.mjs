// Runs commands one after another and ends with one line that adds up theirs: node scripts/sum.mjs 'npm test' ...
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { add, closingLine, totalsIn } from './totals.mjs'

const total = { passed: 0, failed: 0, skipped: 0 }
for (const command of process.argv.slice(2)) {
  const { code, totals } = await run(command)
  console.log(`${command}: ${totals ? closingLine(totals) : 'no totals'}, exit code ${code}`)
  add(total, totals, code)
}
console.log(closingLine(total))
process.exit(total.failed > 0 ? 1 : 0)

/** Shows what a command prints but for its closing line, of which there is to be one at the very end. */
function run(command) {
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'inherit'] })
  let totals
  createInterface({ input: child.stdout }).on('line', (line) => {
    const found = totalsIn(line)
    if (found) totals = found
    else console.log(line)
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? 1, totals })))
}
