import type { Loaded } from '../loader/load.ts'
import { mayConfigureItself } from '../loader/module-hints.ts'
import {
  checkSettings,
  givenByObject,
  outputFor,
  resolveSettings,
  type Settings,
} from '../options/settings.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { isConvertible, schemaFault } from '../protocol/schema-check.ts'
import type { ServerSource } from '../protocol/source.ts'
import { announce } from '../serve/announce.ts'
import type { HttpFront } from '../serve/http-front.ts'
import { serveInProcess } from '../serve/lifecycle.ts'
import type { ProcessOwner } from '../serve/process-owner.ts'
import { type ServeParts, serveOn } from '../serve/serve-on.ts'
import type { Log, Running } from '../serve/serve-options.ts'
import { usageError } from '../terminal/errors.ts'
import type { Output } from '../terminal/output.ts'
import { loadPlan, type OptionsInCode } from './load-plan.ts'
import { nextSteps } from './next-steps.ts'
import type { Plan } from './plan.ts'

/**
 * Binds the port, loads the file, serves what it exports, and returns the exit code when all is done.
 * @param commands the commands there are, for what is said of them.
 */
export function servePlan(plan: Plan, commands: readonly string[]): Promise<number> {
  const { entry, settings } = plan
  const said = { output: outputFor(settings) }
  const log: Log = (level, message) => said.output.log(level, message)
  return serveInProcess(
    { file: entry.shown, loadLimit: plan.debugged ? 0 : settings.loadTimeout.value * 1000, log },
    async (owner) => {
      const front = bindsEarly(plan) ? await (await http()).openFront(settings, log) : undefined
      try {
        const { loaded, inCode, prepareNext } = await loadPlan(plan, owner)
        const final = withCode(plan, loaded, inCode)
        said.output = outputFor(final)
        const { output } = said
        if (loaded.kind === 'runnable')
          return { handedOver: runItself(loaded.server, final, { owner, front, output }) }
        const parts = { front, log: output.log, stdio: owner.stdioClient }
        const running = await serveSource(loaded.source, final, parts)
        return {
          running,
          serves: () => {
            prepareNext()
            const label = `${entry.shown}:${loaded.exportName}`
            const after = stepsAfter(plan, loaded.source, final, commands)
            announce({ source: loaded.source, running, settings: final, output, label, nextSteps: after })
            warnOfSchemasSoon(loaded.server, output.log)
          },
        }
      } catch (error) {
        await front?.abandon()
        throw error
      }
    },
  )
}

/** Serves a source as the settings say. */
async function serveSource(source: ServerSource, settings: Settings, parts: ServeParts): Promise<Running> {
  const bridged = settings.transport.value !== 'streamable-http' && source.appOnly
  return serveOn(bridged ? await bridge(source, settings, parts.log) : source, settings, parts)
}

/** What speaks MCP on paths of its own only is asked there for clients on stdio, and on SSE if it has none itself. */
async function bridge(source: ServerSource, settings: Settings, log: Log): Promise<ServerSource> {
  if (!source.app) return source
  const [{ bridgedApp, mcpPlace }, { openAppPort }] = await Promise.all([
    import('./app-bridge.ts'),
    import('../serve/app-port.ts'),
  ])
  const place = await openAppPort(source.app)
  const at = await mcpPlace(place, settings.transport.value, settings.path.value)
  if (!at.sse) return bridgedApp(source, place, { ...at, log })
  place.close()
  return source
}

/** What may be typed next, once the server is there. */
function stepsAfter(
  { entry }: Plan,
  { auth }: ServerSource,
  { tokenEnv }: Settings,
  commands: readonly string[],
) {
  const steps = nextSteps(commands)
  return (url: string | undefined) =>
    steps({ spec: specOf(entry), url, tokenEnv: tokenEnv.value, hook: auth !== undefined })
}

/** Loaded for HTTP alone: a client on stdio waits for this process from its first line on. */
const http = () => import('../serve/http-front.ts')

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
  { owner, front, output }: { owner: ProcessOwner; front: HttpFront | undefined; output: Output },
): Promise<number> {
  // It would answer everybody, and whoever asked for a token believes that it does not.
  if (settings.tokenEnv.value !== undefined) {
    throw usageError('this server serves itself, so --token-env cannot protect it. Leave it out.')
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
