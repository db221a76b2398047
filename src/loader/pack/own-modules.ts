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

/** What has been compiled, by address, and all that decided what came of it. */
export type Compiled = Map<string, { readonly input: string; readonly module: CompiledSource }>

/** What the user's own modules mean: where their names lead, and what Node is to run for each. */
export class OwnModules {
  readonly pack = new Pack()
  readonly project = new Project()
  /** What could not be compiled, by address; Node's thread for hooks loses what kind of error it was. */
  readonly faults = new Map<string, CliError>()
  readonly #isBundled: (url: string) => boolean
  readonly #compiled: Compiled
  /** Folders of packages that are the user's own program, which others have installed. */
  readonly #homes = new Set<string>()

  /**
   * @param isBundled whether a module of a package is taken from the script of packages.
   * @param compiled what has not changed since it was compiled ahead for another one is not compiled again.
   */
  constructor(isBundled: (url: string) => boolean, compiled: Compiled = new Map()) {
    this.#isBundled = isBundled
    this.#compiled = compiled
  }

  /** Lets a file be one that a program begins with. */
  begin(file: string): void {
    const home = packageOf(file)
    if (home) this.#homes.add(home.folder)
  }

  /** Whether a module belongs to the program, and not to a package that it uses. */
  isOwn(url: string): boolean {
    if (url.startsWith(runner)) return false
    const home = packageOf(url)
    return home === undefined || this.#homes.has(home.folder)
  }

  /** Where a name leads that is not Node's to answer, or whose answer is known from an earlier start. */
  leads(spec: string, parent: string | undefined, imported: boolean): string | undefined {
    if (!parent?.startsWith('file:')) return undefined
    const known = this.pack.link(parent, spec)
    if (known !== undefined && this.#isUsable(known, imported)) return known
    if (!isTypescript(pathOf(parent))) return undefined
    return this.#kept(spec, parent, resolveName(spec, parent, this.project))
  }

  /** Where a name leads that Node has found nothing for. */
  leadsInstead(spec: string, parent: string | undefined, error: unknown): string | undefined {
    if (!parent?.startsWith('file:') || !isMissing(error)) return undefined
    const missing: unknown = Reflect.get(Object(error), 'url')
    const url =
      resolveName(spec, parent, this.project) ??
      (typeof missing === 'string' ? sourceInstead(missing, this.project) : undefined)
    return this.#kept(spec, parent, url)
  }

  /** Is told what Node has answered. */
  noteLink(spec: string, parent: string | undefined, url: string): void {
    if (!parent?.startsWith('file:') || !isWorthBundling(url) || !this.isOwn(parent)) return
    this.pack.keepLink(parent, spec, url)
    this.pack.keepPackage(url)
  }

  /** The module at an address, compiled now if it has not been; `undefined` for what Node runs as it is. */
  at(url: string): OwnModule | undefined {
    const plain = withoutQuery(url)
    const known = this.pack.modules.get(plain)
    if (known || !isOurs(plain)) return known
    this.pack.keep(plain, compileSourceNow(this.#sourceAt(plain), this.project))
    return this.pack.modules.get(plain)
  }

  /** Compiles the module at an address, if it needs that and has not been. */
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

  /** Compiles a source that is not quite what its file holds, and keeps nothing of it. */
  compile(source: Source): Promise<CompiledSource> {
    return compileSource(source, this.project)
  }

  /** The source map of what has been made of the module at an address. */
  mapOf(url: string): string | undefined {
    return this.pack.maps.get(withoutQuery(url))
  }

  /** Makes the source map of a module whose own has been lost; `undefined` when the source is not what it was. */
  compileAgain(url: string): string | undefined {
    try {
      this.pack.keep(url, compileSourceNow(this.#sourceAt(url), this.project))
      return this.mapOf(url)
    } catch {
      return undefined
    }
  }

  /** The names that the CommonJS module at an address exports, with those that it has from others. */
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

  /** What could not be compiled, where that is why an import has failed: another thread's errors come as copies. */
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

  /** An import that leads into a package is answered from an earlier start only where it is in the script. */
  #isUsable(url: string, imported: boolean): boolean {
    return isWorthBundling(url) ? imported && this.#isBundled(url) : true
  }
}

/** Where this program itself stands. */
const runner = new URL('.', import.meta.url).href

const isOurs = (url: string) => url.startsWith('file:') && isTypescript(fileURLToPath(url))

const isMissing = (error: unknown) =>
  ['ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT', 'MODULE_NOT_FOUND'].includes(codeOf(error) ?? '')
