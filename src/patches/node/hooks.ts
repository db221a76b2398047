// Patches: how modules are loaded: by `Module.registerHooks`, before Node 22.15 by `Module.register` and
//   `_compile`; and `register` and `registerHooks`, to hear that user code brings hooks of its own.
// Why: TypeScript keeps its own addresses, modules of an SDK get the capture (`packages/instrument.ts`)
//   before they run, packages come as one script.
// On: Node 20.19–26.
// Otherwise: TypeScript is Node's own to load or to refuse; what is loaded past it starts by itself: `no
//   MCP server in …`, `caught nothing`; without `register` the TypeError.

import { readFileSync } from 'node:fs'
import Module, { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { requireRoomForFiles } from '../../process/room-for-files.ts'
import { type RequireHooks, requireByHooks, requireNeedsPatch } from './require-hooks.ts'

export interface ResolveContext {
  readonly parentURL?: string | undefined
  readonly conditions?: readonly string[] | undefined
  readonly importAttributes?: Record<string, string> | undefined
}

export interface LoadContext {
  /** The format of the file, if already known. */
  format?: string | null | undefined
  readonly conditions?: readonly string[] | undefined
  readonly importAttributes?: Record<string, string> | undefined
}

export interface Resolved {
  url: string
  format?: string | null | undefined
  shortCircuit?: boolean | undefined
  importAttributes?: Record<string, string> | undefined
}

/** The result of a `load` hook; Node's own types are incomplete in some versions. */
export interface Loaded {
  format?: string | null | undefined
  source?: string | ArrayBuffer | NodeJS.TypedArray | null | undefined
  shortCircuit?: boolean | undefined
}

/** Our hooks, called before and after Node's own steps. */
export interface Hooks extends RequireHooks {
  resolve(spec: string, context: ResolveContext): Resolved | undefined
  resolved(spec: string, context: ResolveContext, found: Resolved): void
  missing(spec: string, context: ResolveContext, error: unknown): Resolved | undefined
  load(url: string, context: LoadContext): Loaded | undefined
  loaded(url: string, loaded: Loaded): Loaded
}

/** Node ≥ 22.15 has synchronous hooks on the main thread, which also handle `require`. */
interface SyncHooks {
  registerHooks?(hooks: {
    resolve(spec: string, context: ResolveContext, next: NextResolve): Resolved
    load(url: string, context: LoadContext, next: NextLoad): Loaded
  }): { deregister(): void }
}

type NextResolve = (spec: string, context: ResolveContext) => Resolved
type NextLoad = (url: string, context: LoadContext) => Loaded

interface CompilingModule {
  _compile(this: unknown, content: string, filename: string, ...rest: unknown[]): unknown
}

/** The script for hooks that run in Node's own thread. */
export interface HooksThread {
  readonly script: URL
  /** Initial data for the thread. */
  readonly data: unknown
}

/**
 * Installs hooks for everything that is loaded from now on, ES modules and CommonJS.
 * @param thread the script for ES modules on Node 20.
 * @returns the port to that script, if it is used.
 */
export function installHooks(hooks: Hooks, thread: HooksThread): MessagePort | undefined {
  if (requireNeedsPatch) requireByHooks(hooks)
  const { registerHooks } = Module as unknown as SyncHooks
  if (registerHooks) {
    registerHooks({
      resolve(spec, context, next) {
        const own = hooks.resolve(spec, context)
        if (own) return own.shortCircuit ? own : watched(own.url, spec, context, next)
        let found: Resolved
        try {
          found = next(spec, context)
        } catch (error) {
          const instead = hooks.missing(spec, context, error)
          if (instead) return instead
          throw error
        }
        hooks.resolved(spec, context, found)
        return found
      },
      load(url, context, next) {
        const own = hooks.load(url, context)
        if (!own) return hooks.loaded(url, next(url, context))
        return own.shortCircuit ? own : (othersSource(url, context, next) ?? { ...own, shortCircuit: true })
      },
    })
    return undefined
  }
  requireRoomForFiles()
  const { port1, port2 } = new MessageChannel()
  Module.register(thread.script, { data: { port: port2, known: thread.data }, transferList: [port2] })
  port1.unref()
  const prototype = (Module as unknown as { prototype: CompilingModule }).prototype
  const compile = prototype._compile
  prototype._compile = function (content, filename, ...rest) {
    const { source } = hooks.loaded(pathToFileURL(filename).href, { format: 'commonjs', source: content })
    return compile.call(this, `${source}`, filename, ...rest)
  }
  return port1
}

/** Lets other hooks see the original specifier, and overrides the URL if they or Node resolve it differently. */
function watched(url: string, spec: string, context: ResolveContext, next: NextResolve): Resolved {
  try {
    const found = next(spec, context)
    if (isSame(found.url, url)) return found
  } catch {
    // Node cannot resolve it.
  }
  return next(context.conditions?.includes('require') ? fileURLToPath(url) : url, context)
}

/** The source that other hooks provide for one of our files; undefined if they do not change it. */
function othersSource(url: string, context: LoadContext, next: NextLoad): Loaded | undefined {
  try {
    const found = next(url, context)
    return isReplaced(url, found) ? found : undefined
  } catch {
    // Node does not support this file.
    return undefined
  }
}

/** Whether another hook has replaced the source of a file. */
export function isReplaced(url: string, { source }: Loaded): boolean {
  if (source === null || source === undefined) return false
  // Node may have removed a byte order mark.
  const textOf = (bytes: ArrayBuffer | NodeJS.TypedArray) => new TextDecoder().decode(bytes)
  return (
    textOf(typeof source === 'string' ? Buffer.from(source) : source) !== textOf(readFileSync(new URL(url)))
  )
}

/** Whether two URLs are the same except for an added query or hash. */
export const isSame = (found: string, url: string): boolean => found === url || found.startsWith(`${url}?`)

/** @param onHooks is called when user code is about to install hooks, which must see everything from then on. */
export function watchForHooks(onHooks: () => void): void {
  for (const name of ['register', 'registerHooks']) {
    const original: unknown = Reflect.get(Module, name)
    if (typeof original !== 'function') continue
    Reflect.set(Module, name, function (this: unknown, ...args: unknown[]) {
      onHooks()
      return Reflect.apply(original, this, args)
    })
  }
  syncBuiltinESMExports()
}
