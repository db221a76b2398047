import { isAbsolute, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { passToChildren } from '../patches/node/typescript-children.ts'
import { readyCapture } from '../patches/packages/capture.ts'
import { usageError } from '../terminal/errors.ts'
import { importFault } from './faults/import-fault.ts'
import { processModules } from './hooks/process-modules.ts'
import { type ImportOptions, importModule } from './import-module.ts'
import { OwnModules } from './pack/own-modules.ts'
import { targetOf } from './pack/prefetch.ts'

/** A module to load before everything else (`--import`, `--require`), such as instrumentation. */
export interface FirstModule {
  readonly flag: '--require' | '--import'
  readonly spec: string
  /** The folder from which the name is resolved. */
  readonly folder: string
}

/**
 * The URL of such a module.
 * @throws CliError (exit 2) when it is not found.
 */
export function addressOf({ flag, spec, folder }: FirstModule, own: OwnModules): string {
  if (/^(data|node|file):/.test(spec)) return spec
  const parent = pathToFileURL(folder + sep).href
  const how = flag === '--import' ? 'import' : 'require'
  const path = pathToFileURL(resolve(folder, spec)).href
  const isPath = isAbsolute(spec) || /^\.{1,2}[\\/]/.test(spec)
  // A bare name may also mean a file, if there is no such package.
  const found = (isPath ? undefined : targetOf(spec, parent, own, how)) ?? targetOf(path, parent, own, how)
  if (found !== undefined) return found
  throw usageError(`${flag} ${spec}: module not found in ${folder}`)
}

/** The command line arguments that name them, independent of the working directory. */
export function firstWords(first: readonly FirstModule[]): string[] {
  const own = new OwnModules(() => false)
  return first.flatMap((one) => {
    const address = addressOf(one, own)
    return [one.flag, isPlain(address) ? fileURLToPath(address) : address]
  })
}

/** Loads them in this process, and in workers and forks of user code. */
export async function importFirst(
  first: readonly FirstModule[],
  options: Omit<ImportOptions, 'main'>,
): Promise<void> {
  const modules = processModules()
  modules.tell({ alone: false })
  // They may load an SDK, which cannot be instrumented later.
  readyCapture()
  modules.tell({ capture: true })
  for (const address of first.map((one) => addressOf(one, modules.own))) {
    const file = isPlain(address) ? fileURLToPath(address) : undefined
    try {
      await (file === undefined ? import(address) : importModule(file, { ...options, main: undefined }))
    } catch (error) {
      throw importFault(error, file ?? address, import.meta.dirname)
    }
    passToChildren(address, new URL('./run-script.js', import.meta.url))
  }
}

/** Whether a URL is that of a file, without query and hash. */
const isPlain = (address: string) => address.startsWith('file:') && !/[?#]/.test(address)
