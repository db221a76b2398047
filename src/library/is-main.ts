import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runnerHook } from '../process/runner-hook.ts'

/**
 * Whether the module is the program that was started: `if (isMain(import.meta)) await mcp.run()`.
 * True under `node server.js`, `node server.ts` and `tsx server.ts`, on every Node this package supports,
 * where `import.meta.main` often does not exist. False when the module is imported, and when a runner such as
 * `fastmcp run` serves what it exports.
 */
export function isMain(meta: ImportMeta): boolean {
  const hook = runnerHook()
  if (!hook && typeof meta.main === 'boolean') return meta.main
  const started = hook ? hook.main : process.argv[1]
  if (started === undefined || !meta.url.startsWith('file:')) return false
  const own = realPath(fileURLToPath(meta.url))
  return candidates(resolve(started)).some((path) => realPath(path) === own)
}

/** `node server` starts server.js, and `node .` a package's main: what was typed need not be the whole name. */
function candidates(path: string): string[] {
  const endings = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '/index.ts']
  return [path, ...mainOf(path), ...endings.map((ending) => path + ending)]
}

/** What Node itself makes of the name, which for a folder is in its package.json. */
function mainOf(path: string): string[] {
  try {
    return [createRequire(path).resolve(path)]
  } catch {
    return []
  }
}

/** A file that was built in stands where it stood, whether or not it is there. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}
