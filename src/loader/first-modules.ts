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

/** A module that is to load before everything else, such as instrumentation, as a person names it. */
export interface FirstModule {
  readonly flag: '--require' | '--import'
  readonly spec: string
  /** The folder that the name is looked up from. */
  readonly folder: string
}

/**
 * Where such a module is, as an address.
 * @throws CliError (exit 2) when it is not there.
 */
export function addressOf({ flag, spec, folder }: FirstModule, own: OwnModules): string {
  if (/^(data|node|file):/.test(spec)) return spec
  const parent = pathToFileURL(folder + sep).href
  const how = flag === '--import' ? 'import' : 'require'
  const path = pathToFileURL(resolve(folder, spec)).href
  const isPath = isAbsolute(spec) || /^\.{1,2}[\\/]/.test(spec)
  // A file is meant by its bare name, too, where no package is called so.
  const found = (isPath ? undefined : targetOf(spec, parent, own, how)) ?? targetOf(path, parent, own, how)
  if (found !== undefined) return found
  throw usageError(`${flag} ${spec}: module not found in ${folder}`)
}

/** The words that name them on a command line, wherever it is typed. */
export function firstWords(first: readonly FirstModule[]): string[] {
  const own = new OwnModules(() => false)
  return first.flatMap((one) => {
    const address = addressOf(one, own)
    return [one.flag, isPlain(address) ? fileURLToPath(address) : address]
  })
}

/** Loads them into this process, and has the workers and forks of user code load them too. */
export async function importFirst(
  first: readonly FirstModule[],
  options: Omit<ImportOptions, 'main'>,
): Promise<void> {
  const modules = processModules()
  modules.tell({ alone: false })
  // They may load an SDK, of which nothing can be caught later.
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

/** Whether an address is nothing but a file's. */
const isPlain = (address: string) => address.startsWith('file:') && !/[?#]/.test(address)
