import type { ParsedArgs } from '../options/run-arguments.ts'
import { runOptions } from '../options/run-options.ts'
import { checkSettings, type Given, givenByEnv, outputFor, resolveSettings } from '../options/settings.ts'
import { announce } from '../serve/announce.ts'
import { ProcessOwner } from '../serve/process-owner.ts'
import { exitCodes } from '../terminal/errors.ts'
import { writeAnswer } from '../terminal/output.ts'
import type { ExternalServer } from './gateway-destination.ts'
import { nextSteps } from './next-steps.ts'
import { applyEnvironment } from './plan.ts'
import { serveSource } from './serve-source.ts'

/** Serves what is reached rather than loaded, and returns the exit code when all is done. */
export async function serveGateway(
  reached: ExternalServer,
  { spec, given }: Pick<ParsedArgs, 'spec' | 'given'>,
  commands: readonly string[],
): Promise<number> {
  const flags = Object.fromEntries(
    Object.entries(given).filter(([name]) => Object.hasOwn(runOptions, name)),
  ) as Given
  const settings = resolveSettings({ flag: flags, env: givenByEnv(process.env) })
  checkSettings(settings)
  if (settings.printConfig.value) {
    writeAnswer((await import('./print-config.ts')).shapeText(reached.shape, settings))
    return exitCodes.ok
  }
  applyEnvironment(settings, process.cwd(), process.env)
  const output = outputFor(settings)
  const source = reached.source(output.log, {
    maxBody: settings.maxBody.value,
    maxProcesses: settings.maxProcesses.value,
  })
  const owner = new ProcessOwner({ file: reached.label, loadLimit: 0, log: output.log })
  try {
    const running = await serveSource(source, settings, { front: undefined, owner, output })
    owner.serving(running)
    const steps = nextSteps(commands)
    announce({
      source,
      running,
      settings,
      output,
      nextSteps: (url) => (url === undefined ? [] : steps({ spec, url, tokenEnv: settings.tokenEnv.value })),
    })
  } catch (error) {
    owner.release()
    throw error
  }
  return owner.exit(await owner.finished)
}
