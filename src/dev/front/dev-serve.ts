import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { ReadStream } from 'node:tty'
import { cacheFolder, temporaryFolder } from '../../files/cache-folder.ts'
import { startableFor } from '../../install/launch.ts'
import { firstWords } from '../../loader/first-modules.ts'
import type { ValuesOf } from '../../options/command-line.ts'
import type { devOptions } from '../../options/dev-options.ts'
import { outputFor, type Settings } from '../../options/settings.ts'
import { portFallbackLimit } from '../../process/free-port.ts'
import { applyEnvironment, type Plan } from '../../runner/plan.ts'
import { networkWarning } from '../../serve/announce.ts'
import { httpOptions } from '../../serve/http-options.ts'
import { type HttpPort, openHttpPort } from '../../serve/http-port.ts'
import { serveInProcess } from '../../serve/lifecycle.ts'
import type { ProcessOwner } from '../../serve/process-owner.ts'
import type { HttpServeOptions, Log } from '../../serve/serve-options.ts'
import { serveTransport } from '../../serve/serve-transport.ts'
import { codeOf, messageOf } from '../../terminal/errors.ts'
import { isTerminal } from '../../terminal/output.ts'
import { DevInspector, type InspectorWish } from '../inspector/dev-inspector.ts'
import { inspectorEndpoint, inspectorPath } from '../inspector/inspector-address.ts'
import { devKeys, listenToKeys } from '../screen/keys.ts'
import { Terminal } from '../screen/terminal.ts'
import { buildOf } from './dev-build.ts'
import { devAuth, devSource } from './dev-source.ts'
import { globsOf } from './globs.ts'
import { statusEndpoint, statusPath } from './status.ts'
import { Supervisor } from './supervisor.ts'
import { Watcher } from './watcher.ts'

export interface DevRequest {
  /** Reads again what should be served. */
  plan: () => Plan
  first: Plan
  options: ValuesOf<typeof devOptions>
  /** Whether the user chose the Inspector's port, so that no other is tried. */
  portNamed: boolean
  /** Whether to try further ports if the default port is in use. */
  portFallback: boolean
  cwd: string
  env: NodeJS.ProcessEnv
}

/** Binds the port, starts the first generation and the Inspector, and runs until it is stopped. */
export async function serveDev(request: DevRequest): Promise<number> {
  const { first, options, env } = request
  const output = outputFor(first.settings)
  const http = frontOptions(request)
  const distrusted = (why: string) => output.log('debug', why)
  if (!first.settings.cache.value || cacheFolder(env, distrusted) === undefined) usePrivateCache(env)
  const terminal = new Terminal(output, first.entry.shown, options.clear)
  const inspector = await DevInspector.wanted(inspectorWish(request, http?.token), terminal)
  const watcher = watcherFor(request, output.log, (force) => supervisor.changed(force))
  const supervisor = new Supervisor({
    script: new URL('./generation.js', import.meta.url),
    loadLimit:
      options.debug === undefined ? first.settings.loadTimeout.value * 1000 : Number.POSITIVE_INFINITY,
    debugPort: options.debug,
    reporter: terminal,
    build: () => build(request, http, watcher),
  })
  watcher.watch({ sources: new Set([first.entry.file]), others: new Set() })
  terminal.watching = () => watcher.count
  supervisor.read = (read) => watcher.watchRead(read)
  supervisor.wrote = (path) => watcher.wrote(path)
  terminal.explained = (failure) => supervisor.clients.logError(failure)
  const close = async () => {
    await Promise.all([watcher.close(), inspector?.close()])
  }
  const parts = { supervisor, terminal, inspector, http, log: output.log }
  return serveInProcess({ file: 'fastmcp dev', loadLimit: 0, log: output.log }, async (owner) => {
    try {
      const { running, releaseKeys } = await serve(request, owner, parts)
      return {
        running: {
          url: running.url,
          close: async (limit) => {
            releaseKeys()
            const [drained] = await Promise.all([running.close(limit), close()])
            return drained
          },
        },
        serves: () => {
          supervisor.changed(true)
          if (running.url !== undefined) inspector?.start(running.url)
        },
      }
    } catch (error) {
      await close()
      throw error
    }
  })
}

function watcherFor({ options, cwd }: DevRequest, log: Log, changed: (force: boolean) => void): Watcher {
  const warn = (message: string) => log('warning', message)
  return new Watcher({
    changed,
    polling: (error) => warn(`watching failed, polling every 100 ms instead: ${messageOf(error)}`),
    poll: options.poll,
    restless: (path) =>
      warn(`${path} keeps changing and is no longer watched; --ignore says so from the start`),
    also: globsOf(options.watch, cwd),
    never: globsOf(options.ignore, cwd),
  })
}

interface Parts {
  supervisor: Supervisor
  terminal: Terminal
  inspector: DevInspector | undefined
  http: HttpServeOptions | undefined
  log: Log
}

