import { createRequire } from 'node:module'

type Compiler = typeof import('esbuild')

let compiler: Compiler | undefined

/**
 * esbuild, loaded when the first file needs it. It is taken out of `require.cache` again, where user code finds only what the
 * program itself has required.
 */
export function esbuild(): Compiler {
  if (compiler) return compiler
  const require = createRequire(import.meta.url)
  const path = require.resolve('esbuild')
  const required = path in require.cache
  compiler = require(path) as Compiler
  if (!required) delete require.cache[path]
  return compiler
}
