import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerHook } from '../runner-hook.ts'

/**
 * Whether the module is the program that was started: `if (isMain(import.meta)) await mcp.run()`.
 * True under `node server.js`, `node server.ts` and `tsx server.ts`, on every Node this package supports,
 * where `import.meta.main` often does not exist. False when the module is imported, and when a runner such as
 * `fastmcp run` serves it.
 */
export function isMain(meta: ImportMeta): boolean {
  if (runnerHook()) return false
  if (typeof meta.main === 'boolean') return meta.main
  const started = process.argv[1]
  if (started === undefined || !meta.url.startsWith('file:')) return false
  const own = realPath(fileURLToPath(meta.url))
  // `node server` starts server.js, and `node .` a package: what was typed need not be the whole name.
  return candidates(resolve(started)).some((path) => realPath(path) === own)
}

const candidates = (path: string) => [
  path,
  ...['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '/index.js', '/index.ts'].map((ending) => path + ending),
]

function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}
