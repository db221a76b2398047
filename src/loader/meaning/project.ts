import { dirname, join } from 'node:path'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { Lookup } from './lookup.ts'
import { Tsconfigs } from './tsconfigs.ts'

/** What module system a file is in, as far as its name and its package say. */
type ModuleType = 'module' | 'commonjs' | undefined

/** What stands around a program's files and decides what they mean. */
export class Project {
  readonly lookup = new Lookup()
  readonly tsconfigs = new Tsconfigs(this.lookup)
  readonly #types = new Map<string, ModuleType>()

  /** What a file's name says it is, else the `type` of the package that it belongs to. */
  typeOf(file: string): ModuleType {
    const folder = dirname(file)
    if (!this.#types.has(folder)) this.#types.set(folder, this.#typeIn(folder))
    const [, letter] = /\.([cm])[jt]s$/.exec(file) ?? []
    if (letter !== undefined) return letter === 'm' ? 'module' : 'commonjs'
    return this.#types.get(folder)
  }

  /** What the package.json of a folder says, if there is one; of one that cannot be read that is nothing. */
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

  /** What is installed tells where names lead. */
  #noteLocks(folder: string): void {
    for (const lock of ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']) {
      const path = join(folder, lock)
      if (this.lookup.isFile(path)) this.lookup.note(path, true)
    }
  }
}
