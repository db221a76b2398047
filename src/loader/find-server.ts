import type { Launch } from '../patches/node/launch.ts'
import { wantsCertificates } from '../patches/node/listen.ts'
import { handlerCall } from '../patches/packages/capture.ts'
import { sourceKey } from '../process/runner-hook.ts'
import type { AppHandler, SdkCopy, ServerSource } from '../protocol/source.ts'
import { exportedSource, factorySource, NoServerMade } from '../sessions/derived/exported-source.ts'
import { type CliError, loadError } from '../terminal/errors.ts'
import { shellWord } from '../terminal/shell-command.ts'
import { appSource, fetchApp, isFetchObject, listenerApp } from './app-source.ts'
import { Capturing, optionsOf } from './capturing.ts'
import { type Choice, choose, type Runnable, serverNames, starterOf } from './choose.ts'
import { type ModuleExports, whenMade } from './exports-of.ts'
import type { ModuleHints } from './module-hints.ts'

/** What was found in a user's module. */
export type Loaded = { exportName: string } & (
  | {
      kind: 'source'
      source: ServerSource
      server: object | undefined
      /** The options with which the module started the server itself, under the names of our own. */
      inCode?: Record<string, unknown> | undefined
    }
  | { kind: 'runnable'; server: Runnable }
)

/** A module to search for a server, with what depends on its origin: a source file or a built one. */
export interface Searched {
  /** Its path, which entry guards compare. */
  readonly file: string
  /** Its name in messages. */
  readonly shown: string
  readonly exportName: string | undefined
  readonly hints: ModuleHints
  /** Milliseconds that it gets to start a server, for messages. */
  readonly startLimit: number
  /** When that time is up. */
  readonly deadline: number
  /** Imports it. */
  importing(main: boolean): Promise<ModuleExports>
  /** Whether its own code calls one of its functions. */
  callsItself(name: string): boolean
  /** The copy of SDK v2 that it resolves. */
  sdkCopy(): SdkCopy | undefined
  /**
   * Serves a child process that it started with the stdin and stdout of this process; undefined if such processes are
   * not held.
   */
  launched?: ((launch: Launch) => Promise<ServerSource>) | undefined
  /** The message for an error that it threw. */
  fault(error: unknown): CliError
  /**
   * The message when it has no server.
   * @param called the function that was called for a server but did not return one.
   */
  noServer(exports: ModuleExports, capturing: Capturing | undefined, called: string | undefined): CliError
  /** A hint at another tool, for a function that returned no server. */
  otherTool(): string[]
  /** Called once with the reason for a long wait. */
  onWaiting?: ((words: string) => void) | undefined
}

/** A module while it is searched, with the capture if there is one. */
type Search = Searched & { readonly capturing: Capturing | undefined }

/** A failed attempt to find a server, with the message if no other attempt succeeds. */
export interface Fault {
  fault: CliError
  /** A fallback: a server that was created without the arguments that its factory expects. */
  instead?: () => Promise<Loaded | Fault | undefined>
}

/** Imports a module, captures what it starts, and finds the server in that and in its exports. */
export async function findServer(module: Searched): Promise<Loaded | Fault> {
  const { file, hints } = module
  const capturing = hints.capture ? new Capturing(file, hints, module.launched !== undefined) : undefined
  const search = { ...module, capturing }
  let served = false
  try {
    const loaded = await serverIn(await exportsOf(search), search)
    served = 'kind' in loaded && loaded.kind === 'source' && loaded.source.app !== undefined
    return loaded
  } finally {
    capturing?.finish(served)
  }
}

/** The message for a long wait: otherwise a file that only waits would be silent until the limit. */
const waiting =
  ({ shown, capturing, startLimit, onWaiting }: Search) =>
  (what: string) => {
    const limit = Number.isFinite(startLimit)
      ? ` for up to ${Math.ceil(startLimit / 1000)} s (--load-timeout)`
      : ''
    const pending = capturing?.pending ?? []
    const list = pending.length > 0 ? `; it has pending: ${pending.join(', ')}` : ''
    onWaiting?.(`${shown} ${what}: waiting${limit}${list}`)
  }

async function exportsOf(search: Search): Promise<ModuleExports> {
  const { capturing } = search
  try {
    const loading = search.importing(capturing?.main ?? false)
    return (await (capturing ? capturing.imported(loading, waiting(search)) : loading)) ?? {}
  } catch (error) {
    // An import that started a child process in its place never returns.
    if (capturing?.launch) return {}
    throw search.fault(error)
  }
}

