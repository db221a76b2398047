import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Script } from 'node:vm'
import { makePrivate, sweepOldCaches } from '../files/cache-folder.ts'
import { writeSealed } from '../files/checked-file.ts'

export interface ScriptRun {
  readonly exports: Record<string, unknown>
  readonly compiled: Script
}

/** A CommonJS script of ours. It must not use `import()`, which Node 20 loses with a code cache. */
export interface OwnScript {
  readonly path: string
  readonly code: string
}

/**
 * Runs a script, through V8's code cache if there is one that fits. V8 itself looks at little more than its length,
 * and runs a damaged one.
 * @param scope more names for the script, beside those of CommonJS.
 */
export function runScript(
  { path, code }: OwnScript,
  codeCache?: Buffer,
  scope: Record<string, unknown> = {},
): ScriptRun {
  const names = ['exports', 'require', 'module', ...Object.keys(scope)]
  const source = `(function (${names.join(', ')}) {${code}\n})`
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
      makePrivate(dirname(path))
      writeSealed(path, compiled.createCachedData())
      sweepOldCaches(dirname(path))
    } catch {
      // The cache is a matter of speed alone; without it the next start is like this one.
    }
  }
  const timer = setTimeout(keep, startTime).unref()
  process.once('exit', keep)
}
