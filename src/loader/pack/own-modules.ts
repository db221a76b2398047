import { fileURLToPath } from 'node:url'
import { decodeText } from '../../files/text-file.ts'
import { type CliError, codeOf, messageOf } from '../../terminal/errors.ts'
import {
  type CompiledSource,
  compileSource,
  compileSourceNow,
  inputOf,
  type Source,
} from '../meaning/compile-source.ts'
import { Project } from '../meaning/project.ts'
import { pathOf, resolveName, sourceInstead, withoutQuery } from '../meaning/resolve-name.ts'
import { isTypescript } from '../meaning/source-kind.ts'
import { isWorthBundling, packageOf } from '../packages/package-bundle.ts'
import { type OwnModule, Pack } from './pack.ts'

/** Compiled modules by URL, with the input that determined each output. */
export type Compiled = Map<string, { readonly input: string; readonly module: CompiledSource }>

/** The user's own modules: how their specifiers resolve, and the code that Node runs for each. */
export class OwnModules {
  readonly pack = new Pack()
  readonly project = new Project()
  /** Compile errors by URL; errors from Node's hooks thread lose their class. */
  readonly faults = new Map<string, CliError>()
  readonly #isBundled: (url: string) => boolean
  readonly #compiled: Compiled
  /** Folders of installed packages that are the program being run. */
  readonly #homes = new Set<string>()

  /**
   * @param isBundled whether a module comes from the package bundle.
   * @param compiled modules compiled for another program, reused if their input is unchanged.
   */
  constructor(isBundled: (url: string) => boolean, compiled: Compiled = new Map()) {
    this.#isBundled = isBundled
    this.#compiled = compiled
  }

  /** Registers an entry file. */
  begin(file: string): void {
    const home = packageOf(file)
    if (home) this.#homes.add(home.folder)
  }

  /** Whether a module belongs to the program rather than to a package that it uses. */
  isOwn(url: string): boolean {
    if (url.startsWith(runner)) return false
    const home = packageOf(url)
    return home === undefined || this.#homes.has(home.folder)
  }

  /** Resolves a specifier that Node would not resolve as we do, or that an earlier start has resolved. */
  leads(spec: string, parent: string | undefined, imported: boolean): string | undefined {
    if (!parent?.startsWith('file:')) return undefined
    const known = this.pack.link(parent, spec)
    if (known !== undefined && this.#isUsable(known, imported)) return known
    if (!isTypescript(pathOf(parent))) return undefined
    return this.#kept(spec, parent, resolveName(spec, parent, this.project))
  }

  /** Resolves a specifier that Node could not resolve. */
  leadsInstead(spec: string, parent: string | undefined, error: unknown): string | undefined {
    if (!parent?.startsWith('file:') || !isMissing(error)) return undefined
    const missing: unknown = Reflect.get(Object(error), 'url')
    const url =
      resolveName(spec, parent, this.project) ??
      (typeof missing === 'string' ? sourceInstead(missing, this.project) : undefined)
    return this.#kept(spec, parent, url)
  }

  /** Records how Node resolved a specifier. */
  noteLink(spec: string, parent: string | undefined, url: string): void {
    if (!parent?.startsWith('file:') || !isWorthBundling(url) || !this.isOwn(parent)) return
    this.pack.keepLink(parent, spec, url)
    this.pack.keepPackage(url)
  }

  /** The module at a URL, compiled synchronously if necessary; `undefined` if Node can run it unchanged. */
  at(url: string): OwnModule | undefined {
    const plain = withoutQuery(url)
    const known = this.pack.modules.get(plain)
    if (known || !isOurs(plain)) return known
    this.pack.keep(plain, compileSourceNow(this.#sourceAt(plain), this.project))
    return this.pack.modules.get(plain)
  }

  /** Compiles the module at a URL if necessary. */
  async ready(url: string): Promise<OwnModule | undefined> {
    const plain = withoutQuery(url)
    const known = this.pack.modules.get(plain)
    if (known || !isOurs(plain)) return known
    try {
      const source = this.#sourceAt(plain)
      const input = inputOf(source.file, this.project)
      const before = this.#compiled.get(plain)
      const module = before?.input === input ? before.module : await compileSource(source, this.project)
      this.#compiled.set(plain, { input, module })
      this.pack.keep(plain, module)
    } catch (error) {
      this.faults.set(plain, error as CliError)
      throw error
    }
    return this.pack.modules.get(plain)
  }

  /** Compiles a source that differs from its file, without caching it. */
  compile(source: Source): Promise<CompiledSource> {
    return compileSource(source, this.project)
  }

  /** Whether anything of the program needs a compiler, as far as it is known by now. */
  get compiles(): boolean {
    return this.pack.modules.size > 0
  }

  /** The source map of what has been made of the module at an address. */
  mapOf(url: string): string | undefined {
    return this.pack.maps.get(withoutQuery(url))
  }

  /** Recreates a lost source map; `undefined` if the source has changed. */
  compileAgain(url: string): string | undefined {
    try {
      this.pack.keep(url, compileSourceNow(this.#sourceAt(url), this.project))
      return this.mapOf(url)
    } catch {
      return undefined
    }
  }

  /** The export names of the CommonJS module at a URL, including re-exports. */
  namesOf(url: string, seen = new Set<string>()): string[] {
    if (seen.has(url)) return []
    seen.add(url)
    const { names, from } = this.at(url)?.exports ?? { names: [], from: [] }
    const others = from.flatMap((spec) => {
      const next = this.leads(spec, url, false)
      return next === undefined ? [] : this.namesOf(next, seen)
    })
    return [...new Set([...names, ...others])]
  }

  /** The compile error behind a failed import: errors from another thread arrive as copies. */
  faultBehind(error: unknown): CliError | undefined {
    const message = messageOf(error)
    return [...this.faults.values()].find((fault) => fault.message === message)
  }

  #sourceAt(url: string): Source {
    const file = fileURLToPath(url)
    return { file, text: decodeText(this.project.lookup.read(file)).text }
  }

  #kept(spec: string, parent: string, url: string | undefined): string | undefined {
    if (url !== undefined) this.pack.keepLink(parent, spec, url)
    return url
  }

  /** An import of a package is answered from the cache only if it is in the package bundle. */
  #isUsable(url: string, imported: boolean): boolean {
    return isWorthBundling(url) ? imported && this.#isBundled(url) : true
  }
}

/** The URL of this program's own folder. */
const runner = new URL('.', import.meta.url).href

const isOurs = (url: string) => url.startsWith('file:') && isTypescript(fileURLToPath(url))

const isMissing = (error: unknown) =>
  ['ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT', 'MODULE_NOT_FOUND'].includes(codeOf(error) ?? '')
