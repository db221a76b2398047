import { dirname, join } from 'node:path'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { Lookup } from './lookup.ts'
import { Tsconfigs } from './tsconfigs.ts'

/** The module system of a file, if its name or package determines it. */
type ModuleType = 'module' | 'commonjs' | undefined

/** The surroundings of a program's files that determine their meaning: packages and tsconfigs. */
export class Project {
  readonly lookup = new Lookup()
  readonly tsconfigs = new Tsconfigs(this.lookup)
  readonly #types = new Map<string, ModuleType>()

  /** The module type by a file's extension, otherwise by the `type` of its package. */
  typeOf(file: string): ModuleType {
    const folder = dirname(file)
    if (!this.#types.has(folder)) this.#types.set(folder, this.#typeIn(folder))
    const [, letter] = /\.([cm])[jt]s$/.exec(file) ?? []
    if (letter !== undefined) return letter === 'm' ? 'module' : 'commonjs'
    return this.#types.get(folder)
  }

  /** The package.json of a folder; undefined if there is none or it cannot be parsed. */
  manifestIn(folder: string): Record<string, unknown> | undefined {
    const path = join(folder, 'package.json')
    if (!this.lookup.isFile(path)) return undefined
    try {
      const manifest: unknown = JSON.parse(
        this.lookup
          .read(path)
          .toString()
          .replace(/^\uFEFF/, ''),
      )
      return isRecord(manifest) ? manifest : {}
    } catch {
      return {}
    }
  }

  #typeIn(start: string): ModuleType {
    for (let folder = start; ; folder = dirname(folder)) {
      const manifest = this.manifestIn(folder)
      if (manifest) {
        this.#noteLocks(folder)
        const { type } = manifest
        return type === 'module' || type === 'commonjs' ? type : undefined
      }
      if (dirname(folder) === folder || folder.endsWith('node_modules')) return undefined
    }
  }

  /** Lock files are dependencies: what is installed determines how specifiers resolve. */
  #noteLocks(folder: string): void {
    for (const lock of ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']) {
      const path = join(folder, lock)
      if (this.lookup.isFile(path)) this.lookup.note(path, true)
    }
  }
}
