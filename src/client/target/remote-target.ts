import { wholeEnvironment } from '../../files/environment.ts'
import type { CommandOptions } from '../../library/connect/client-transports.ts'
import { givenByEnv, resolveSettings } from '../../options/settings.ts'
import { checkCommand, execCommand } from '../../remote/program/exec-command.ts'
import { applyEnvironment } from '../../runner/plan.ts'
import type { TargetOptions, Use } from './use-client.ts'
import { useClient } from './use-client.ts'

/** Uses a server that is not loaded here: at a URL, or a command that `connect()` starts. */
export async function withRemote(
  to: unknown,
  label: string,
  options: TargetOptions,
  use: Use,
): Promise<number> {
  const abort = new AbortController()
  const interrupt = () => abort.abort()
  process.once('SIGINT', interrupt)
  try {
    const streams = { input: process.stdin, output: process.stdout }
    const { timeout } = options
    return await useClient(
      { to, era: 'auto', label, source: undefined, signal: abort.signal, interrupt, timeout, ...streams },
      use,
    )
  } finally {
    process.off('SIGINT', interrupt)
  }
}

/**
 * The program that `--exec` names, with the whole environment of this process and what the line adds to it.
 * @throws CliError (exit 2) when it is no command, (exit 3) when the program is not found.
 */
export function execTarget(exec: string, spec: string, { given, userArgs }: TargetOptions): CommandOptions {
  const { command, args } = execCommand(exec, spec, userArgs)
  const settings = resolveSettings({ flag: given, env: givenByEnv(process.env) })
  applyEnvironment(settings, process.cwd(), process.env)
  checkCommand({ command, args, env: process.env }, '--exec')
  return { command, args, env: wholeEnvironment() }
}
