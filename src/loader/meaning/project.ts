import { dirname, join } from 'node:path'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { Lookup } from './lookup.ts'
import { Tsconfigs } from './tsconfigs.ts'

/** What a module system a package's files are in, as far as its package.json says. */
export type PackageType = 'module' | 'commonjs' | undefined

/** What stands around a program's files and decides what they mean. */
export class Project {
  readonly lookup = new Lookup()
  readonly tsconfigs = new Tsconfigs(this.lookup)
  readonly #types = new Map<string, PackageType>()

  /** The `type` of the package that a file belongs to. */
  typeOf(file: string): PackageType {
    const folder = dirname(file)
    if (!this.#types.has(folder)) this.#types.set(folder, this.#typeIn(folder))
    return this.#types.get(folder)
  }

  #typeIn(start: string): PackageType {
    for (let folder = start; ; folder = dirname(folder)) {
      const manifest = join(folder, 'package.json')
      if (this.lookup.isFile(manifest)) {
        this.#noteLocks(folder)
        return typeIn(this.lookup.read(manifest))
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

function typeIn(manifest: Buffer): PackageType {
  try {
    const found: unknown = JSON.parse(manifest.toString().replace(/^\uFEFF/, ''))
    const type = isRecord(found) ? found.type : undefined
    return type === 'module' || type === 'commonjs' ? type : undefined
  } catch {
    return undefined
  }
}
