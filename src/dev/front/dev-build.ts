import { resolve } from 'node:path'
import { ProgramReader } from '../../loader/program.ts'
import { version } from '../../process/version.ts'
import { applyEnvironment, type Plan } from '../../runner/plan.ts'
import type { HttpServeOptions } from '../../serve/serve-options.ts'
import type { LoadOrder } from '../protocol/ipc.ts'
import type { Watched } from './watcher.ts'

/** The compiled sources of the user, ready to be loaded by a generation. */
export interface Build {
  order: Omit<LoadOrder, 'replaces'>
  env: NodeJS.ProcessEnv
  /** Changes if a generation of this build would run different code. */
  fingerprint: string
  /** Changes with any change of a source, even in a comment. */
  revision: string
  /** What can be preloaded before user code, in the loader's format. */
  ahead: unknown
}

export interface BuildOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  /** The HTTP options of the front, which do not change with a save; undefined on stdio. */
  http: HttpServeOptions | undefined
  /** Receives the files that were read, even if compiling fails. */
  read: Set<string>
}

/**
 * Compiles the program of a plan.
 * @throws CliError with file, line and the offending text.
 */
export async function buildOf(
  plan: Plan,
  { cwd, env, http, read }: BuildOptions,
): Promise<{ build: Build; watched: Watched }> {
  const { entry, settings, first, userArgs, configFile } = plan
  const program = await reader.read(entry, first, { cache: true, env, version }, read)
  const own = { ...env }
  applyEnvironment(settings, cwd, own)
  const files = settings.envFile.value.map((file) => resolve(cwd, file))
  if (configFile !== undefined) files.push(configFile)
  const programs = { maxBody: settings.maxBody.value, maxProcesses: settings.maxProcesses.value }
  return {
    build: {
      order: {
        file: entry.file,
        exportName: entry.exportName,
        shown: entry.shown,
        bin: entry.bin,
        first,
        userArgs,
        http,
        programs,
      },
      env: own,
      fingerprint: program.fingerprint,
      revision: program.revision,
      ahead: program.ahead,
    },
    watched: { sources: program.sources, others: new Set([...program.deciding, ...files]) },
  }
}

/** The compiler stays warm from save to save. */
const reader = new ProgramReader()
