import { isBuiltin } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from 'esbuild'
import { pathOf } from '../loader/meaning/resolve-name.ts'
import type { OwnModules } from '../loader/pack/own-modules.ts'
import { packageOf } from '../loader/packages/package-bundle.ts'
import { instrument } from '../patches/packages/instrument.ts'
import { edited, sourceOf } from './code-places.ts'
import {
  isModuleOnly,
  isOptionalFor,
  type LeftOut,
  nativeReason,
  reachingReason,
  textOf,
  versionOf,
} from './left-out.ts'
import { ownRequires } from './own-requires.ts'
import { names } from './surroundings.ts'

/** The packages that are not part of a bundle, by name: what is found while it is made counts from the next time on. */
export class LeftOutPackages {
  readonly found = new Map<string, LeftOut>()
  /** Names that a source of the user's gives to what looks them up by itself. */
  readonly named = new Set<string>()
  readonly #asked = new Map<string, string | undefined>()
  /** How often it has grown. */
  changes = 0

  add(path: string, why: string, optional: boolean): void {
    const home = packageOf(path)
    if (!home) return
    const before = this.found.get(home.name)
    if (before && (!before.optional || optional)) return
    this.found.set(home.name, { ...home, version: versionOf(home), why, optional })
    this.changes++
  }

  name(name: string): void {
    if (this.named.has(name)) return
    this.named.add(name)
    this.changes++
  }

  /** Whether the package of a file stays out, and that it does. */
  holds(path: string, importer: string): boolean {
    const home = packageOf(path)
    if (!home) return false
    if (!this.#asked.has(home.folder)) this.#asked.set(home.folder, nativeReason(home))
    const why = this.named.has(home.name) ? 'looks for its parts by name' : this.#asked.get(home.folder)
    if (why !== undefined) this.add(path, why, isOptionalFor(importer, home.name))
    return this.found.has(home.name) && packageOf(importer)?.name !== home.name
  }
}

/** What packages are in a bundle: with the capture in those of an SDK, without those that cannot be part of it. */
export function packageSources(own: OwnModules, leftOut: LeftOutPackages, dist: string): Plugin {
  return {
    name: 'package-sources',
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) =>
        args.pluginData === asking || args.namespace !== 'file' || isOurs(args, dist)
          ? undefined
          : resolved(args, build, own, leftOut),
      )
      for (const namespace of missing)
        build.onLoad({ filter: /.*/, namespace }, ({ path, pluginData }) => ({
          contents: throwing(path, pluginData, namespace === 'missing-required'),
        }))
      build.onLoad({ filter: /.*/, namespace: 'outside' }, ({ path, pluginData }) => ({
        contents: `module.exports = ${names.outside}(${JSON.stringify(path)}, ${JSON.stringify(pluginData)})`,
      }))
      build.onLoad({ filter: /\.[cm]?js$/, namespace: 'file' }, ({ path }) => {
        if (path.startsWith(dist) || own.isOwn(pathToFileURL(path).href)) return undefined
        const text = textOf(path)
        const why = reachingReason(text)
        if (why !== undefined) leftOut.add(path, why, false)
        const whole = withOwnRequires(path, text)
        const contents = instrument(whole, path) ?? whole
        return contents === text ? undefined : { contents, loader: 'js' }
      })
    },
  }
}

/** A package that requires from elsewhere, such as the folder that it is used in, means what is there when it runs. */
const withOwnRequires = (path: string, text: string): string => {
  if (!/\bcreateRequire\s*\(\s*import\.meta\b/.test(text)) return text
  const source = sourceOf(path, text)
  return edited(source, ownRequires(source))
}

/** What was not there when it was imported, and when it was required: Node has its own words for each. */
const missing = ['missing', 'missing-required']

function throwing(spec: string, importer: string, required: boolean): string {
  const what = required || /^[./]/.test(spec) ? 'module' : 'package'
  const by = required ? `\nRequire stack:\n- ${importer}` : ` imported from ${importer}`
  const code = required ? 'MODULE_NOT_FOUND' : 'ERR_MODULE_NOT_FOUND'
  const words = JSON.stringify(`Cannot find ${what} '${spec}'${by}`)
  return `throw Object.assign(new Error(${words}), { code: '${code}' })`
}

/** Marks a question of ours, which is not to come back to us. */
const asking = Symbol('asking')

const isOurs = ({ importer, path }: OnResolveArgs, dist: string) =>
  importer.startsWith(dist) || path.startsWith(dist) || isBuiltin(path) || /^(?:data|https?|node):/.test(path)

async function resolved(
  args: OnResolveArgs,
  build: PluginBuild,
  own: OwnModules,
  leftOut: LeftOutPackages,
): Promise<OnResolveResult | undefined> {
  const { path: spec, importer, kind, resolveDir, namespace } = args
  if (kind === 'entry-point') return undefined
  if (kind === 'require-resolve') return { path: spec, external: true }
  const pluginData = asking
  const found = await build.resolve(spec, { importer, kind, resolveDir, namespace, pluginData })
  const isOwn = /\.\w+$/.test(importer) && own.isOwn(pathToFileURL(importer).href)
  if (found.errors.length > 0) {
    const instead =
      isOwn && own.leadsInstead(spec, pathToFileURL(importer).href, { code: 'MODULE_NOT_FOUND' })
    if (instead) return { path: pathOf(instead), sideEffects: true }
    // Whoever can do without it finds out when the server runs, as with Node.
    const namespace = kind === 'require-call' ? 'missing-required' : 'missing'
    return { path: spec, namespace, pluginData: importer }
  }
  if (found.external || found.namespace !== 'file')
    return { path: found.path, external: found.external, namespace: found.namespace }
  if (found.path.endsWith('.node')) leftOut.add(importer, 'holds native code', false)
  if (found.path.endsWith('.node') || leftOut.holds(found.path, importer)) {
    const home = packageOf(found.path)
    const one = home && leftOut.found.get(home.name)
    if (home && isModuleOnly(home)) return { path: spec, external: true }
    return { path: spec, namespace: 'outside', pluginData: one ? `${one.name}@${one.version}` : spec }
  }
  return { path: found.path, ...(isOwn ? { sideEffects: true } : { sideEffects: found.sideEffects }) }
}
