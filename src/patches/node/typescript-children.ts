// Patches: `Worker` of `node:worker_threads` and `fork`; adds to `process.execArgv`, which both hand down.
// Why: Node starts no thread and no fork from TypeScript, or only without what needs a compiler.
// On: Node 20.19–26.
// Otherwise: Node's own error for the file, such as ERR_UNKNOWN_FILE_EXTENSION, reaches user code.

import childProcess from 'node:child_process'
import { existsSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import workers from 'node:worker_threads'

/** The key under which a worker finds the file to run. */
export const workerFileKey = 'fastmcp.file'
/** The query parameter with a file to load first. */
export const firstKey = 'first'

let done = false

/**
 * Lets user code start workers and forks from TypeScript files, which Node cannot do, or only for erasable syntax.
 * @param script runs in their place, and compiles and imports the file.
 */
export function startTypescriptChildren(script: URL): void {
  if (done) return
  done = true
  const runner = fileURLToPath(script)
  const Original = workers.Worker
  workers.Worker = class extends Original {
    constructor(file: string | URL, options: ConstructorParameters<typeof Original>[1] = {}) {
      const source = options.eval ? undefined : typescriptAt(file)
      workers.setEnvironmentData(workerFileKey, source)
      super(source === undefined ? file : script, options)
      workers.setEnvironmentData(workerFileKey, undefined)
    }
  }
  const fork = childProcess.fork
  childProcess.fork = ((file: string | URL, ...rest: unknown[]) => {
    const source = typescriptAt(file)
    if (source === undefined) return Reflect.apply(fork, childProcess, [file, ...rest])
    const [args, options] = Array.isArray(rest[0]) ? [rest[0], rest[1]] : [[], rest[0] ?? rest[1]]
    return Reflect.apply(fork, childProcess, [runner, [source, ...args], options])
  }) as typeof fork
  syncBuiltinESMExports()
}

/**
 * Makes workers and forks of user code preload a module, as Node does with `--import`.
 * @param script runs in place of TypeScript, as above.
 */
export function passToChildren(address: string, script: URL): void {
  const source = address.startsWith('file:') && !address.includes('?') ? typescriptAt(address) : undefined
  const first = source === undefined ? address : `${script.href}?${firstKey}=${encodeURIComponent(source)}`
  process.execArgv.push('--import', first)
}

/** The TypeScript file for a path, which may name its compiled output. */
export function typescriptAt(file: string | URL): string | undefined {
  if (file instanceof URL && file.protocol !== 'file:') return undefined
  const path = file instanceof URL || /^file:/.test(file) ? fileURLToPath(file) : file
  if (/\.([cm]?ts|[jt]sx)$/.test(path)) return path
  if (!/\.[cm]?js$/.test(path) || existsSync(path)) return undefined
  return [path.replace(/js$/, 'ts'), path.replace(/\.js$/, '.tsx')].find(existsSync)
}
