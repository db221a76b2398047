import { dirname } from 'node:path'
import { cacheFolder } from '../files/cache-folder.ts'
import { compile, compileAnew } from './compile.ts'
import type { Compiled, CompileOptions, Manifest } from './compiled.ts'
import { bundlePath, type ReadBundle, readBundle } from './package-bundle.ts'

export interface PrepareOptions extends CompileOptions {
  /** Told that the packages of a module could be bundled for the next start, once there is time for it. */
  onUnbundled?: (work: BundleWork) => void
}

/** A module whose packages are still to be bundled. */
export interface BundleWork extends Pick<Compiled, 'packages' | 'wanted'> {
  entry: string
  /** The file that will describe the bundle. */
  path: string
}

/** What is imported for a user's module, and the bundle of its packages, which must run before it. */
export interface Prepared extends Manifest {
  bundle: ReadBundle | undefined
}

/**
 * Compiles a user's module, on top of the bundle of its packages if there is one.
 * @throws CliError (exit 3) when the source cannot be compiled.
 */
export async function prepare(entry: string, options: PrepareOptions): Promise<Prepared> {
  const compiled = await compile(entry, options)
  const { packages, wanted } = compiled
  const folder = options.cache ? cacheFolder(options.env) : undefined
  if (folder === undefined || wanted.length === 0) return { ...compiled, bundle: undefined }
  const path = bundlePath(folder, wanted, options.version)
  const found = readBundle(path)
  // Where nothing can be kept, there is nothing to be made for the next start.
  const kept = !compiled.unkept && dirname(compiled.file) === folder
  if (!found && kept) options.onUnbundled?.({ entry, packages, wanted, path })
  const bundle = found && 'code' in found ? found : undefined
  const fits = compiled.bundled === (bundle !== undefined)
  return { ...(fits ? compiled : await compileAnew(entry, options, bundle)), bundle }
}
