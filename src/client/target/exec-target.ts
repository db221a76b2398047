import { wholeEnvironment } from '../../files/environment.ts'
import type { CommandOptions } from '../../library/connect/client-transports.ts'
import { givenByEnv, resolveSettings } from '../../options/settings.ts'
import { checkCommand, execCommand } from '../../remote/program/exec-command.ts'
import { applyEnvironment } from '../../runner/plan.ts'
import type { TargetOptions } from './use-client.ts'

/**
 * The program that `--exec` names, with the whole environment of this process and what the line adds to it.
 * @throws CliError (exit 2) when it is no command, (exit 3) when program not found.
 */
export function execTarget(exec: string, spec: string, { given, userArgs }: TargetOptions): CommandOptions {
  const { command, args } = execCommand(exec, spec, userArgs)
  const settings = resolveSettings({ flag: given, env: givenByEnv(process.env) })
  applyEnvironment(settings, process.cwd(), process.env)
  checkCommand({ command, args, env: process.env }, '--exec')
  return { command, args, env: wholeEnvironment() }
}
