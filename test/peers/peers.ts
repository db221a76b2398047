import { join } from 'node:path'
import { Command } from 'commander'
import { closingLine } from '../../scripts/totals.mjs'
import { root } from '../support/program.ts'
import { page } from './page.ts'
import { nameOf, type Peer, type Server } from './peer.ts'
import { prepare } from './prepare.ts'
import { Rows } from './rows.ts'
import { servers } from './servers.ts'
import type { Came } from './step.ts'
import { build } from './steps/build.ts'
import { dev } from './steps/dev.ts'
import { inspect } from './steps/inspect.ts'
import { list } from './steps/list.ts'
import { run } from './steps/run.ts'
import { plainly, type Tool, toolsAt } from './tools.ts'
import { ending, walk } from './walk.ts'

// Public servers, from npm and from their sources, under each command beside plain Node or tsx:
//   npm run peers [-- --resume --step run,dev part-of-a-name ...]
const line = new Command()
  .argument('[part...]', 'parts of the names of servers')
  .option('--resume', 'leaves out what has been done', false)
  .option('--page', 'writes the page alone', false)
  .option('--step <names>', 'these steps alone, separated by commas')
  .parse()
const values = line.opts<{ resume: boolean; page: boolean; step?: string }>()
const positionals = line.args
const steps = [run, list, inspect, dev, build].filter(
  ({ name }) => values.step === undefined || values.step.split(',').includes(name),
)
const chosen = servers.filter(
  (server) => positionals.length === 0 || positionals.some((part) => nameOf(server).includes(part)),
)
const record = new Rows(join(root, '.cache', 'peers', 'rows.jsonl'))
const startLimit = 90_000

/** What others have in their repositories is run from there, and not built. */
const stepsOf = (server: Server) => steps.filter(({ name }) => 'package' in server || name !== 'build')

if (!values.page) for (const server of chosen) await row(server)
finish()

async function row(server: Server): Promise<void> {
  const name = nameOf(server)
  const left = stepsOf(server).filter((step) => !(values.resume && record.get(name, step.name)))
  if (left.length === 0) return
  let peer: Peer
  try {
    peer = prepare(server)
  } catch (error) {
    console.log(`${name}: cannot be had: ${String(error).split('\n')[0]}`)
    return
  }
  try {
    const tools = await ending(startLimit, () => toolsAt(plainly(peer)))
    for (const step of left) tell(await walk(step, peer, tools), tools)
  } catch (error) {
    console.log(`${name}: does not start under plain Node: ${String(error).slice(0, 200)}`)
  } finally {
    peer.close()
  }
}

function tell(came: Came, tools: readonly Tool[]): void {
  record.add(came)
  const { server, step, is, words = '', took } = came
  console.log(
    `${server} (${tools.length} tools) ${step}: ${is}, ${took} ms ${words.replaceAll('\n', '\n  ')}`.trimEnd(),
  )
}

function finish(): void {
  const names = chosen.map(nameOf)
  console.log(
    `\n${page(
      names,
      steps.map(({ name }) => name),
      record,
    )}`,
  )
  const all = names.flatMap((name) => steps.map((step) => record.get(name, step.name)))
  const count = (is: Came['is'] | undefined) => all.filter((came) => came?.is === is).length
  const failed = count('wrong')
  console.log(closingLine({ passed: count('right'), failed, skipped: count('refused') + count(undefined) }))
  process.exitCode = failed > 0 ? 1 : 0
}
