// Changes the tokens of guarded servers again and again under load, and says whether anybody was refused or admitted
// wrongly, and how soon a change counts: npm run test:rotation [-- --seconds 60 --clients 16 --only introspect]
import { Command } from 'commander'
import { guards } from '../test/trust/rotation/guards.ts'
import { type Rotated, rotate } from '../test/trust/rotation/rotate.ts'

const options = new Command()
  .option('--seconds <count>', 'how long each guard is tried', '60')
  .option('--clients <count>', 'clients that call meanwhile, of both eras', '16')
  .option('--only <word>', 'the guards whose flag holds this')
  .parse()
  .opts<{ seconds: string; clients: string; only?: string }>()

/** The middle and the worst of some milliseconds. */
function spread(all: ReadonlyMap<string, number>): string {
  const list = [...all.values()].sort((a, b) => a - b)
  if (list.length === 0) return 'never'
  return `${list[Math.floor(list.length / 2)]?.toFixed(0)} – ${list.at(-1)?.toFixed(0)} ms`
}

function tell(flag: string, { turns, ledger, sessions }: Rotated): boolean {
  const { counts, latency, faults } = ledger
  const calls = Object.values(counts).reduce((sum, count) => sum + count, 0)
  console.log(`${flag}: ${turns} changes, ${calls} requests, ${sessions.kept} calls of tools answered`)
  console.log(
    `  wrongly refused ${counts['wrongly refused']}, wrongly admitted ${counts['wrongly admitted']}`,
  )
  console.log(`  503 while its server was away: ${counts.unavailable}, wrong answers ${sessions.lost}`)
  console.log(
    `  a new token counts after ${spread(latency.good)}; one that is gone counts for ${spread(latency.gone)}`,
  )
  for (const fault of faults.slice(0, 10)) console.log(`  ${fault}`)
  return turns > 0 && sessions.kept > 0 && faults.length + sessions.lost === 0
}

const chosen = Object.entries(guards).filter(([flag]) => flag.includes(options.only ?? ''))
if (chosen.length === 0)
  throw new Error(`no guard is named ${options.only}; there are ${Object.keys(guards).join(', ')}`)
for (const [flag, guard] of chosen) {
  const rotated = await rotate(guard, { seconds: Number(options.seconds), clients: Number(options.clients) })
  if (!tell(flag, rotated)) process.exitCode = 1
}
process.exit()
