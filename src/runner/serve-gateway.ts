import { needsOwnToken } from '../options/checks/caller-check.ts'
import type { ParsedArgs } from '../options/run-arguments.ts'
import { runOptions } from '../options/run-options.ts'
import {
  checkSettings,
  type Given,
  givenByEnv,
  outputFor,
  resolveSettings,
  type Settings,
} from '../options/settings.ts'
import { announce } from '../serve/announce.ts'
import { serveInProcess } from '../serve/lifecycle.ts'
import { serveTransport } from '../serve/serve-transport.ts'
import { exitCodes, loadError } from '../terminal/errors.ts'
import { writeAnswer } from '../terminal/output.ts'
import { nextSteps } from './next-steps.ts'
import type { ExternalServer } from './program-source.ts'
import { beginServing, checkWorkers, wantsWorkers } from './worker-role.ts'
import type { WorkerLink } from './workers/worker-link.ts'

interface GatewayParts {
  /** The available commands, for suggestions. */
  readonly commands: readonly string[]
  /** Its connection to the primary, if it is one of several processes. */
  readonly worker: WorkerLink | undefined
  /** Serves with several processes. */
  withWorkers(settings: Settings): Promise<number>
}

/** The settings for serving an external server, from command line and environment. */
export function gatewaySettings(given: ParsedArgs['given']): Settings {
  const flags = Object.fromEntries(
    Object.entries(given).filter(([name]) => Object.hasOwn(runOptions, name)),
  ) as Given
  return resolveSettings({ flag: flags, env: givenByEnv(process.env) })
}

/** Serves an external server, and returns the exit code. */
export async function serveGateway(
  external: ExternalServer,
  { spec, settings }: { spec: string; settings: Settings },
  { commands, worker, withWorkers }: GatewayParts,
): Promise<number> {
  checkSettings(settings)
  if (settings.printConfig.value) {
    writeAnswer((await import('./print-config.ts')).shapeText(external.shape, settings))
    return exitCodes.ok
  }
  if (wantsWorkers(settings) && !worker) return withWorkers(settings)
  checkWorkers(settings, worker)
  const output = outputFor(settings)
  const { source, startAhead } = external.open(output.log, {
    maxBody: settings.maxBody.value,
    maxProcesses: settings.maxProcesses.value,
  })
  const owned = { file: external.label, loadLimit: 0, log: output.log, withParent: worker !== undefined }
  return serveInProcess(owned, async (owner) => {
    const running = await serveTransport(source, settings, {
      log: output.log,
      stdio: owner.stdioClient,
      worker,
    })
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
    const say = () => announce({ source, running, settings, output, nextSteps: after })
    const serves = () => beginServing(worker, running.url, owner, say)
    // On stdio the client is already connected, and sends the first message.
    if (running.url === undefined) return { running, serves }
    const lost = startAhead().then(async (how) => {
      await running.close()
      throw loadError(`${how} before any client came`, '  what it printed is above')
    })
    return { running, serves, until: Promise.race([owner.finished, lost]) }
  })
}
