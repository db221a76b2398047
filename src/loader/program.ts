import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { hashOf } from '../files/checked-file.ts'
import type { Entry } from './find-entry.ts'
import { addressOf, type FirstModule } from './first-modules.ts'
import { withoutComments } from './meaning/lexers.ts'
import { pathOf } from './meaning/resolve-name.ts'
import { hintsOf } from './module-hints.ts'
import { EntryPack, type PackOptions } from './pack/entry-pack.ts'
import { OwnModules } from './pack/own-modules.ts'
import { prefetch } from './pack/prefetch.ts'
import { bundlePath, readBundle, withoutCode } from './packages/package-bundle.ts'
import type { Preload } from './preload.ts'

/** What a program is made of, as far as it can be told without running it. */
export interface Program {
  /** Differs when another process that loads it would run other code. */
  readonly fingerprint: string
  /** The user's own files in it. */
  readonly sources: readonly string[]
  /** What else decides what it means, whether or not it is there. */
  readonly deciding: readonly string[]
  readonly ahead: Preload
}

/** Reads a program again and again, and compiles only what has changed since. */
export class ProgramReader {
  #before: OwnModules | undefined

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
    const own = new OwnModules(() => false, this.#before)
    const { lookup } = own.project
    try {
      const before = await Promise.all(first.map((one) => graphOf(one, own)))
      const { files: later, packages } = await prefetch(pathToFileURL(file).href, own, meaningOf)
      const files = new Map([...before.flatMap((one) => [...one]), ...later])
      this.#before = own
      const pack = new EntryPack(file, options)
      pack.keep(own)
      const sources = [...files.keys()].map(pathOf)
      const others = lookup.stamps.map(({ path }) => path).filter((path) => !sources.includes(path))
      return {
        fingerprint: hashOf(JSON.stringify([...files].sort())),
        sources,
        // The folder that holds everything cannot be watched as others are, and nobody keeps a project there.
        deciding: [...others, ...lookup.absent].filter((path) => dirname(dirname(path)) !== dirname(path)),
        // Nothing may come before what comes first.
        ahead:
          first.length > 0
            ? { capture: true, bundle: undefined, modules: [] }
            : aheadOf(file, exportName, [...packages], pack.folder, options.version),
      }
    } finally {
      for (const { path } of lookup.stamps) seen.add(path)
      for (const path of lookup.absent) seen.add(path)
    }
  }
}

/** The user's own files of what is loaded first; what is wrong with its name is said by whoever loads it. */
async function graphOf(first: FirstModule, own: OwnModules): Promise<ReadonlyMap<string, string>> {
  const address = addressOf(first, own)
  const file = /^file:[^?#]*$/.test(address) && own.isOwn(address)
  return file ? (await prefetch(address, own, meaningOf)).files : new Map()
}

/** The compiler leaves comments out; in JavaScript they stand, and change nothing. */
const meaningOf = (code: string, url: string): string =>
  /\.[cm]?js$/.test(url) ? withoutComments(code) : code

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
