import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { ExitRequested } from '../patches/node/exit-guard.ts'
import { loadAsMain, useMain, usePlaceholderMain } from '../patches/node/main-module.ts'
import { startTypescriptChildren } from '../patches/node/typescript-children.ts'
import { checkOnce } from '../patches/packages/checked-once.ts'
import { shareToolLists } from '../patches/packages/tool-lists.ts'
import type { CliError } from '../terminal/errors.ts'
import { exportsOf, type ModuleExports } from './exports-of.ts'
import { againMark } from './hooks/as-main.ts'
import { type ProcessModules, processModules } from './hooks/process-modules.ts'
import { hasCommonModule } from './meaning/compile-source.ts'
import { hasModuleSyntax } from './meaning/lexers.ts'
import { isTypescript } from './meaning/source-kind.ts'
import { isCurrent } from './meaning/stamps.ts'
import { EntryPack, type KeptPack, type PackOptions } from './pack/entry-pack.ts'
import type { OwnModules } from './pack/own-modules.ts'
import type { BundleWork } from './packages/bundle-packages.ts'
import { bundlable, bundlePath, readBundle, runBundle } from './packages/package-bundle.ts'
import { mapFrames } from './source-frames.ts'

export interface ImportOptions extends PackOptions {
  /**
   * Whether the module is made to believe that it is the main module; `undefined` for one that loads before the entry.
   */
  main: boolean | undefined
  /** Whether to run it again, because it did not believe that the first time. */
  again?: boolean
  /** Whether a debugger may be attached. */
  debugged?: boolean
  /** Called before any of it runs, if this exact code has never been loaded completely. */
  onUnknown?: () => void
  /** Called if the packages of a module could be bundled for the next start, once there is time for it. */
  onUnbundled?: (work: BundleWork) => void
}

/**
 * Imports a user's module and returns its exports. Every module of the program keeps its own URL; files that need
 * compiling are compiled one by one, ahead on a first start, and not at all on the next.
 */
export async function importModule(file: string, options: ImportOptions): Promise<ModuleExports> {
  const { modules, keep, keepSoon } = await prepare(file, options)
  try {
    const exports = await run(file, options, modules)
    // Not awaited, since it is for the next start.
    void keep()
    keepSoon()
    return exports
  } catch (error) {
    // The process is about to exit.
    if (error instanceof ExitRequested) throw error
    await keep()
    throw modules.own.faultBehind(error) ?? (await parseFault(error, file)) ?? error
  }
}

/** A process that is ready to import a program. */
interface Prepared {
  readonly modules: ProcessModules
  /** Writes what is known about the program so far to the cache. */
  keep(): Promise<void>
  /** The same a little later, because some modules are imported only then. */
  keepSoon(): void
}

/** Sets up everything a program needs before any of it runs. */
export async function prepare(file: string, options: ImportOptions): Promise<Prepared> {
  shareToolLists()
  checkOnce()
  const modules = processModules()
  modules.tell({ begin: file })
  if (options.main === false) usePlaceholderMain(file)
  const pack = new EntryPack(file, options)
  const { kept, packages } = pack.read()
  // No asynchronous step here if nothing has to be awaited.
  if (kept) adopt(kept, modules)
  else if (isTypescript(file)) await compileAhead(file, modules)
  if (options.debugged || isInspected()) {
    const maps = { ...pack.maps(), ...Object.fromEntries(modules.own.pack.maps) }
    modules.tell({ debugged: true, maps })
  }
  const folder = modules.alone ? pack.folder : undefined
  const same = takePackages(scriptFor(modules, folder, options, packages), modules)
  const ran = kept?.ran?.every(isCurrent) === true
  // Records that it was loaded completely.
  if (!ran) modules.own.pack.changed = true
  if (!ran || !(same || kept?.packages.length === 0)) options.onUnknown?.()
  mapFrames(modules.own, pack)
  startTypescriptChildren(new URL('./run-script.js', import.meta.url), () => modules.own.compiles)
  const keep = async () => {
    pack.keep(modules.own, await modules.files())
    const work = scriptFor(modules, folder, options)
    if (!work || asked.has(work.path)) return
    asked.add(work.path)
    options.onUnbundled?.(work)
  }
  return { modules, keep, keepSoon: () => void setTimeout(keep, soon).unref() }
}

