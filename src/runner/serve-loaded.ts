import type { Loaded } from '../loader/find-server.ts'
import { guardIn } from '../options/checks/caller-check.ts'
import { flagOf } from '../options/option.ts'
import { runOptions } from '../options/run-options.ts'
import {
  checkSettings,
  givenByObject,
  type Levels,
  resolveSettings,
  type Settings,
} from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import type { HttpFront } from '../serve/http-front.ts'
import type { ProcessOwner } from '../serve/process-owner.ts'
import { type ServeParts, serveOn } from '../serve/serve-on.ts'
import type { Log, Running } from '../serve/serve-options.ts'
import { usageError } from '../terminal/errors.ts'
import type { Output } from '../terminal/output.ts'

/** Options that user code passed to `run()` while it was loading, by the server they were meant for. */
export type OptionsInCode = ReadonlyMap<object, Record<string, unknown>>

/** What the code passed to its own `run()` counts below everything that was said from outside. */
export function withCode(
  plan: { levels: Levels; settings: Settings },
  loaded: Loaded,
  inCode: OptionsInCode,
): Settings {
  const ownOptions = loaded.kind === 'source' ? loaded.inCode : undefined
  const options = ownOptions ?? (loaded.server && inCode.get(loaded.server))
  const code = options && givenByObject(options, 'code', 'run() in the code')
  const settings = code ? resolveSettings({ ...plan.levels, code }) : plan.settings
  checkSettings(settings)
  return settings
}

/** Serves a source as the settings say. */
export async function serveSource(
  source: ServerSource,
  settings: Settings,
  parts: ServeParts,
): Promise<Running> {
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
  if (!at.sse || settings.transport.value === 'stdio') return bridgedApp(source, place, { ...at, log })
  place.close()
  return source
}

/** Hands the process to an object that has its own `run()`, with the same options by the same names. */
export async function runItself(
  server: { run(options: Record<string, unknown>): unknown },
  settings: Settings,
  { owner, front, output }: { owner: ProcessOwner; front: HttpFront | undefined; output: Output },
): Promise<number> {
  // It would answer everybody, and whoever asked for a token believes that it does not.
  const guard = guardIn(settings)
  if (guard) {
    throw usageError(
      `this server serves itself, so ${flagOf(runOptions[guard])} cannot protect it. Leave it out.`,
    )
  }
  if (settings.tlsCert.value !== undefined)
    throw usageError('this server serves itself, so --tls-cert has no effect. Leave it out.')
  if (settings.store.value !== 'memory') {
    throw usageError('this server serves itself, so --store cannot keep its sessions. Leave it out.')
  }
  if (settings.workers.value !== undefined)
    throw usageError('this server serves itself, so --workers cannot share its sessions. Leave it out.')
  sayIdle(settings, output)
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

/** What would do something for a server that is served here, and does nothing for one that serves itself. */
const idle = ['drainDelay', 'accessLog', 'metricsPort'] as const

function sayIdle(settings: Settings, output: Output): void {
  const given = idle.filter((name) => settings[name].value !== runOptions[name].default)
  if (given.length === 0) return
  const [verb, object] = given.length === 1 ? ['has', 'it'] : ['have', 'them']
  const flags = given.map((name) => flagOf(runOptions[name])).join(' and ')
  output.log('warning', `this server serves itself, so ${flags} ${verb} no effect. Leave ${object} out.`)
}

/** A server that runs itself keeps the process alive as long as it likes. */
function waitForIdle(): Promise<number> {
  return new Promise((resolve) => {
    process.once('beforeExit', (code) => resolve(code))
  })
}
