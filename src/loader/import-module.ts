import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ExitRequested } from '../patches/node/exit-guard.ts'
import { loadAsMain, usePlaceholderMain } from '../patches/node/main-module.ts'
import { startTypescriptChildren } from '../patches/node/typescript-children.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import type { CliError } from '../terminal/errors.ts'
import { againMark } from './hooks/module-hooks.ts'
import { type ProcessModules, processModules } from './hooks/process-modules.ts'
import { manifestAbove } from './manifest-above.ts'
import { hasModuleSyntax } from './meaning/lexers.ts'
import { isTypescript } from './meaning/source-kind.ts'
import { EntryPack, type PackOptions } from './pack/entry-pack.ts'
import type { BundleWork } from './packages/bundle-packages.ts'
import { bundlePath, readBundle, runBundle } from './packages/package-bundle.ts'
import { mapFrames } from './source-frames.ts'

export interface ImportOptions extends PackOptions {
  /** Whether the module is to believe that it is the program; `undefined` for one that comes before any. */
  main: boolean | undefined
  /** Whether it is to run once more, because it did not believe that the first time. */
  again?: boolean
  /** Whether a debugger may look at it. */
  debugged?: boolean
  /** Told that the packages of a module could be made one script for the next start, once there is time for it. */
  onUnbundled?: (work: BundleWork) => void
}

export type ModuleExports = Readonly<Record<string, unknown>>

/**
 * Imports a user's module and returns its exports. Every module of the program keeps its own address; what needs the
 * compiler is compiled file by file, ahead on a first start, and not at all on the next.
 */
export async function importModule(file: string, options: ImportOptions): Promise<ModuleExports> {
  const modules = processModules()
  modules.begin(file)
  if (options.main === false) usePlaceholderMain(file)
  const pack = new EntryPack(file, options)
  // Nothing of ours is to be loaded in between where nothing has to be waited for.
  if (pack.kept) modules.adopt(pack.kept)
  else if (isTypescript(file)) await compileAhead(file, modules)
  if (options.debugged || isInspected()) modules.showSources(pack.maps())
  const unbundled = takePackages(pack, modules, options)
  mapFrames(modules.own, pack)
  startTypescriptChildren(new URL('./run-script.js', import.meta.url))
  const keep = async () => {
    await modules.collect()
    pack.keep(modules.own)
    const work = unbundled()
    if (work) options.onUnbundled?.(work)
  }
  try {
    const exports = await run(file, options, modules)
    // Nobody waits for what is for the next start, and some modules are imported a little later.
    void keep()
    setTimeout(keep, soon).unref()
    return exports
  } catch (error) {
    // Its program is about to end.
    if (error instanceof ExitRequested) throw error
    await keep()
    throw modules.own.faultBehind(error) ?? (await parseFault(error, file)) ?? error
  }
}

/** Milliseconds after which a program has imported what it imports while it starts. */
const soon = 1_000

/** Whether this process was started for a debugger. */
const isInspected = () =>
  [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((one) => one.includes('--inspect'))

/** Node's own ways to run a file. */
async function run(
  file: string,
  { main, again }: Pick<ImportOptions, 'main' | 'again'>,
  modules: ProcessModules,
): Promise<ModuleExports> {
  const url = pathToFileURL(file).href
  const compiled = modules.own.at(url)
  const require = createRequire(import.meta.url)
  if (compiled ? compiled.format === 'commonjs' : isCommonJs(file)) {
    if (again) delete require.cache[file]
    return exportsOf(main ? loadAsMain(file) : require(file))
  }
  if (main) modules.makeMain(again ? url + againMark : url)
  return { ...(await import(again ? url + againMark : url)) }
}

async function compileAhead(file: string, modules: ProcessModules): Promise<void> {
  const { prefetch } = await import('./pack/prefetch.ts')
  await prefetch(pathToFileURL(file).href, modules.own)
  modules.share()
}

/**
 * Runs the script of the program's packages, if there is one.
 * @returns what says, once the program has been imported, which packages are still to be made one.
 */
function takePackages(
  { kept, before, folder }: EntryPack,
  modules: ProcessModules,
  { version }: ImportOptions,
): () => BundleWork | undefined {
  if (folder === undefined || !modules.alone) return () => undefined
  // Of a program that has changed, those it needed before are the likeliest.
  const packages =
    kept?.packages ?? (modules.own.pack.packages.size > 0 ? [...modules.own.pack.packages] : before)
  const path = bundlePath(folder, packages, version)
  const found = packages.length > 0 ? readBundle(path) : undefined
  if (found && 'code' in found) {
    runBundle(found, true)
    modules.takeBundled(found.modules)
  }
  return () => {
    const wanted = [...modules.own.pack.packages]
    if (wanted.length === 0) return undefined
    const place = bundlePath(folder, wanted, version)
    return found && place === path ? undefined : { packages: wanted, path: place }
  }
}

/** What the compiler says of JavaScript that Node cannot parse: Node keeps the place to itself until a process dies of it. */
async function parseFault(error: unknown, file: string): Promise<CliError | undefined> {
  const stack = error instanceof SyntaxError ? error.stack : undefined
  // With a place it begins with that, and code that parses something has frames of its own.
  if (!stack?.startsWith('SyntaxError') || /^\s+at (?!.*\bnode:)/m.test(stack)) return undefined
  return (await import('./compile-fault.ts')).faultIn(file)
}

/** `module.exports`, seen as the exports of an ES module. */
function exportsOf(value: unknown): ModuleExports {
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return { default: value }
  return 'default' in value ? value : { ...value, default: value }
}

/** As Node decides it for JavaScript: by the name, by the package, by the syntax. */
function isCommonJs(file: string): boolean {
  const extension = extname(file)
  if (extension === '.cjs' || extension === '.mjs') return extension === '.cjs'
  const type = manifestAbove(file)?.manifest.type
  if (type === 'module') return false
  return type === 'commonjs' || !hasModuleSyntax(readFileSync(file, 'utf8'))
}
