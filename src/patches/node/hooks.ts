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
  /** What the file is, where that is known before Node looks. */
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

/** What Node hands to a `load` hook and takes from it; its own types say less on some versions. */
export interface Loaded {
  format?: string | null | undefined
  source?: string | ArrayBuffer | NodeJS.TypedArray | null | undefined
  shortCircuit?: boolean | undefined
}

/** What is asked before Node looks and after it has. */
export interface Hooks extends RequireHooks {
  resolve(spec: string, context: ResolveContext): Resolved | undefined
  resolved(spec: string, context: ResolveContext, found: Resolved): void
  missing(spec: string, context: ResolveContext, error: unknown): Resolved | undefined
  load(url: string, context: LoadContext): Loaded | undefined
  loaded(url: string, loaded: Loaded): Loaded
}

/** Node ≥ 22.15 has hooks that run where the modules do, and see `require` too. */
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

/** Where hooks that run in a thread of Node's own are. */
export interface HooksThread {
  readonly script: URL
  /** What the thread is to know from the beginning. */
  readonly data: unknown
}

/**
 * Puts hooks under everything that is loaded from here on, ES modules and CommonJS alike.
 * @param thread the script that answers for ES modules on Node 20.
 * @returns the way to talk to that script, where there is one.
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

/** Lets other hooks see a name as it is written, and where it leads instead where Node or they would go elsewhere. */
function watched(url: string, spec: string, context: ResolveContext, next: NextResolve): Resolved {
  try {
    const found = next(spec, context)
    if (isSame(found.url, url)) return found
  } catch {
    // It is not a name that Node knows.
  }
  return next(context.conditions?.includes('require') ? fileURLToPath(url) : url, context)
}

/** What hooks of others have for a file of ours; nothing where they leave it as it is, or only Node is asked. */
function othersSource(url: string, context: LoadContext, next: NextLoad): Loaded | undefined {
  try {
    const found = next(url, context)
    return isReplaced(url, found) ? found : undefined
  } catch {
    // It is not a file that Node knows.
    return undefined
  }
}

/** Whether somebody has put another source in the place of a file. */
export function isReplaced(url: string, { source }: Loaded): boolean {
  if (source === null || source === undefined) return false
  // Node may have taken a byte order mark off.
  const textOf = (bytes: ArrayBuffer | NodeJS.TypedArray) => new TextDecoder().decode(bytes)
  return (
    textOf(typeof source === 'string' ? Buffer.from(source) : source) !== textOf(readFileSync(new URL(url)))
  )
}

/** Whether somebody has added to the address of a file, such as a query that means a module around it. */
export const isSame = (found: string, url: string): boolean => found === url || found.startsWith(`${url}?`)

/** @param onHooks is told when user code is about to install hooks: from there on they must see everything. */
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
