import { bundleLater } from '../loader/bundle-later.ts'
import type { Loaded } from '../loader/load.ts'
import { mayConfigureItself } from '../loader/self-configured.ts'
import {
  checkSettings,
  givenByObject,
  outputFor,
  resolveSettings,
  type Settings,
} from '../options/settings.ts'
import { announce } from '../serve/announce.ts'
import type { HttpFront } from '../serve/http-front.ts'
import { ProcessOwner } from '../serve/process-owner.ts'
import { warnOfSchemasSoon } from '../serve/tool-warnings.ts'
import { usageError } from '../terminal/errors.ts'
import { loadPlan, type OptionsInCode } from './load-plan.ts'
import { nextSteps } from './next-steps.ts'
import type { Plan } from './plan.ts'
import { type ServeParts, serveSource } from './serve-source.ts'

/**
 * Binds the port, loads the file, serves what it exports, and returns the exit code when all is done.
 * @param commands the commands there are, for what is said of them.
 */
export async function servePlan(plan: Plan, commands: readonly string[]): Promise<number> {
  const { entry, settings } = plan
  let output = outputFor(settings)
  const owner = new ProcessOwner({
    file: entry.shown,
    loadLimit: settings.loadTimeout.value * 1000,
    log: (level, message) => output.log(level, message),
  })
  let front: HttpFront | undefined
  try {
    if (bindsEarly(plan)) front = await (await http()).openFront(settings, output.log)
    const { loaded, inCode, unbundled } = await loadPlan(plan, owner)
    const final = withCode(plan, loaded, inCode)
    output = outputFor(final)
    if (loaded.kind === 'runnable') return await runItself(loaded.server, final, { owner, front, output })
    const running = await serveSource(loaded.source, final, { front, owner, output })
    owner.serving(running)
    for (const work of unbundled) bundleLater(work)
    const steps = nextSteps(commands)
    announce({
      source: loaded.source,
      running,
      settings: final,
      output,
      label: `${entry.shown}:${loaded.exportName}`,
      nextSteps: (url) =>
        steps({
          spec: specOf(entry),
          url,
          tokenEnv: final.tokenEnv.value,
          hook: loaded.source.auth !== undefined,
        }),
    })
    warnOfSchemasSoon(loaded.server, output.log)
  } catch (error) {
    await front?.abandon()
    owner.release()
    throw error
  }
  return owner.exit(await owner.finished)
}

/** Loaded for HTTP alone: a client on stdio waits for this process from its first line on. */
const http = () => import('./serve-http.ts')

/** The server as one would name it again. */
const specOf = ({ shown, exportName }: Plan['entry']) =>
  exportName === undefined ? shown : `${shown}:${exportName}`

/** Before user code runs, unless that code may still choose the address. */
function bindsEarly({ entry, settings }: Plan): boolean {
  if (settings.transport.value === 'stdio') return false
  return settings.port.origin !== 'default' || !mayConfigureItself(entry.file)
}

/** What the code passed to its own `run()` counts below everything that was said from outside. */
function withCode(plan: Plan, loaded: Loaded, inCode: OptionsInCode): Settings {
  const ownOptions = loaded.kind === 'source' ? loaded.inCode : undefined
  const options = ownOptions ?? (loaded.server && inCode.get(loaded.server))
  const code = options && givenByObject(options, 'code', 'run() in the code')
  const settings = code ? resolveSettings({ ...plan.levels, code }) : plan.settings
  checkSettings(settings)
  return settings
}

/** Hands the process to an object that has its own `run()`, with the same options by the same names. */
async function runItself(
  server: { run(options: Record<string, unknown>): unknown },
  settings: Settings,
  { owner, front, output }: ServeParts,
): Promise<number> {
  // It would answer everybody, and whoever asked for a token believes that it does not.
  if (settings.tokenEnv.value !== undefined) {
    throw usageError('this server serves itself, so --token-env cannot guard it. Leave it out.')
  }
  const { transport, host, path, stateless } = settings
  const port = front?.port ?? settings.port.value
  await front?.abandon()
  owner.release()
  if (transport.value === 'stdio') {
    await server.run({ transport: 'stdio' })
    return waitForIdle()
  }
  const place = { host: host.value, port, ...(path.value !== undefined && { path: path.value }) }
  await server.run({ transport: transport.value, ...place, stateless: stateless.value })
  const usual = transport.value === 'sse' ? '/sse' : '/mcp'
  output.log('info', `listening on http://${host.value}:${port}${path.value ?? usual}`)
  return waitForIdle()
}

/** A server that runs itself keeps the process alive as long as it likes. */
function waitForIdle(): Promise<number> {
  return new Promise((resolve) => {
    process.once('beforeExit', (code) => resolve(code))
  })
}