async function serverIn(given: ModuleExports, search: Search): Promise<Loaded | Fault> {
  const { capturing, shown, exportName } = search
  if (capturing?.launch) return launchedFrom(capturing.launch, search)
  const exports = await madeIn(given, search)
  const choice = choose(exports, exportName, shown, capturing?.caught)
  const app = Object.values(exports).find(isFetchObject)
  if (choice?.kind === 'factory' && wantsArguments(choice, search)) {
    // The module itself calls a factory with parameters and starts the result, a little later or behind a guard.
    const begun = capturing && !search.hints.guarded && (await startedIn(exports, capturing, search))
    if (begun && !('fault' in begun)) return begun
    if (search.hints.guarded)
      return {
        fault: loadError(`${shown}: ${choice.exportName}() needs arguments`),
        instead: () => loadedFrom(choice, search, app && fetchApp(app)),
      }
  }
  const loaded = choice && (await loadedFrom(choice, search, app && fetchApp(app)))
  if (loaded && !('fault' in loaded)) return loaded
  const starts = capturing?.found || !loaded
  const found = app
    ? appLoaded('fetch()', appSource(shown, fetchApp(app)))
    : starts && capturing && (await startedIn(exports, capturing, search))
  return (found || loaded) ?? { fault: search.noServer(exports, capturing, choice?.exportName) }
}

/** Waits for servers that are exported as promises, unless the module starts one itself. */
async function madeIn(exports: ModuleExports, search: Search): Promise<ModuleExports> {
  const { capturing, deadline, exportName } = search
  const never = new Promise<void>(() => undefined)
  const started = () => capturing?.until(deadline - performance.now(), waiting(search)) ?? never
  try {
    return await whenMade(exports, exportName === undefined ? serverNames : [exportName], started)
  } catch (error) {
    throw search.fault(error)
  }
}

/** Whether a factory needs arguments that only its own module has; other factories take our context. */
function wantsArguments({ exportName, factory }: Choice & { kind: 'factory' }, search: Search): boolean {
  if (search.exportName !== undefined || factory.length === 0) return false
  return !takesContext.test(Function.prototype.toString.call(factory)) && search.callsItself(exportName)
}

const takesContext =
  /^(?:async\b\s*)?(?:function\b\s*[\w$]*\s*)?\(?\s*(?:[{[_]|(?:ctx|context|opening|request|req)\b)/

/** Waits for what a module starts after its import, by itself or because we call its starter. */
async function startedIn(
  exports: ModuleExports,
  capturing: Capturing,
  search: Search,
): Promise<Loaded | Fault | undefined> {
  // Its rejection is reported like every unhandled rejection.
  if (!capturing.held) void starterOf(exports, search.callsItself)?.()
  await capturing.until(search.deadline - performance.now(), waiting(search))
  if (capturing.launch) return launchedFrom(capturing.launch, search)
  const [caught] = capturing.caught
  if (caught) return loadedFrom(caught, search)
  const { held } = capturing
  if (held && wantsCertificates(held)) return { fault: certificatesWanted(search.shown) }
  return held && appLoaded('listen()', appSource(search.shown, listenerApp(held)), optionsOf(held))
}

const certificatesWanted = (shown: string) =>
  loadError(
    `${shown} listens for callers with certificates of their own, and the runner serves plain HTTP`,
    `  to serve it as it is: node ${shellWord(shown)}`,
  )

/** A module that only locates a server program and starts it. */
async function launchedFrom(launch: Launch, { launched, shown }: Search): Promise<Loaded> {
  if (!launched) throw loadError(`${shown} starts another program`)
  return { kind: 'source', exportName: 'spawn()', source: await launched(launch), server: undefined }
}

const appLoaded = (exportName: string, source: ServerSource, inCode?: Record<string, unknown>): Loaded => ({
  kind: 'source',
  exportName,
  source,
  server: undefined,
  inCode,
})

/** @returns `undefined` for a function that returned no server, but may have started one. */
async function loadedFrom(
  choice: Choice,
  search: Search,
  app?: AppHandler,
): Promise<Loaded | Fault | undefined> {
  const { exportName } = choice
  if (choice.kind === 'runnable') return { kind: 'runnable', exportName, server: choice.server }
  const source = await sourceOf(choice, search)
  if (!source || 'fault' in source) return source
  const { capturing } = search
  const server = 'server' in choice ? choice.server : undefined
  if (exportName !== handlerCall)
    return {
      kind: 'source',
      exportName,
      source,
      server,
      inCode: server && capturing?.startOf(server).options,
    }
  // The app that uses the handler is served as well, with all its other routes.
  const held = capturing?.held
  if (held && wantsCertificates(held)) return { fault: certificatesWanted(search.shown) }
  Object.assign(source, { app: held ? listenerApp(held) : app })
  return { kind: 'source', exportName, source, server, inCode: held && optionsOf(held) }
}

async function sourceOf(
  choice: Exclude<Choice, { kind: 'runnable' }>,
  { shown, hints, capturing, ...module }: Search,
): Promise<ServerSource | Fault | undefined> {
  if (choice.kind === 'own') return choice.server[sourceKey]()
  const sdkCopy = module.sdkCopy()
  if (choice.kind === 'instance')
    return exportedSource(choice.server, { sdkCopy, custom: capturing?.startOf(choice.server).custom })
  try {
    return await factorySource(choice.factory, sdkCopy)
  } catch (error) {
    if (!(error instanceof NoServerMade)) return { fault: module.fault(error) }
    if (capturing?.found || (capturing && !hints.onlyMakes)) return undefined
    const fault = `${choice.exportName}() returned ${error.made}, not an MCP server`
    return { fault: loadError(`${shown}: ${fault}`, ...module.otherTool()) }
  }
}
