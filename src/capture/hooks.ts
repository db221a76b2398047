import Module from 'node:module'
import { instrument } from './instrument.ts'

/** What Node hands to a `load` hook and takes from it; its own types say less on some versions. */
interface Loaded {
  format?: string | null | undefined
  source?: string | ArrayBuffer | NodeJS.TypedArray | null | undefined
  shortCircuit?: boolean | undefined
}

/** Node ≥ 22.15 has hooks that run where the modules do, and see `require` too. */
interface SyncHooks {
  registerHooks?(hooks: {
    load(url: string, context: unknown, next: (url: string, context: unknown) => Loaded): Loaded
  }): { deregister(): void }
}

interface CompilingModule {
  _compile(this: unknown, content: string, filename: string, ...rest: unknown[]): unknown
}

/**
 * Instruments every module that is loaded from here on, ES modules and CommonJS alike.
 * @param worker the script that does it for ES modules on Node 20, in a thread of Node's own.
 * @param entry a module that is to believe it is the program itself, by its `file:` address.
 */
export function instrumentModules(worker: URL, entry: string | undefined): void {
  const hooks = (Module as unknown as SyncHooks).registerHooks
  if (hooks) {
    hooks({ load: (url, context, next) => instrumented(url, next(url, context), entry) })
    return
  }
  Module.register(worker, { data: { entry } })
  const prototype = (Module as unknown as { prototype: CompilingModule }).prototype
  const compile = prototype._compile
  prototype._compile = function (content, filename, ...rest) {
    return compile.call(this, instrument(content) ?? content, filename, ...rest)
  }
}

/** What a module becomes: the same, unless it starts servers or is the entry. */
export function instrumented(url: string, loaded: Loaded, entry: string | undefined): Loaded {
  const { source, format } = loaded
  if (source === null || source === undefined || !isScript(format)) return loaded
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
  const own = url === entry ? asMain(text) : text
  const changed = instrument(own) ?? own
  return changed === text ? loaded : { ...loaded, source: changed }
}

const isScript = (format: string | null | undefined) =>
  format === undefined || format === null || /^(module|commonjs)/.test(format)

/** The runner is the program, but a file that exports no server is to believe that it is. */
const asMain = (source: string) => source.replace(/\bimport\.meta\.main\b/g, '(true)')
