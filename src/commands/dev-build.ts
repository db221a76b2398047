import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Build } from '../dev/build.ts'
import type { Watched } from '../dev/watcher.ts'
import { isWorthBundling } from '../loader/bundled-packages.ts'
import type { Stamp } from '../loader/compiled.ts'
import type { Preload } from '../loader/preload.ts'
import { prepare } from '../loader/prepare.ts'
import { version } from '../version.ts'
import { applyEnvironment, type Plan } from './plan.ts'

/**
 * Compiles what a plan means.
 * @param read is filled with the files that were read, also when they cannot be compiled.
 * @throws CliError with file, line and the offending text.
 */
export async function buildOf(
  plan: Plan,
  { cwd, env, read }: { cwd: string; env: NodeJS.ProcessEnv; read: Map<string, Stamp> },
): Promise<{ build: Build; watched: Watched }> {
  const { entry, settings, userArgs, configFile } = plan
  const compiled = await prepare(entry.file, { cache: true, env, version, read })
  const own = { ...env }
  applyEnvironment(settings, cwd, own)
  const sources = new Set(compiled.inputs)
  const deciding = compiled.stamps.map(({ path }) => path).filter((path) => !sources.has(path))
  const files = settings.envFile.value.map((file) => resolve(cwd, file))
  if (configFile !== undefined) files.push(configFile)
  return {
    build: {
      order: { file: entry.file, exportName: entry.exportName, shown: entry.shown, userArgs },
      env: own,
      fingerprint: readFileSync(compiled.file, 'utf8'),
      ahead: {
        bundle: compiled.bundle,
        modules: compiled.packages.filter(isWorthBundling),
      } satisfies Preload,
    },
    watched: { sources, others: new Set([...deciding, ...compiled.absent, ...files]) },
  }
}
