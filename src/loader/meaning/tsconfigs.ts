import { dirname, relative } from 'node:path'
import { createPathsMatcher, getTsconfig, type PathsMatcher } from 'get-tsconfig'
import { loadError, messageOf } from '../../terminal/errors.ts'
import type { Lookup } from './lookup.ts'

/** What a tsconfig says that changes what a file does. */
export interface Tsconfig {
  readonly options: Readonly<Record<string, unknown>>
  /** The files that a name of its `paths` may mean, best first. */
  readonly matches: PathsMatcher | undefined
}

const none: Tsconfig = { options: {}, matches: undefined }

/** The tsconfigs of a program's files: each file belongs to the nearest above it. */
export class Tsconfigs {
  readonly #lookup: Lookup
  readonly #byFolder = new Map<string, Tsconfig>()
  /** The library's own, which also tells what it has read and looked for. */
  readonly #seen = new Map<string, unknown>()

  constructor(lookup: Lookup) {
    this.#lookup = lookup
  }

  /** @throws CliError (exit 3) for one that cannot be read, or extends what is not there. */
  of(file: string): Tsconfig {
    const folder = dirname(file)
    const known = this.#byFolder.get(folder) ?? this.#read(folder)
    this.#byFolder.set(folder, known)
    return known
  }

  #read(folder: string): Tsconfig {
    try {
      const found = getTsconfig(folder, 'tsconfig.json', this.#seen)
      if (!found) return none
      return {
        options: { ...found.config.compilerOptions },
        matches: createPathsMatcher(found) ?? undefined,
      }
    } catch (error) {
      throw loadError(`${shownFolder(folder)}: its tsconfig.json: ${messageOf(error)}`)
    } finally {
      this.#noteSeen()
    }
  }

  #noteSeen(): void {
    for (const [key, value] of this.#seen) {
      const [, call, path] = /^(existsSync|readFileSync):(.*?)(?::utf8)?$/.exec(key) ?? []
      if (path === undefined) continue
      if (call === 'readFileSync') this.#lookup.note(path, true)
      else if (value === false) this.#lookup.note(path, false)
    }
  }
}

const shownFolder = (folder: string) => relative(process.cwd(), folder) || '.'
