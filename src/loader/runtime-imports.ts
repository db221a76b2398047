import { createRequire } from 'node:module'
import { isAbsolute } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { typescriptAt } from '../patches/node/typescript-children.ts'

/** The name under which compiled code finds what imports modules for it whose names it computes. */
const importKey = Symbol.for('fastmcp.import')

/** An `import()` of anything but a literal; the compiler itself sees to literals and to templates that begin with `./`. */
const computed = /(?<![.\w$])import\s*\(\s*(?!\s*(?:\/\*[^*]*\*\/\s*)?(?:'|"|`\.{1,2}\/|\)))/g

/** Lets a source import modules, TypeScript among them, by names that it computes, from where it stands. */
export const withRuntimeImports = (source: string): string =>
  source.replace(computed, "globalThis[Symbol.for('fastmcp.import')](import.meta.url,")

/** @param importFile compiles and imports a TypeScript file. */
export function enableRuntimeImports(importFile: (file: string) => Promise<unknown>): void {
  Reflect.set(globalThis, importKey, (from: string, spec: unknown, options?: ImportCallOptions) => {
    const address = addressOf(String(spec), from)
    const file = address?.startsWith('file:') ? typescriptAt(fileURLToPath(address)) : undefined
    if (file !== undefined) return importFile(file)
    const place = address ?? resolved(String(spec), from)
    // The only attribute that Node knows.
    return options?.with?.type === 'json' ? import(place, { with: { type: 'json' } }) : import(place)
  })
}

/** Where a path or address leads; nothing for the name of a package. */
function addressOf(spec: string, from: string): string | undefined {
  if (isAbsolute(spec)) return pathToFileURL(spec).href
  if (/^\.{1,2}\//.test(spec)) return new URL(spec, from).href
  return /^(file|data|node):/.test(spec) ? spec : undefined
}

/** Packages are looked for from where the importing file stands. */
const resolved = (name: string, from: string): string => {
  const path = createRequire(from).resolve(name)
  return isAbsolute(path) ? pathToFileURL(path).href : path
}
