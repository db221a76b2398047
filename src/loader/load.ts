import { dirname } from 'node:path'
import type { Launch } from '../patches/node/launch.ts'
import { wantsCertificates } from '../patches/node/listen.ts'
import { handlerCall } from '../patches/packages/capture.ts'
import { sourceKey } from '../process/runner-hook.ts'
import type { AppHandler, ServerSource } from '../protocol/source.ts'
import { exportedSource, factorySource, NoServerMade } from '../sessions/derived/exported-source.ts'
import { type CliError, loadError } from '../terminal/errors.ts'
import { shellWord } from '../terminal/shell-command.ts'
import { appSource, fetchApp, isFetchObject, listenerApp } from './app-source.ts'
import { Capturing, optionsOf } from './capturing.ts'
import { type Choice, choose, type Runnable, starterOf } from './choose.ts'
import { shownPath } from './compile-fault.ts'
import type { Entry } from './find-entry.ts'
import type { FirstModule } from './first-modules.ts'
import { importFault } from './import-fault.ts'
import { type ImportOptions, importModule, type ModuleExports } from './import-module.ts'
import { hintsOf, type ModuleHints } from './module-hints.ts'
import { noServer } from './no-server.ts'
import { otherTool } from './other-tool.ts'
import { sdkCopyFor } from './sdk-copy.ts'

/** What a user's module turned out to hold. */
export type Loaded = { exportName: string } & (
  | {
      kind: 'source'
      source: ServerSource
      server: object | undefined
      /** Options with which the module started the server itself, by the names of our own. */
      inCode?: Record<string, unknown> | undefined
    }
  | { kind: 'runnable'; server: Runnable }
)

export interface LoadOptions extends Omit<ImportOptions, 'main' | 'again'> {
  /** Milliseconds after which a module that has been imported is no longer waited for to start a server. */
  startLimit: number
  /** Serves a program that the module has started with the stdin and stdout of this process. */
  launched(launch: Launch): Promise<ServerSource>
  /** What is loaded before everything else. */
  first?: readonly FirstModule[]
  /** Is told what a load waits for that takes long, once. */
  onWaiting?: (words: string) => void
  /** Is told what is served instead of what was expected. */
  onInstead?: (words: string) => void
}

interface LoadContext extends LoadOptions {
  entry: Entry
  hints: ModuleHints
  /** Present while what the module starts is caught. */
  capturing: Capturing | undefined
  /** When it is no longer waited for. */
  deadline: number
  /** Whether it has been imported before, without having been told that it is the program. */
  again: boolean
}

/** A way that has led to no server, and what is said if no other does. */
interface Fault {
  fault: CliError
}

/**
 * Imports the entry and makes of its server the one shape that everything else works with. A module that exports
 * none is run as the program that it is, and what it starts is caught; so is one whose exports come to nothing.
 * @throws CliError (exit 3) when the module does not load or has no server.
 */
export async function load(entry: Entry, options: LoadOptions): Promise<Loaded> {
  if (options.first?.length) await (await import('./first-modules.ts')).importFirst(options.first, options)
  const hints = hintsOf(entry.file, entry.exportName)
  const deadline = performance.now() + options.startLimit
  const given = { ...options, capturing: undefined, deadline }
  const first = await loadOnce({ ...given, entry, hints, again: false })
  if (!('fault' in first)) return first
  const { bin } = entry
  const others = [
    ...(hints.exportsServer && hints.guarded && entry.exportName === undefined ? [entry] : []),
    ...(bin === undefined ? [] : [{ ...entry, file: bin, shown: shownPath(bin), bin: undefined }]),
  ]
  for (const other of others) {
    const program = { ...hintsOf(other.file, undefined), exportsServer: false, capture: true }
    const again = other.file === entry.file
    const loaded = await loadOnce({ ...given, entry: other, hints: program, again })
    if ('fault' in loaded) continue
    const what = again ? 'what the file starts when it is the program' : other.shown
    options.onInstead?.(`${first.fault.message}; serving ${what}`)
    return loaded
  }
  throw first.fault
}

async function loadOnce(given: LoadContext): Promise<Loaded | Fault> {
  const { entry, hints } = given
  const capturing = hints.capture ? new Capturing(entry.file, hints) : undefined
  const context = { ...given, capturing }
  let served = false
  try {
    const loaded = await serverIn(await importEntry(context), context)
    served = 'kind' in loaded && loaded.kind === 'source' && loaded.source.app !== undefined
    return loaded
  } finally {
    capturing?.finish(served)
  }
}

/** Says what is waited for: a file that only waits itself would be silent until the limit. */
const waiting =
  ({ entry, capturing, startLimit, onWaiting }: LoadContext) =>
  (what: string) => {
    const limit = Number.isFinite(startLimit)
      ? ` for up to ${Math.ceil(startLimit / 1000)} s (--load-timeout)`
      : ''
    const pending = capturing?.pending ?? []
    const list = pending.length > 0 ? `; it has pending: ${pending.join(', ')}` : ''
    onWaiting?.(`${entry.shown} ${what}: waiting${limit}${list}`)
  }

