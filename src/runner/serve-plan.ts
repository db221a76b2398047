import { runnerCommand } from '../library/run/runner-command.ts'
import { mayConfigureItself } from '../loader/module-hints.ts'
import { needsOwnToken } from '../options/checks/caller-check.ts'
import { outputFor, type Settings } from '../options/settings.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { isConvertible, schemaFault } from '../protocol/schema-check.ts'
import type { ServerSource } from '../protocol/source.ts'
import type { Command } from '../remote/program/child-upstream.ts'
import { announce } from '../serve/announce.ts'
import { serveInProcess } from '../serve/lifecycle.ts'
import type { Log } from '../serve/serve-options.ts'
import { loadPlan } from './load-plan.ts'
import { nextSteps } from './next-steps.ts'
import { loadingWords, type Plan } from './plan.ts'
import { runItself } from './run-itself.ts'
import { serveSource, withCode } from './serve-loaded.ts'
import { sessionPrograms } from './session-programs.ts'
import { beginServing, checkWorkers } from './worker-role.ts'

/**
 * Binds the port, loads the file, serves what it exports, and returns the exit code when all is done.
 * @param commands the commands there are, for what is said of them.
 */
export function servePlan(plan: Plan, commands: readonly string[]): Promise<number> {
  const { entry, settings, worker } = plan
  const said = { output: outputFor(settings) }
  const log: Log = (level, message, fields) => said.output.log(level, message, fields)
  return serveInProcess(
    {
      file: entry.shown,
      loadLimit: plan.debugged ? 0 : settings.loadTimeout.value * 1000,
      log,
      withParent: worker !== undefined,
    },
    async (owner) => {
      const bound = bindsEarly(plan) ? await (await http()).openPort(settings, log) : undefined
      try {
        const loading = loadPlan(plan, owner)
        const { loaded, inCode, prepareNext } = await (worker?.loading(loading) ?? loading)
        const final = withCode(plan, loaded, inCode)
        said.output = outputFor(final)
        const { output } = said
        checkWorkers(final, worker)
        if (loaded.kind === 'runnable') {
          const itself = await runItself(loaded.server, final, { file: loaded.file, owner, bound, output })
          if (itself) return itself
        }
        const isLoaded = loaded.kind === 'source'
        const source = isLoaded
          ? loaded.source
          : await sessionPrograms(await commandOf(plan), final, output.log)
        // The port has been left to a `run()` that did not take it.
        const parts = { bound: isLoaded ? bound : undefined, log, stdio: owner.stdioClient, worker }
        const running = await serveSource(source, final, parts)
        return {
          running,
          serves: () => {
            prepareNext()
            beginServing(worker, running.url, owner, () => {
              const label = `${entry.shown}:${loaded.exportName}`
              const after = stepsAfter(plan, source, final, commands)
              announce({ source, running, settings: final, output, label, nextSteps: after })
              if (loaded.kind === 'source') warnOfSchemasSoon(loaded.server, output.log)
            })
            if (isLoaded && running.url !== undefined) checkToolScopes(source, final, output.log)
          },
        }
      } catch (error) {
        await bound?.abandon()
        throw error
      }
    },
  )
}

/** What may be typed next, once the server is there. */
function stepsAfter(
  { entry }: Plan,
  { auth }: ServerSource,
  settings: Settings,
  commands: readonly string[],
) {
  const steps = nextSteps(commands)
  return (url: string | undefined) =>
    steps({
      spec: specOf(entry),
      url,
      tokenEnv: settings.tokenEnv.value,
      hook: auth !== undefined || needsOwnToken(settings),
    })
}

/** Loaded for HTTP alone: a client on stdio waits for this process from its first line on. */
const http = () => import('../serve/http-port.ts')

/** What serves the same file on stdio. */
async function commandOf(plan: Plan): Promise<Command> {
  const { file, exportName } = plan.entry
  const spec = exportName === undefined ? file : `${file}:${exportName}`
  return { ...runnerCommand(spec, await loadingWords(plan)), cwd: undefined }
}

/** The server as one would name it again. */
const specOf = ({ shown, exportName }: Plan['entry']) =>
  exportName === undefined ? shown : `${shown}:${exportName}`

/** Before user code runs, unless that code may still choose the address. */
function bindsEarly({ entry, settings, worker }: Plan): boolean {
  if (settings.transport.value === 'stdio') return false
  // Whoever connects is to be taken in by a process that serves already.
  if (worker?.welcome.first === false) return false
  return settings.port.origin !== 'default' || !mayConfigureItself(entry.file)
}

/** Loaded for those who give tools scopes from outside. */
function checkToolScopes(source: ServerSource, { toolScopes }: Settings, log: Log): void {
  if (Object.keys(toolScopes.value).length === 0) return
  void import('../serve/auth/unknown-tools.ts').then((found) =>
    found.warnOfUnknownTools(source, toolScopes.value, log),
  )
}

/** Milliseconds after the start, when the first client has its answers and nobody waits for this. */
const warningDelay = 1_000

/**
 * Names the tools of an SDK server whose schemas clients cannot be told: with one of them the SDK fails the whole
 * list, and says so to nobody but the client.
 */
function warnOfSchemasSoon(server: object | undefined, log: Log): void {
  const tools: unknown = server && Reflect.get(server, '_registeredTools')
  if (!isRecord(tools)) return
  setTimeout(() => {
    for (const [name, tool] of Object.entries(tools)) {
      const schema = isRecord(tool) ? tool.inputSchema : undefined
      const fault = isConvertible(schema) ? schemaFault(schema, 'input') : undefined
      if (fault !== undefined) log('warning', `tool "${name}": input ${fault}`)
    }
  }, warningDelay).unref()
}
