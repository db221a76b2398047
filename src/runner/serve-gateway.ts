import { needsOwnToken } from '../options/caller-check.ts'
import type { ParsedArgs } from '../options/run-arguments.ts'
import { runOptions } from '../options/run-options.ts'
import { checkSettings, type Given, givenByEnv, outputFor, resolveSettings } from '../options/settings.ts'
import { announce } from '../serve/announce.ts'
import { serveInProcess } from '../serve/lifecycle.ts'
import { serveOn } from '../serve/serve-on.ts'
import { exitCodes, loadError } from '../terminal/errors.ts'
import { writeAnswer } from '../terminal/output.ts'
import type { ExternalServer } from './external-server.ts'
import { nextSteps } from './next-steps.ts'
import { applyEnvironment } from './plan.ts'

/** Serves an external server, and returns the exit code when all is done. */
export async function serveGateway(
  external: ExternalServer,
  { spec, given }: Pick<ParsedArgs, 'spec' | 'given'>,
  commands: readonly string[],
): Promise<number> {
  const flags = Object.fromEntries(
    Object.entries(given).filter(([name]) => Object.hasOwn(runOptions, name)),
  ) as Given
  const settings = resolveSettings({ flag: flags, env: givenByEnv(process.env) })
  checkSettings(settings)
  if (settings.printConfig.value) {
    writeAnswer((await import('./print-config.ts')).shapeText(external.shape, settings))
    return exitCodes.ok
  }
  applyEnvironment(settings, process.cwd(), process.env)
  const output = outputFor(settings)
  const { source, startAhead } = external.open(output.log, {
    maxBody: settings.maxBody.value,
    maxProcesses: settings.maxProcesses.value,
  })
  return serveInProcess({ file: external.label, loadLimit: 0, log: output.log }, async (owner) => {
    const running = await serveOn(source, settings, { log: output.log, stdio: owner.stdioClient })
    const steps = nextSteps(commands)
    const after = (url: string | undefined) =>
      url === undefined
        ? []
        : steps({
            spec,
            url,
            tokenEnv: settings.tokenEnv.value,
            hook: needsOwnToken(settings),
          })
    const serves = () => announce({ source, running, settings, output, nextSteps: after })
    // On stdio the client is there already, and speaks first.
    if (running.url === undefined) return { running, serves }
    const lost = startAhead().then(async (how) => {
      await running.close()
      throw loadError(`${how} before any client came`, '  what it printed is above')
    })
    return { running, serves, until: Promise.race([owner.finished, lost]) }
  })
}
