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

/** What a program is made of, as far as it can be told without running it. */
export interface Program {
  /** Differs when another process that loads it would run other code. */
  readonly fingerprint: string
  /** Differs when a source does in any way, such as a comment. */
  readonly revision: string
  /** The user's own files in it. */
  readonly sources: ReadonlySet<string>
  /** What else decides what it means, whether or not it is there. */
  readonly deciding: readonly string[]
  readonly ahead: Preload
}

/** Reads a program again and again, and compiles only what has changed since. */
export class ProgramReader {
  readonly #compiled: Compiled = new Map()
  readonly #meanings = new Map<string, { readonly code: string; readonly hash: string }>()

  /**
   * Compiles the program, and keeps that for the process that is to run it, which also says what is wrong with it.
   * @param seen is filled with the files that were read, whatever becomes of them.
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
        // The folder that holds everything cannot be watched as others are, and nobody keeps a project there.
        deciding: lookup.paths.filter(
          (path) => !sources.has(path) && dirname(dirname(path)) !== dirname(path),
        ),
        // Nothing may come before what comes first.
        ahead:
          first.length > 0
            ? { capture: true, bundle: undefined, modules: [] }
            : aheadOf(file, exportName, [...own.pack.packages], pack.folder, options.version),
      }
    } finally {
      for (const path of lookup.paths) seen.add(path)
    }
  }

  /** A hash of what counts of a file's code. The compiler leaves comments out; in JavaScript they stand, and change nothing. */
  #meaningOf(url: string, code: string): string {
    const known = this.#meanings.get(url)
    if (known?.code === code) return known.hash
    const hash = hashOf(/\.[cm]?js$/.test(url) ? withoutComments(code) : code)
    this.#meanings.set(url, { code, hash })
    return hash
  }
}

/** The user's own files of what is loaded first; what is wrong with its name is said by whoever loads it. */
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
