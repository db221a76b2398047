import { dirname, relative } from 'node:path'
import { createPathsMatcher, getTsconfig, type PathsMatcher } from 'get-tsconfig'
import { loadError, messageOf } from '../../terminal/errors.ts'
import type { Lookup } from './lookup.ts'

/** The part of a tsconfig that affects how a file behaves. */
export interface Tsconfig {
  readonly options: Readonly<Record<string, unknown>>
  /** Resolves a specifier by its `paths`, best match first. */
  readonly matches: PathsMatcher | undefined
}

const none: Tsconfig = { options: {}, matches: undefined }

/** The tsconfigs of a program: each file belongs to the nearest one above it. */
export class Tsconfigs {
  readonly #lookup: Lookup
  readonly #byFolder = new Map<string, Tsconfig>()
  /** The cache of get-tsconfig, which also records what it has read and looked for. */
  readonly #seen = new Map<string, unknown>()

  constructor(lookup: Lookup) {
    this.#lookup = lookup
  }

  /** @throws CliError (exit 3) for one that cannot be parsed, or extends a missing one. */
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