/** Serves the front's source, and shows its URL at the terminal. */
async function serve(request: DevRequest, owner: ProcessOwner, parts: Parts) {
  const { supervisor, terminal, inspector, http, log } = parts
  const { settings } = request.first
  const token = request.env.FASTMCP_DEV_TOKEN ?? randomBytes(16).toString('hex')
  const bound = http && (await openWithFallback(http, fallbacks(request), log))
  const running = await serveTransport(devSource(supervisor, terminal.called), settings, {
    log,
    tracedElsewhere: true,
    stdio: owner.stdioClient,
    bound,
    http: bound?.options,
    more: new Map([
      [statusPath, statusEndpoint(supervisor, token)],
      ...(inspector ? [[inspectorPath, inspectorEndpoint(() => inspector.page)] as const] : []),
    ]),
  })
  const { url } = running
  if (url === undefined) {
    terminal.serving(url, settings.port, undefined)
    return { running, releaseKeys: () => undefined }
  }
  terminal.started = async () => {
    const warning = await networkWarning(url, settings, devAuth(supervisor))
    if (warning !== undefined) log('warning', warning)
    if (Object.keys(settings.toolScopes.value).length > 0) await checkToolScopes(supervisor, settings, log)
  }
  terminal.serving(url, settings.port, { url: new URL(statusPath, url).href, token })
  const { input } = owner.stdio
  if (!(input instanceof ReadStream && isTerminal())) return { running, releaseKeys: () => undefined }
  terminal.keys = true
  const quit = () => owner.stop({ code: 0 })
  const keys = devKeys({ supervisor, terminal, inspector, command: clientCommand(request), quit })
  return { running, releaseKeys: listenToKeys(input, keys, quit) }
}

/** Loaded only if tool scopes are configured by options. */
async function checkToolScopes({ about }: Supervisor, { toolScopes }: Settings, log: Log): Promise<void> {
  const { unknownTools } = await import('../../serve/auth/unknown-tools.ts')
  const names = about?.offer.tools.map(([name]) => name) ?? []
  // If the list timed out, unlisted tools may exist.
  if (about?.complete) for (const words of unknownTools(toolScopes.value, names)) log('warning', words)
}

/** How many further ports are tried if the port was not chosen explicitly. */
const fallbacks = ({ portFallback, first }: DevRequest): number =>
  portFallback && first.settings.port.origin === 'default' ? portFallbackLimit : 0

/** The front compiles for its generations, so there must be a cache; this one is deleted at exit. */
function usePrivateCache(env: NodeJS.ProcessEnv): void {
  try {
    env.FASTMCP_CACHE_DIR = temporaryFolder('cache')
  } catch {
    // If nothing can be written, each generation compiles for itself.
  }
}

/** Compiles, and watches exactly the files that were read. */
async function build({ plan, cwd, env }: DevRequest, http: HttpServeOptions | undefined, watcher: Watcher) {
  const read = new Set<string>()
  try {
    const { build, watched } = await buildOf(plan(), { cwd, env, http, read })
    watcher.watch(watched)
    return build
  } catch (error) {
    watcher.add(read)
    throw error
  }
}

/** The command that `fastmcp install --dev` writes. */
function clientCommand({ first: { entry, settings, first, userArgs } }: DevRequest) {
  const spec = entry.exportName === undefined ? entry.file : `${entry.file}:${entry.exportName}`
  const folder = dirname(entry.file)
  const { command, args } = startableFor({
    server: [spec],
    folder,
    dev: true,
    env: {},
    envFiles: settings.envFile.value,
    first: firstWords(first),
    userArgs,
  })
  return { command, args }
}

function inspectorWish(
  { first, options, portNamed, cwd, env }: DevRequest,
  token: string | undefined,
): InspectorWish | undefined {
  const transport = first.settings.transport.value
  // The Inspector needs a port, and a server on stdio belongs to the client that started it.
  if (!options.inspector || transport === 'stdio') return undefined
  const { inspectorPort: port, inspectorVersion: version, open } = options
  const asked = { port, portNamed, version, open, token, cwd, env }
  return { ...asked, transport: transport === 'sse' ? 'sse' : 'http' }
}

/** The HTTP options of the front; undefined on stdio. The token may be in an env file. */
function frontOptions({ first: { settings }, cwd, env }: DevRequest): HttpServeOptions | undefined {
  if (settings.transport.value === 'stdio') return undefined
  const own = { ...env }
  const secret = settings.tokenEnv.value ?? settings.introspectSecretEnv.value
  if (secret !== undefined) applyEnvironment(settings, cwd, own)
  // A server in development is never a replica, even if fastmcp.json configures Redis.
  return httpOptions({ ...settings, redis: { ...settings.redis, value: undefined } }, own)
}

/** A port that was chosen explicitly is never replaced by another. */
async function openWithFallback(options: HttpServeOptions, more: number, log: Log): Promise<HttpPort> {
  for (let port = options.port; ; port++) {
    try {
      return await openHttpPort({ ...options, port }, log)
    } catch (error) {
      const busy = error instanceof Error && codeOf(error.cause) === 'EADDRINUSE'
      if (!busy || port >= options.port + more) throw error
    }
  }
}
