import type { Hooks, LoadContext, Loaded, ResolveContext, Resolved } from '../../patches/node/hooks.ts'
import { requireNeedsPatch } from '../../patches/node/require-hooks.ts'
import { mayCheckTwice } from '../../patches/packages/checked-once.ts'
import { instrument } from '../../patches/packages/instrument.ts'
import { mayHaveToolHandlers } from '../../patches/packages/tool-lists.ts'
import { codeOnly } from '../meaning/lexers.ts'
import { isInPackage } from '../meaning/source-kind.ts'
import { OwnModules } from '../pack/own-modules.ts'
import type { OwnModule, Packed } from '../pack/pack.ts'
import { fromHere } from '../packages/lazy-imports.ts'
import { asMain } from './as-main.ts'
import { fromBundle, importingHere, ofJson, requiring } from './stand-ins.ts'

/** An update for the hooks of each thread. */
export interface News {
  /** An entry file of a program. */
  readonly begin?: string
  /** What an earlier start or another thread has resolved. */
  readonly pack?: Packed
  readonly maps?: Readonly<Record<string, string>>
  /** The export names of the modules in the package bundle, which are loaded from there from now on. */
  readonly names?: Readonly<Record<string, readonly string[]>>
  /** The URL of a module, not loaded yet, that is made to believe that it is the main module. */
  readonly main?: string
  /** Whether SDK modules are instrumented to report the servers that they start. */
  readonly capture?: boolean
  /** Whether a debugger may be attached, which needs source maps. */
  readonly debugged?: boolean
  /** Whether no other hooks observe how packages are loaded. */
  readonly alone?: boolean
}

/** The resolve and load hooks: the same on every thread. */
export class ModuleHooks implements Hooks {
  readonly own = new OwnModules((url) => this.#bundledNames(url) !== undefined)
  /** The URLs of the user's own files that Node has requested. */
  readonly seen = new Set<string>()
  readonly #bundled = new Map<string, readonly string[]>()
  #state: Pick<News, 'main' | 'capture' | 'debugged' | 'alone'> = {}

  learn({ begin, pack, maps = {}, names = {}, ...state }: News): void {
    if (begin !== undefined) this.own.begin(begin)
    if (pack) this.own.pack.adopt(pack)
    this.own.pack.adoptMaps(maps)
    for (const [url, list] of Object.entries(names)) this.#bundled.set(url, list)
    this.#state = { ...this.#state, ...state }
  }

  get alone(): boolean {
    return this.#state.alone ?? false
  }

  /** Called before Node resolves. */
  resolve(spec: string, { parentURL, conditions, importAttributes }: ResolveContext): Resolved | undefined {
    const url = this.own.leads(spec, parentURL, isImport(conditions))
    if (url === undefined) return undefined
    // Other hooks see the URL too.
    return { url, importAttributes, shortCircuit: this.alone }
  }

  /** Called after Node has resolved. */
  resolved(spec: string, { parentURL, conditions }: ResolveContext, { url }: Resolved): void {
    if (isImport(conditions)) this.own.noteLink(spec, parentURL, url)
  }

  /** Called when Node could not resolve. */
  missing(
    spec: string,
    { parentURL, importAttributes }: ResolveContext,
    error: unknown,
  ): Resolved | undefined {
    const url = this.own.leadsInstead(spec, parentURL, error)
    return url === undefined ? undefined : { url, shortCircuit: true, importAttributes }
  }

  /** Loads a file instead of Node. A file that needs compiling was compiled ahead, or is compiled now. */
  load(url: string, context: LoadContext): Loaded | undefined {
    if (url.endsWith(fromHere)) return moduleOf(importingHere)
    const names = this.#bundledNames(url)
    if (names) return moduleOf(fromBundle(url, names))
    this.#note(url)
    const one = this.own.at(url)
    if (!one) return isPlainJson(url, context) ? moduleOf(ofJson(url)) : undefined
    if (context.importAttributes?.type !== undefined) {
      // With the right format, Node itself reports the wrong import attribute.
      context.format = one.format
      return undefined
    }
    // Other hooks may provide a different source for the same file.
    const shortCircuit = this.alone
    if (one.format === 'module' || !requireNeedsPatch)
      return { format: one.format, source: this.#shown(url, one.code), shortCircuit }
    if (!isImport(context.conditions)) return { format: 'commonjs', source: undefined, shortCircuit: true }
    // These Node versions scan the file itself for export names, but it is TypeScript.
    return moduleOf(requiring(url, this.own.namesOf(url), url === this.#state.main))
  }

  /** Called after Node has loaded: returns the same, unless it starts servers or is the entry. */
  loaded(url: string, loaded: Loaded): Loaded {
    this.#note(url)
    const { source, format } = loaded
    if (source === null || source === undefined || !/^(?:module|commonjs|undefined|null)/.test(`${format}`))
      return loaded
    if (!this.#isInstrumented(url) && url !== this.#state.main) return loaded
    const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
    const changed = this.#seen(url, text)
    return changed === text ? loaded : { ...loaded, source: changed }
  }

  /** The code of a CommonJS file that needs the compiler, for `require`. */
  required(url: string): OwnModule | undefined {
    this.#note(url)
    const one = this.own.at(url)
    return one && { ...one, code: this.#shown(url, one.code) }
  }

  #note(url: string): void {
    if (url.startsWith('file:') && this.own.isOwn(url)) this.seen.add(url)
  }

  /** The export names of a module, if it comes from the package bundle. */
  #bundledNames(url: string): readonly string[] | undefined {
    return this.alone ? this.#bundled.get(url) : undefined
  }

  /** The code that Node runs for a compiled file. */
  #shown(url: string, code: string): string {
    const changed = this.#seen(url, code)
    const map = this.#state.debugged ? this.own.mapOf(url) : undefined
    if (map === undefined) return changed
    const encoded = Buffer.from(JSON.stringify({ ...JSON.parse(map), sources: [url] })).toString('base64')
    return `${changed}\n//# sourceMappingURL=data:application/json;base64,${encoded}`
  }

  #isInstrumented(url: string): boolean {
    return this.#state.capture || mayHaveToolHandlers(url) || mayCheckTwice(url)
  }

  #seen(url: string, text: string): string {
    const own = url === this.#state.main ? asMain(text, url) : text
    if (!this.#isInstrumented(url)) return own
    return instrument(own, url, { codeOnly: isInPackage(url) ? undefined : codeOnly }) ?? own
  }
}

const moduleOf = (source: string): Loaded => ({ format: 'module', source, shortCircuit: true })

const isImport = (conditions: readonly string[] | undefined) => !conditions?.includes('require')

/** Whether it is an import of JSON without an attribute, which compilers have long accepted. */
function isPlainJson(url: string, { importAttributes, conditions }: LoadContext): boolean {
  const isJson = /^file:[^?#]*\.json(?:[?#]|$)/.test(url)
  return isJson && importAttributes?.type === undefined && isImport(conditions)
}
