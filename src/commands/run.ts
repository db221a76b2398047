import { exitCodes } from '../errors.ts'
import { parseRunArgs } from '../options/parse-args.ts'
import { writeAnswer } from '../output.ts'
import { applyEnvironment, planOf } from './plan.ts'

/** `fastmcp run`: find the file, bind the port, load the file, serve what it exports, and stop in order. */
export async function run(argv: readonly string[], commands: readonly string[] = []): Promise<number> {
  const args = parseRunArgs(argv)
  if (args.help) return print((await import('./run-help.ts')).runHelp())
  const plan = planOf(args, process.cwd(), process.env)
  if (plan.settings.printConfig.value) return print((await import('./print-config.ts')).configText(plan))
  applyEnvironment(plan.settings, process.cwd(), process.env)
  return (await import('./serve-plan.ts')).servePlan(plan, commands)
}

function print(text: string): number {
  writeAnswer(text)
  return exitCodes.ok
}
