import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Script } from 'node:vm'
import { writeWhole } from '../cache-folder.ts'
import { makeFolder } from '../make-folder.ts'
import { sweepOldCaches } from '../old-caches.ts'

export interface ScriptRun {
  readonly exports: Record<string, unknown>
  readonly compiled: Script
}

/**
 * Runs a CommonJS script of ours, through V8's code cache if there is one that fits. The script must not use
 * `import()`, which Node 20 loses with a code cache.
 * @param scope more names for the script, beside those of CommonJS.
 */
export function runScript(path: string, codeCache?: Buffer, scope: Record<string, unknown> = {}): ScriptRun {
  const names = ['exports', 'require', 'module', ...Object.keys(scope)]
  const source = `(function (${names.join(', ')}) {${readFileSync(path, 'utf8')}\n})`
  const compiled = new Script(source, { filename: path, ...(codeCache && { cachedData: codeCache }) })
  const module = { exports: {} as Record<string, unknown> }
  compiled.runInThisContext()(module.exports, createRequire(path), module, ...Object.values(scope))
  return { exports: module.exports, compiled }
}

/** Milliseconds after which a start is over, and the code cache holds all that starts call. */
const startTime = 500

/** Keeps the code cache of a script that runs in this process for the next one, once there is time for it. */
export function keepCodeLater(compiled: Script, path: string): void {
  const keep = () => {
    clearTimeout(timer)
    process.off('exit', keep)
    try {
      makeFolder(dirname(path), 0o700)
      writeWhole(path, compiled.createCachedData())
      sweepOldCaches(dirname(path))
    } catch {
      // The cache is a matter of speed alone; without it the next start is like this one.
    }
  }
  const timer = setTimeout(keep, startTime).unref()
  process.once('exit', keep)
}

/** A code cache that was kept, if it can be read. */
export function readCodeCache(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}
