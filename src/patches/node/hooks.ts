// Patches: how modules are loaded: by `Module.registerHooks`, before Node 22.15 by `Module.register` and
//   `_compile`.
// Why: modules of an SDK get the capture (`packages/instrument.ts`) before they run, the entry
//   `import.meta.main`.
// On: Node 20.19–26.
// Otherwise: what is loaded past it starts by itself: `no MCP server in …`, `caught nothing`; without
//   `register` the TypeError.

import Module from 'node:module'
import { MessageChannel } from 'node:worker_threads'
import { instrument } from '../packages/instrument.ts'

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

let main: string | undefined
let tellWorker: ((entry: string) => void) | undefined
let done = false

/**
 * Instruments every module that is loaded from here on, ES modules and CommonJS alike. Once is enough.
 * @param worker the script that does it for ES modules on Node 20, in a thread of Node's own.
 */
export function instrumentModules(worker: URL): void {
  if (done) return
  done = true
  const hooks = (Module as unknown as SyncHooks).registerHooks
  if (hooks) {
    hooks({ load: (url, context, next) => instrumented(url, next(url, context), main) })
    return
  }
  const { port1, port2 } = new MessageChannel()
  tellWorker = (entry) => port1.postMessage(entry)
  port1.unref()
  Module.register(worker, { data: { entries: port2 }, transferList: [port2] })
  const prototype = (Module as unknown as { prototype: CompilingModule }).prototype
  const compile = prototype._compile
  prototype._compile = function (content, filename, ...rest) {
    return compile.call(this, instrument(content, filename) ?? content, filename, ...rest)
  }
}

/** @param entry a module, not loaded yet, that is to believe it is the program itself, by its `file:` address. */
export function makeMain(entry: string): void {
  main = entry
  tellWorker?.(entry)
}

/** What a module becomes: the same, unless it starts servers or is the entry. */
export function instrumented(url: string, loaded: Loaded, entry: string | undefined): Loaded {
  const { source, format } = loaded
  if (source === null || source === undefined || !isScript(format)) return loaded
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source)
  const own = url === entry ? asMain(text) : text
  const changed = instrument(own, url) ?? own
  return changed === text ? loaded : { ...loaded, source: changed }
}

const isScript = (format: string | null | undefined) =>
  format === undefined || format === null || /^(module|commonjs)/.test(format)

/** The runner is the program, but a file that exports no server is to believe that it is. */
const asMain = (source: string) => source.replace(/\bimport\.meta\.main\b/g, '(true)')
