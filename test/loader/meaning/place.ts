import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { cachedModules } from '../../../scripts/npm-cache.mjs'
import type { Content, Files, MeaningCase } from './case.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/**
 * The least that our program serves, as an expression: an object in the shape of a tmcp server, which needs no
 * package. It stands on one line, so that nothing above it moves.
 */
const server =
  "{ tool() {}, changed() {}, on: () => () => {}, receive: ({ id }) => ({ jsonrpc: '2.0', id, result: " +
  "{ protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'meaning', version: '1.0.0' } } }) }"

const endings = {
  module: `\nexport default ${server}\n`,
  commonjs: `\nmodule.exports = ${server}\n`,
  none: '',
}

/** The files of a case, in a folder of their own, with a cache folder beside it. */
export class Place implements Disposable {
  readonly #above = realpathSync(mkdtempSync(join(tmpdir(), 'fastmcp-meaning-')))
  readonly folder = join(this.#above, 'project')
  readonly cache = join(this.#above, 'cache')
  readonly entry: string
  readonly #case: MeaningCase

  constructor(one: MeaningCase) {
    this.#case = one
    this.entry = one.entry ?? 'entry.ts'
    mkdirSync(this.folder)
    this.write(one.files)
    for (const name of one.packages ?? []) {
      this.write({ [`node_modules/${name}`]: { link: join(root, 'node_modules', name) } })
    }
    if (one.installed !== undefined) this.#install(one.installed)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  write(files: Files): void {
    for (const [name, content] of Object.entries(files)) this.#writeOne(name, content)
  }

  /** Puts everything as it was before these were written. */
  takeBack(later: Files): void {
    for (const name of Object.keys(later)) rmSync(this.path(name), { force: true })
    const written = Object.entries(this.#case.files).filter(([, content]) => typeof content === 'string')
    this.write(Object.fromEntries(written))
  }

  /** Saves the entry with a statement more; a remark would be no other program, and no reason to load it again. */
  save(): void {
    const text = this.#case.files[this.entry]
    if (typeof text === 'string') this.#writeOne(this.entry, text, 'globalThis.saved = true\n')
  }

  /** A text with this folder in place of `<folder>`. */
  filled(text: string): string {
    return text.replaceAll('<folder>', this.folder)
  }

  /** A text with `<folder>` wherever this folder is named, be it as a path or as an address. */
  general(text: string): string {
    const address = pathToFileURL(this.folder).href
    return text.replaceAll(address, 'file://<folder>').replaceAll(this.folder, '<folder>')
  }

  #install(spec: string): void {
    const name = spec.slice(0, spec.lastIndexOf('@'))
    const modules = cachedModules(spec.replaceAll(/[@/]+/g, '-'), spec)
    this.write({ [`node_modules/${name}`]: { link: join(modules, name) } })
  }

  #writeOne(name: string, content: Content, more = ''): void {
    const path = this.path(name)
    mkdirSync(dirname(path), { recursive: true })
    if (typeof content !== 'string') return symlinkSync(content.link, path)
    const kind = this.#case.server ?? (['.cts', '.cjs'].includes(extname(name)) ? 'commonjs' : 'module')
    const ending = name === this.#served ? endings[kind] + more : ''
    writeFileSync(path, this.filled(content) + ending)
  }

  /** The file that a server is added to: where the entry is a link, the one that it leads to. */
  get #served(): string {
    const content = this.#case.files[this.entry]
    return typeof content === 'object' ? join(dirname(this.entry), content.link) : this.entry
  }

  [Symbol.dispose](): void {
    // What prepares the next start may still be writing to a cache in it, and Node itself tries a folder only once.
    for (let tries = 0; existsSync(this.#above); tries++) {
      try {
        rmSync(this.#above, { recursive: true, force: true })
      } catch (error) {
        if (tries > 100) throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
      }
    }
  }
}
