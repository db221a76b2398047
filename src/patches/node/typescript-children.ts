// Patches: `Worker` of `node:worker_threads` and `fork`; adds to `process.execArgv`, which both hand down.
// Why: Node starts no thread and no fork from TypeScript, or only without what needs a compiler.
// On: Node 20.19–26.
// Otherwise: Node's own error for the file, such as ERR_UNKNOWN_FILE_EXTENSION, reaches user code.

import childProcess from 'node:child_process'
import { existsSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import workers from 'node:worker_threads'

/** The key under which a worker finds the path of its file; one started with `eval` has none. */
export const workerFileKey = 'fastmcp.file'
/** The query parameter with a file to load first. */
export const firstKey = 'first'

let done = false

/**
 * Lets workers and forks of user code run and import what the program itself can, which is more than Node's type
 * stripping supports.
 * @param script the preload that compiles for them.
 * @param compiles whether the program has compiled anything; if not, JavaScript children are left alone.
 */
export function startTypescriptChildren(script: URL, compiles: () => boolean): void {
  if (done) return
  done = true
  const withScript = (execArgv: readonly string[] = process.execArgv) => [
    ...execArgv,
    '--import',
    script.href,
  ]
  const Original = workers.Worker
  workers.Worker = class extends Original {
    constructor(file: string | URL, options: ConstructorParameters<typeof Original>[1] = {}) {
      const source = options.eval ? undefined : typescriptAt(file)
      const prepared = source !== undefined || compiles()
      workers.setEnvironmentData(workerFileKey, options.eval ? undefined : pathOf(source ?? file))
      super(source ?? file, prepared ? { ...options, execArgv: withScript(options.execArgv) } : options)
      workers.setEnvironmentData(workerFileKey, undefined)
    }
  }
  const fork = childProcess.fork
  childProcess.fork = ((file: string | URL, ...rest: unknown[]) => {
    const source = typescriptAt(file)
    if (source === undefined && !compiles()) return Reflect.apply(fork, childProcess, [file, ...rest])
    const [args, given] = Array.isArray(rest[0]) ? [rest[0], rest[1]] : [[], rest[0] ?? rest[1]]
    const options = Object(given) as childProcess.ForkOptions
    return fork(source ?? file, args, { ...options, execArgv: withScript(options.execArgv) })
  }) as typeof fork
  syncBuiltinESMExports()
}

/** The path of a worker's file; `undefined` for a URL that is not a file. */
function pathOf(file: string | URL): string | undefined {
  if (file instanceof URL) return file.protocol === 'file:' ? fileURLToPath(file) : undefined
  return file
}

/**
 * Makes workers and forks of user code preload a module, as Node does with `--import`.
 * @param script the preload that compiles it, as above.
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
