import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { isInPackage } from '../loader/meaning/source-kind.ts'
import { isScript } from '../loader/package-entry.ts'
import type { Bundled } from './bundle.ts'

/** A folder in which there is a built file and nothing else, each at the distance that it has from what it reads. */
export class EmptyFolder {
  /** The folder above everything that belongs to the server. */
  readonly #above: string
  readonly #folder = realpathSync(mkdtempSync(join(tmpdir(), 'fastmcp-build-')))
  /** Where the built file is tried. */
  readonly program: string
  /** What would be the working directory. */
  readonly cwd: string
  /** Files and folders that had to be there, as absolute paths. */
  readonly needed: string[] = []

  constructor(outfile: string, { files, leftOut, sources }: Bundled) {
    const cwd = process.cwd()
    this.#above = commonFolder([outfile, ...sources, join(cwd, 'x')])
    this.program = this.#inside(outfile)
    this.cwd = this.#inside(cwd)
    mkdirSync(this.cwd, { recursive: true })
    for (const { path, contents } of files) this.#write(this.#inside(path), contents)
    // They have to be installed beside the file, wherever that will be.
    for (const { name, folder } of leftOut.filter(({ optional }) => !optional)) {
      const link = join(this.#folder, 'node_modules', name)
      mkdirSync(dirname(link), { recursive: true })
      symlinkSync(folder, link, 'junction')
    }
  }

  /**
   * Brings data that the server has looked for, and that lies where it looked in its own place.
   * @param words what it said when it failed.
   * @returns whether there was any.
   */
  bring(words: string): boolean {
    let brought = false
    for (const path of missingIn(words)) {
      const inside = isAbsolute(path) ? path : join(this.cwd, path)
      if (!inside.startsWith(this.#folder + sep)) continue
      const real = resolve(this.#above, relative(this.#folder, inside))
      if (this.needed.includes(real) || isScript(real) || isInPackage(real + sep) || !isThere(real)) continue
      mkdirSync(dirname(inside), { recursive: true })
      cpSync(real, inside, { recursive: true, filter: (from) => !isScript(from) })
      this.needed.push(real)
      brought = true
    }
    return brought
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 })
  }

  #write(path: string, contents: Uint8Array): void {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
  }

  #inside(path: string): string {
    return join(this.#folder, relative(this.#above, path))
  }
}

/** The paths that Node has not found, in what a program says. */
const missingIn = (words: string): string[] => [
  ...new Set(
    [...words.matchAll(/ENOENT: no such file or directory, \w+ '([^'\n]+)'/g)].map(([, path = '']) => path),
  ),
]

const isThere = (path: string) => statSync(path, { throwIfNoEntry: false }) !== undefined

function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0] ?? sep)
  while (!paths.every((path) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep))) {
    if (dirname(folder) === folder) break
    folder = dirname(folder)
  }
  return folder
}