/** Milliseconds after which a program has imported everything that its start needs. */
const soon = 1_000

/** Whether this process was started with a debugger. */
const isInspected = () =>
  [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((one) => one.includes('--inspect'))

/** Runs a file the way that Node does. */
async function run(
  file: string,
  { main, again }: Pick<ImportOptions, 'main' | 'again'>,
  modules: ProcessModules,
): Promise<ModuleExports> {
  const url = pathToFileURL(file).href
  const require = createRequire(import.meta.url)
  if (formatOf(file, modules.own) === 'commonjs') {
    if (again) delete require.cache[file]
    return exportsOf(main ? loadAsMain(file) : require(file))
  }
  const address = again ? url + againMark : url
  if (main) believesToBeMain(file, address, modules)
  return { ...(await import(address)) }
}

/** Makes an ES module that is about to be loaded the main module, as far as it can tell. */
export function believesToBeMain(file: string, address: string, modules: ProcessModules): void {
  modules.tell({ main: address })
  const compiled = modules.own.at(address)
  if (compiled && hasCommonModule(compiled)) useMain(file)
}

/** The module format of a file: as compiled, or for JavaScript by its name, its package or its syntax. */
export function formatOf(file: string, own: OwnModules): 'module' | 'commonjs' {
  const known = own.at(pathToFileURL(file).href)?.format ?? own.project.typeOf(file)
  return known ?? (hasModuleSyntax(readFileSync(file, 'utf8')) ? 'module' : 'commonjs')
}

/** Continues with the results of an earlier start. */
function adopt({ modules, links, packages, stamps, absent }: KeptPack, to: ProcessModules): void {
  to.tell({ pack: { modules, links, packages } })
  to.own.project.lookup.adopt(stamps, absent)
}

async function compileAhead(file: string, modules: ProcessModules): Promise<void> {
  const { prefetch } = await import('./pack/prefetch.ts')
  await prefetch(pathToFileURL(file).href, modules.own)
  modules.tell({ pack: modules.own.pack.content() })
}

/** The package bundles that exist or have been requested. */
const asked = new Set<string>()

/**
 * The bundle of the packages that the program is known to import.
 * @param before the packages that it imported before it changed: the best guess while none are known.
 */
function scriptFor(
  { own }: ProcessModules,
  folder: string | undefined,
  { version }: ImportOptions,
  before: readonly string[] = [],
): BundleWork | undefined {
  const packages = bundlable(own.pack.packages.size > 0 ? own.pack.packages : before)
  if (folder === undefined || packages.length === 0) return undefined
  return { packages, path: bundlePath(folder, packages, version) }
}

/**
 * Runs the program's package bundle, if there is one.
 * @returns whether the bundle is current, or the packages are known not to be bundlable.
 */
function takePackages(script: BundleWork | undefined, modules: ProcessModules): boolean {
  const found = script && readBundle(script.path)
  if (!found) return false
  asked.add(script.path)
  if (!('code' in found)) return true
  runBundle(found, true)
  modules.tell({ names: found.modules })
  return true
}

/** The compiler's error for JavaScript that Node cannot parse: Node reports the position only for uncaught errors. */
async function parseFault(error: unknown, file: string): Promise<CliError | undefined> {
  const stack = error instanceof SyntaxError ? error.stack : undefined
  // A stack with a position starts with that; and a SyntaxError from code that parses something has frames of that
  // code.
  if (!stack?.startsWith('SyntaxError') || /^\s+at (?!.*\bnode:)/m.test(stack)) return undefined
  return (await import('./faults/compile-fault.ts')).faultIn(file)
}
