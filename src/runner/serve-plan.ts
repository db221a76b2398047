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
 * Binds the port, loads the file, serves its server, and returns the exit code.
 * @param commands the available commands, for suggestions.
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
        // The bound port was released for a `run()` that did not use it.
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

/** The next steps to suggest once the server is running. */
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

/** Loaded only for HTTP: a client on stdio waits for the start of this process. */
const http = () => import('../serve/http-port.ts')

/** The command that serves the same file on stdio. */
async function commandOf(plan: Plan): Promise<Command> {
  const { file, exportName } = plan.entry
  const spec = exportName === undefined ? file : `${file}:${exportName}`
  return { ...runnerCommand(spec, await loadingWords(plan)), cwd: undefined }
}

/** The server's spec as the user would type it. */
const specOf = ({ shown, exportName }: Plan['entry']) =>
  exportName === undefined ? shown : `${shown}:${exportName}`

/** Whether to bind before user code runs: not if that code may choose the address. */
function bindsEarly({ entry, settings, worker }: Plan): boolean {
  if (settings.transport.value === 'stdio') return false
  // New connections should go to a process that is already serving.
  if (worker?.welcome.first === false) return false
  return settings.port.origin !== 'default' || !mayConfigureItself(entry.file)
}

/** Loaded only if tool scopes are configured by options. */
function checkToolScopes(source: ServerSource, { toolScopes }: Settings, log: Log): void {
  if (Object.keys(toolScopes.value).length === 0) return
  void import('../serve/auth/unknown-tools.ts').then((found) =>
    found.warnOfUnknownTools(source, toolScopes.value, log),
  )
}

/** Milliseconds after the start, when the first client has been answered. */
const warningDelay = 1_000

/**
 * Warns of tools of an SDK server whose schemas cannot be converted: one of them makes the SDK fail the whole list, and
 * only the client sees the error.
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
