// Patches: `Module._resolveFilename` and `Module._extensions`.
// Why: before 24 the hooks of Node do not reach all of `require`, or lose what they return to it.
// On: Node 20.19–22; later versions are not touched.
// Otherwise: `require` of TypeScript fails with Node's own error.

import Module from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Whether this Node version needs the patch. */
export const requireNeedsPatch = Number(process.versions.node.split('.', 1)[0]) < 24

/** The hooks for `require`, named like Node's own. */
export interface RequireHooks {
  resolve(spec: string, context: RequireContext): { url: string } | undefined
  missing(spec: string, context: RequireContext, error: unknown): { url: string } | undefined
  /** The compiled code of a file, if it needs compiling. */
  required(url: string): { code: string; format: 'module' | 'commonjs' } | undefined
}

interface RequireContext {
  readonly parentURL: string
  readonly conditions: readonly string[]
}

interface RequiringModule {
  _extensions: Record<string, (module: CompilingModule, filename: string) => void>
  _resolveFilename: (this: unknown, spec: string, parent: Parent, ...rest: unknown[]) => string
}

interface CompilingModule {
  _compile(code: string, filename: string, format: string): void
}

type Parent = { filename?: string | null } | null | undefined

/** Makes `require` use the same hooks as `import`. */
export function requireByHooks(hooks: RequireHooks): void {
  const modules = Module as unknown as RequiringModule
  for (const extension of ['.ts', '.cts', '.mts', '.tsx', '.jsx']) {
    modules._extensions[extension] = (module, filename) => {
      const found = hooks.required(pathToFileURL(filename).href)
      if (found) module._compile(found.code, filename, found.format)
    }
  }
  const resolve = modules._resolveFilename
  modules._resolveFilename = function (spec, parent, ...rest) {
    const from = parent?.filename
    // Explicit `paths` are left to Node.
    if (!from || rest[1] !== undefined) return resolve.call(this, spec, parent, ...rest)
    const context = { parentURL: pathToFileURL(from).href, conditions: ['require'] }
    const own = hooks.resolve(spec, context)
    if (own) return fileURLToPath(own.url)
    try {
      return resolve.call(this, spec, parent, ...rest)
    } catch (error) {
      const instead = hooks.missing(spec, context, error)
      if (instead) return fileURLToPath(instead.url)
      throw error
    }
  }
}
