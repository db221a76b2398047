import { exitCodes } from '../errors.ts'
import { devOptions, reloadOptions } from '../options/dev-options.ts'
import { parseRunArgs } from '../options/parse-args.ts'
import { defaultsOf, valuesOf } from '../options/values.ts'
import { writeAnswer } from '../output.ts'
import { applyEnvironment, type Plan, type PlanArgs, planOf } from './plan.ts'

/** `fastmcp run`: find the file, bind the port, load the file, serve what it exports, and stop in order. */
export async function run(argv: readonly string[], commands: readonly string[] = []): Promise<number> {
  const args = parseRunArgs(argv)
  if (args.help) return print((await import('./run-help.ts')).runHelp())
  const plan = planOf(args, process.cwd(), process.env)
  if (plan.settings.printConfig.value) return print((await import('./print-config.ts')).configText(plan))
  const { reload, reloadDir } = valuesOf(reloadOptions, args.given, process.env)
  if (reload) return serveAgain(args, plan, reloadDir)
  applyEnvironment(plan.settings, process.cwd(), process.env)
  return (await import('./serve-plan.ts')).servePlan(plan, commands)
}

/** `fastmcp run --reload` is `fastmcp dev` without its page, on the transport and port of `fastmcp run`. */
async function serveAgain(args: PlanArgs, first: Plan, watch: string[]): Promise<number> {
  const [cwd, env] = [process.cwd(), { ...process.env }]
  const options = { ...defaultsOf(devOptions), inspector: false, watch }
  const plan = () => planOf(args, cwd, env)
  const { serveDev } = await import('./dev-serve.ts')
  return serveDev({ plan, first, options, portNamed: true, drift: false, cwd, env })
}

function print(text: string): number {
  writeAnswer(text)
  return exitCodes.ok
}