async function importEntry(context: LoadContext): Promise<ModuleExports> {
  const { entry, capturing, ...options } = context
  try {
    const loading = importModule(entry.file, { ...options, main: capturing?.main ?? false })
    return (await (capturing ? capturing.imported(loading, waiting(context)) : loading)) ?? {}
  } catch (error) {
    // A call that ends with its program has been cut short.
    if (capturing?.launch) return {}
    throw importFault(error, entry.file, import.meta.dirname)
  }
}

async function serverIn(exports: ModuleExports, context: LoadContext): Promise<Loaded | Fault> {
  const { capturing, entry } = context
  if (capturing?.launch) return launchedFrom(capturing.launch, context)
  const choice = choose(exports, entry.exportName, entry.shown, capturing?.caught)
  const app = Object.values(exports).find(isFetchObject)
  const loaded = choice && (await loadedFrom(choice, context, app && fetchApp(app)))
  if (loaded && !('fault' in loaded)) return loaded
  const starts = capturing?.found || !loaded
  const found = app
    ? appLoaded('fetch()', appSource(entry.shown, fetchApp(app)))
    : starts && capturing && (await startedIn(exports, capturing, context))
  return (found || loaded) ?? { fault: noServer(context, exports, choice?.exportName) }
}

/** Waits for what a module starts after its import, of its own accord or because a starter is called. */
async function startedIn(
  exports: ModuleExports,
  capturing: Capturing,
  context: LoadContext,
): Promise<Loaded | Fault | undefined> {
  // What it rejects with is reported as every unhandled rejection is.
  if (!capturing.held) void starterOf(exports, context.entry.file)?.()
  await capturing.until(context.deadline - performance.now(), waiting(context))
  if (capturing.launch) return launchedFrom(capturing.launch, context)
  const [caught] = capturing.caught
  if (caught) return loadedFrom(caught, context)
  const { held } = capturing
  if (held && wantsCertificates(held)) return { fault: certificatesWanted(context.entry.shown) }
  return held && appLoaded('listen()', appSource(context.entry.shown, listenerApp(held)), optionsOf(held))
}

const certificatesWanted = (shown: string) =>
  loadError(
    `${shown} listens for callers with certificates of their own, and the runner serves plain HTTP`,
    `  to serve it as it is: node ${shellWord(shown)}`,
  )

/** A module that has only found and started the server. */
async function launchedFrom(launch: Launch, { launched }: LoadContext): Promise<Loaded> {
  return { kind: 'source', exportName: 'spawn()', source: await launched(launch), server: undefined }
}

const appLoaded = (exportName: string, source: ServerSource, inCode?: Record<string, unknown>): Loaded => ({
  kind: 'source',
  exportName,
  source,
  server: undefined,
  inCode,
})

/** @returns `undefined` for a function that made no server, but may have started one. */
async function loadedFrom(
  choice: Choice,
  context: LoadContext,
  app?: AppHandler,
): Promise<Loaded | Fault | undefined> {
  const { exportName } = choice
  if (choice.kind === 'runnable') return { kind: 'runnable', exportName, server: choice.server }
  const source = await sourceOf(choice, context)
  if (!source || 'fault' in source) return source
  const { capturing } = context
  const server = 'server' in choice ? choice.server : undefined
  if (exportName !== handlerCall)
    return {
      kind: 'source',
      exportName,
      source,
      server,
      inCode: server && capturing?.startOf(server).options,
    }
  // The app that uses the handler goes on beside it, with all its other routes.
  const held = capturing?.held
  if (held && wantsCertificates(held)) return { fault: certificatesWanted(context.entry.shown) }
  Object.assign(source, { app: held ? listenerApp(held) : app })
  return { kind: 'source', exportName, source, server, inCode: held && optionsOf(held) }
}

async function sourceOf(
  choice: Exclude<Choice, { kind: 'runnable' }>,
  { entry, hints, capturing }: LoadContext,
): Promise<ServerSource | Fault | undefined> {
  if (choice.kind === 'own') return choice.server[sourceKey]()
  const sdkCopy = sdkCopyFor(entry.file)
  if (choice.kind === 'instance')
    return exportedSource(choice.server, { sdkCopy, custom: capturing?.startOf(choice.server).custom })
  try {
    return await factorySource(choice.factory, sdkCopy)
  } catch (error) {
    if (!(error instanceof NoServerMade))
      return { fault: importFault(error, entry.file, import.meta.dirname) }
    if (capturing?.found || (capturing && !hints.onlyMakes)) return undefined
    const fault = `${choice.exportName}() returned ${error.made}, not an MCP server`
    return { fault: loadError(`${entry.shown}: ${fault}`, ...otherTool(dirname(entry.file))) }
  }
}
