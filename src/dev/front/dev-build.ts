import { resolve } from 'node:path'
import type { CompileOptions, Stamp } from '../../loader/compiled.ts'
import type { Entry } from '../../loader/find-entry.ts'
import { hintsOf } from '../../loader/module-hints.ts'
import { isWorthBundling, withoutCode } from '../../loader/package-bundle.ts'
import type { Preload } from '../../loader/preload.ts'
import { prepare } from '../../loader/prepare.ts'
import { version } from '../../process/version.ts'
import { applyEnvironment, type Plan } from '../../runner/plan.ts'
import type { HttpServeOptions } from '../../serve/serve-options.ts'
import type { LoadOrder } from '../protocol/wire.ts'
import type { Watched } from './watcher.ts'

/** What was made of the user's sources, ready to be loaded by a generation. */
export interface Build {
  order: LoadOrder
  env: NodeJS.ProcessEnv
  /** Differs when a generation made of this build would differ. */
  fingerprint: string
  /** What may be loaded ahead of user code, in the loader's own form. */
  ahead: unknown
}

export interface BuildOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  /** How the front serves it, which does not change with a save; nothing on stdio. */
  http: HttpServeOptions | undefined
  /** Is filled with the files that were read, also when they cannot be compiled. */
  read: Map<string, Stamp>
}

/**
 * Compiles what a plan means.
 * @throws CliError with file, line and the offending text.
 */
export async function buildOf(
  plan: Plan,
  { cwd, env, http, read }: BuildOptions,
): Promise<{ build: Build; watched: Watched }> {
  const { entry, settings, userArgs, configFile } = plan
  const compiled = await compiledOrPlain(entry, { cache: true, env, version, read })
  const own = { ...env }
  applyEnvironment(settings, cwd, own)
  const files = settings.envFile.value.map((file) => resolve(cwd, file))
  if (configFile !== undefined) files.push(configFile)
  const programs = { maxBody: settings.maxBody.value, maxProcesses: settings.maxProcesses.value }
  return {
    build: {
      order: { file: entry.file, exportName: entry.exportName, shown: entry.shown, userArgs, http, programs },
      env: own,
      fingerprint: compiled.fingerprint,
      ahead: compiled.ahead,
    },
    watched: { sources: new Set(compiled.sources), others: new Set([...compiled.deciding, ...files]) },
  }
}

const nothing: Preload = { capture: false, bundle: undefined, modules: [] }

/** What the front has to know of the sources; JavaScript runs as it is, so that not every fault of it is one. */
async function compiledOrPlain(
  { file, exportName }: Entry,
  options: CompileOptions & { read: Map<string, Stamp> },
) {
  try {
    const { hash, inputs, stamps, absent, packages, bundle } = await prepare(file, options)
    const deciding = stamps.map(({ path }) => path).filter((path) => !inputs.includes(path))
    const { capture } = hintsOf(file, exportName)
    const ahead: Preload = {
      capture,
      bundle: bundle && withoutCode(bundle),
      modules: packages.filter(isWorthBundling),
    }
    return { fingerprint: hash, sources: inputs, deciding: [...deciding, ...absent], ahead }
  } catch (error) {
    if (/\.([cm]?ts|[jt]sx)$/.test(file)) throw error
    const { read } = options
    const fingerprint = [...read.values()].map(({ hash }) => hash).join()
    return { fingerprint, sources: [file, ...read.keys()], deciding: [], ahead: nothing }
  }
}
