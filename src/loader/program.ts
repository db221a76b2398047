import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { hashOf } from '../files/checked-file.ts'
import type { Entry } from './find-entry.ts'
import { addressOf, type FirstModule } from './first-modules.ts'
import { withoutComments } from './meaning/lexers.ts'
import { pathOf } from './meaning/resolve-name.ts'
import { hintsOf } from './module-hints.ts'
import { EntryPack, type PackOptions } from './pack/entry-pack.ts'
import { type Compiled, OwnModules } from './pack/own-modules.ts'
import { prefetch } from './pack/prefetch.ts'
import { bundlePath, readBundle, withoutCode } from './packages/package-bundle.ts'
import type { Preload } from './preload.ts'

/** The static content of a program, without running it. */
export interface Program {
  /** Changes if a process that loads it now would run different code. */
  readonly fingerprint: string
  /** Changes with any change of a source, even in a comment. */
  readonly revision: string
  /** The user's own files in it. */
  readonly sources: ReadonlySet<string>
  /** Other files that affect it, whether or not they exist. */
  readonly deciding: readonly string[]
  readonly ahead: Preload
}

/** Reads a program repeatedly, and compiles only what has changed. */
export class ProgramReader {
  readonly #compiled: Compiled = new Map()
  readonly #meanings = new Map<string, { readonly code: string; readonly hash: string }>()

  /**
   * Compiles the program, and caches the result for the process that will run it, which also reports errors.
   * @param seen receives the files that were read, even if compiling fails.
   */
  async read(
    { file, exportName }: Entry,
    first: readonly FirstModule[],
    options: PackOptions,
    seen: Set<string>,
  ): Promise<Program> {
    const own = new OwnModules(() => false, this.#compiled)
    const { lookup } = own.project
    try {
      const before = await Promise.all(first.map((one) => graphOf(one, own)))
      const later = await prefetch(pathToFileURL(file).href, own)
      const files = new Map([...before.flatMap((one) => [...one]), ...later])
      const pack = new EntryPack(file, options)
      pack.keep(own)
      const meanings = [...files].map(([url, code]) => [url, this.#meaningOf(url, code)])
      const sources = new Set([...files.keys()].map(pathOf))
      return {
        fingerprint: hashOf(JSON.stringify(meanings.sort())),
        revision: hashOf(
          [...sources]
            .map((path) => lookup.hashOf(path))
            .sort()
            .join(),
        ),
        sources,
        // The root folder cannot be watched like others, and is not a project.
        deciding: lookup.paths.filter(
          (path) => !sources.has(path) && dirname(dirname(path)) !== dirname(path),
        ),
        // Nothing may be loaded before `--import` modules.
        ahead:
          first.length > 0
            ? { capture: true, bundle: undefined, modules: [] }
            : aheadOf(file, exportName, [...own.pack.packages], pack.folder, options.version),
      }
    } finally {
      for (const path of lookup.paths) seen.add(path)
    }
  }

  /**
   * A hash of a file's code without comments. The compiler drops comments; in JavaScript they remain but have no
   * effect.
   */
  #meaningOf(url: string, code: string): string {
    const known = this.#meanings.get(url)
    if (known?.code === code) return known.hash
    const hash = hashOf(/\.[cm]?js$/.test(url) ? withoutComments(code) : code)
    this.#meanings.set(url, { code, hash })
    return hash
  }
}

/** The user's own files among the modules loaded first; an unresolvable name is reported when it is loaded. */
async function graphOf(first: FirstModule, own: OwnModules): Promise<ReadonlyMap<string, string>> {
  const address = addressOf(first, own)
  const file = /^file:[^?#]*$/.test(address) && own.isOwn(address)
  return file ? await prefetch(address, own) : new Map()
}

function aheadOf(
  file: string,
  exportName: string | undefined,
  packages: readonly string[],
  folder: string | undefined,
  version: string,
): Preload {
  const found =
    folder === undefined || packages.length === 0
      ? undefined
      : readBundle(bundlePath(folder, packages, version))
  const bundle = found && 'code' in found ? withoutCode(found) : undefined
  return { capture: hintsOf(file, exportName).capture, bundle, modules: packages }
}
