import { type CommandLine, type GivenFor, parseCommandLine } from '../options/command-line.ts'
import { devOptions, devTable } from '../options/dev-options.ts'
import { shown } from '../options/option.ts'
import { type RunOptionName, runOptions } from '../options/run-options.ts'
import { valuesOf } from '../options/values.ts'
import { type PlanArgs, planOf } from '../runner/plan.ts'
import { usageError } from '../terminal/errors.ts'
import { printed } from '../terminal/output.ts'

type DevLine = CommandLine<keyof typeof devTable>

/** `fastmcp dev`: serve a file while it is being edited, with every client connected throughout. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, devTable)
  if (line.help) return printed((await import('../options/help/run-help.ts')).devHelp())
  if (line.given.workers)
    throw usageError(
      '--workers has no effect in fastmcp dev, which serves new code at once. Use fastmcp run.',
    )
  if (line.given.redis)
    throw usageError('--redis has no effect in fastmcp dev, which serves new code at once. Use fastmcp run.')
  const [cwd, env] = [process.cwd(), { ...process.env }]
  const args = planArgs(line)
  // Read again for every save, since fastmcp.json may be what was saved.
  const usual = { transport: { value: 'streamable-http', from: 'fastmcp dev' } }
  const plan = () => planOf(args, cwd, env, usual, ['workers'])
  const first = plan()
  if (first.settings.printConfig.value)
    return printed((await import('../runner/print-config.ts')).configText(first))
  const options = valuesOf(devOptions, line.given, env)
  const portNamed = line.given.inspectorPort !== undefined || env.FASTMCP_INSPECTOR_PORT !== undefined
  return (await import('../dev/front/dev-serve.ts')).serveDev({
    plan,
    first,
    options,
    portNamed,
    portFallback: true,
    cwd,
    env,
  })
}

function planArgs({ words, given, userArgs }: DevLine): PlanArgs {
  // `fastmcp dev inspector server.ts` is how people know it from elsewhere.
  const [spec = '', ...extra] = words[0] === 'inspector' ? words.slice(1) : words
  if (extra.length > 0) {
    throw usageError(
      `one server at a time; arguments for it go after --, as in: -- ${extra.map(shown).join(' ')}`,
    )
  }
  const forRun = Object.entries(given).filter(([name]) => name in runOptions)
  return { spec, userArgs, given: Object.fromEntries(forRun) as GivenFor<RunOptionName> }
}
