import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LoadContext, Loaded, ResolveContext, Resolved } from '../../patches/node/hooks.ts'
import { instrument } from '../../patches/packages/instrument.ts'
import { codeOnly, importsIn } from '../meaning/lexers.ts'
import { isInPackage } from '../meaning/source-kind.ts'
import type { OwnModule, OwnModules } from '../pack/own-modules.ts'
import { importFromBundle } from '../packages/package-bundle.ts'

/** What the hooks go by, which another thread may have to be told. */
export interface HookState {
  /** The names that each module in the script of packages exports. */
  readonly bundled: ReadonlyMap<string, readonly string[]>
  /** The address of the module that is to believe it is the program. */
  main: string | undefined
  /** Whether modules that start servers are to tell of it. */
  capture: boolean
  /** Whether a debugger may look at it, which finds the true source by a map. */
  debugged: boolean
  /** Whether nobody else watches how packages are loaded. */
  alone: boolean
}

/** What Node asks when it meets a name, and when it needs a source: the same answers on every thread. */
export class ModuleHooks {
  readonly #own: OwnModules
  readonly #state: HookState

  constructor(own: OwnModules, state: HookState) {
    this.#own = own
    this.#state = state
  }

  /** Before Node looks. */
  resolve(spec: string, { parentURL, conditions, importAttributes }: ResolveContext): Resolved | undefined {
    const url = this.#own.leads(spec, parentURL, isImport(conditions))
    if (url === undefined) return undefined
    // Whoever watches is told of the address, too.
    return { url, importAttributes, shortCircuit: this.#state.alone }
  }

  /** After Node has looked. */
  resolved(spec: string, { parentURL, conditions }: ResolveContext, { url }: Resolved): void {
    if (isImport(conditions)) this.#own.noteLink(spec, parentURL, url)
  }

  /** Where Node has found nothing. */
  missing(
    spec: string,
    { parentURL, importAttributes }: ResolveContext,
    error: unknown,
  ): Resolved | undefined {
    const url = this.#own.leadsInstead(spec, parentURL, error)
    return url === undefined ? undefined : { url, shortCircuit: true, importAttributes }
  }

  /** Instead of Node's own look at a file. What needs the compiler has to be ready, or is compiled now. */
  load(url: string, context: LoadContext): Loaded | undefined {
    const names = this.#state.alone ? this.#state.bundled.get(url) : undefined
    if (names) return { format: 'module', source: importFromBundle(url, names), shortCircuit: true }
    const one = this.#own.at(url)
    if (one) {
      if (context.importAttributes?.type === undefined) return this.#ofOwn(url, one, context)
      // Told what it is, Node says itself what is wrong with the attribute.
      context.format = one.format
      return undefined
    }
    if (isPlainJson(url, context)) return { format: 'module', source: jsonModule(url), shortCircuit: true }
    return undefined
  }

  /** What Node has loaded: the same, unless it starts servers or is the entry. */
  loaded(url: string, loaded: Loaded): Loaded {
    const { source, format } = loaded
    if (source === null || source === undefined || !/^(?:module|commonjs|undefined|null)/.test(`${format}`))
      return loaded
    if (!this.#state.capture && url !== this.#state.main) return loaded
    const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
    const changed = this.#seen(url, text)
    return changed === text ? loaded : { ...loaded, source: changed }
  }

  /** The code of a CommonJS file that needs the compiler, for `require`. */
  required(url: string): OwnModule | undefined {
    const one = this.#own.at(url)
    return one && { ...one, code: this.#shown(url, one.code) }
  }

  #ofOwn(url: string, { format, code }: OwnModule, context: LoadContext): Loaded {
    // Whoever watches may have a source of their own for the same file.
    const shortCircuit = this.#state.alone
    if (format === 'module' || hasWholeHooks) return { format, source: this.#shown(url, code), shortCircuit }
    if (!isImport(context.conditions)) return { format, source: undefined, shortCircuit: true }
    // These versions of Node look for the names of its exports in the file itself, which is TypeScript.
    return { format: 'module', source: requiring(url, this.#own.namesOf(url)), shortCircuit: true }
  }

  /** What Node is to run of a file that has been compiled. */
  #shown(url: string, code: string): string {
    const changed = this.#seen(url, code)
    const map = this.#state.debugged ? this.#own.mapOf(url) : undefined
    if (map === undefined) return changed
    const encoded = Buffer.from(JSON.stringify({ ...JSON.parse(map), sources: [url] })).toString('base64')
    return `${changed}\n//# sourceMappingURL=data:application/json;base64,${encoded}`
  }

  #seen(url: string, text: string): string {
    const own = url === this.#state.main ? asMain(text, url) : text
    if (!this.#state.capture) return own
    return instrument(own, url, { codeOnly: isInPackage(url) ? undefined : codeOnly }) ?? own
  }
}

const isImport = (conditions: readonly string[] | undefined) => !conditions?.includes('require')

/** Node before 24 loses how a CommonJS source requires when a hook returns it. */
const hasWholeHooks = Number(process.versions.node.split('.', 1)[0]) >= 24

/** JSON of the user's own without an attribute, as compilers have long taken it. */
function isPlainJson(url: string, { importAttributes, conditions }: LoadContext): boolean {
  if (!/^file:.*\.json$/.test(url) || importAttributes?.type !== undefined) return false
  return isImport(conditions) && !isInPackage(fileURLToPath(url))
}

function jsonModule(url: string): string {
  const text = readFileSync(fileURLToPath(url), 'utf8').replace(/^\uFEFF/, '')
  const data: unknown = JSON.parse(text)
  const names = typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.keys(data) : []
  return exporting(`const all = JSON.parse(${JSON.stringify(text)})`, names)
}

function requiring(url: string, names: readonly string[]): string {
  const path = JSON.stringify(fileURLToPath(url))
  return exporting(
    `import { createRequire } from 'node:module'; const all = createRequire(import.meta.url)(${path})`,
    names,
  )
}

/** A module that exports what `all` holds, and that itself. */
function exporting(setup: string, names: readonly string[]): string {
  const named = names.filter((name) => name !== 'default' && !/\p{Cs}/u.test(name))
  const values = named.map((name, index) => `const $${index} = all[${JSON.stringify(name)}]`)
  const list = named.map((name, index) => `$${index} as ${JSON.stringify(name)}`).join(', ')
  return [setup, ...values, `export { ${list} }`, 'export default all'].join('\n')
}

/** What Node needs at the end of an address to run the same file once more, as the program this time. */
export const againMark = '?fastmcp'

/**
 * The runner is the program, but a file that exports no server is to believe that it is, under its own address.
 * What is put in place of a word is as long, so that everything after it keeps its place.
 */
function asMain(code: string, url: string): string {
  if (!/\bimport\.meta\.(?:main|url)\b/.test(code)) return code
  const address = url.endsWith(againMark) ? JSON.stringify(url.slice(0, -againMark.length)) : undefined
  let [changed, from] = ['', 0]
  for (const { type, start, end } of importsIn(code)) {
    if (type !== 'import-meta') continue
    const [word = ''] = /^\.(?:main|url)(?![\w$])/.exec(code.slice(end, end + 6)) ?? []
    const value = word === '.main' ? '(true)' : word === '.url' ? address : undefined
    if (value === undefined) continue
    changed += code.slice(from, start) + value.padEnd(end + word.length - start)
    from = end + word.length
  }
  return changed + code.slice(from)
}
