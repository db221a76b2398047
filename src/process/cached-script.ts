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
 * Runs a script, with V8's code cache if there is a valid one. V8 itself checks little more than its length, and would
 * run a damaged one.
 * @param scope more variables for the script, besides those of CommonJS.
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

/** Milliseconds after which a start is complete, so that the code cache includes all functions that it calls. */
const startTime = 500

/** Writes the code cache of a running script for the next process, once there is time for it. */
export function keepCodeLater(compiled: Script, path: string): void {
  const keep = () => {
    clearTimeout(timer)
    process.off('exit', keep)
    try {
      makePrivate(dirname(path))
      writeSealed(path, compiled.createCachedData())
      sweepOldCaches(dirname(path))
    } catch {
      // The cache only affects speed; without it the next start is like this one.
    }
  }
  const timer = setTimeout(keep, startTime).unref()
  process.once('exit', keep)
}
