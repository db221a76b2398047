import { importFault } from '../loader/faults/import-fault.ts'
import { type LoadedFile, load } from '../loader/load.ts'
import { bundleLater } from '../loader/packages/bundle-later.ts'
import type { BundleWork } from '../loader/packages/bundle-packages.ts'
import type { Launch } from '../patches/node/launch.ts'
import { setRunnerHook } from '../process/runner-hook.ts'
import { version } from '../process/version.ts'
import type { ProcessOwner } from '../serve/process-owner.ts'
import type { Plan } from './plan.ts'
import type { OptionsInCode } from './serve-loaded.ts'

/** The server found in a plan's file, and what else loading it revealed. */
export interface LoadedPlan {
  loaded: LoadedFile
  inCode: OptionsInCode
  /** Starts the background work for a faster next start; called once this one is serving. */
  prepareNext(): void
}

/**
 * Loads a plan's file into this process, guarded by its owner.
 * @throws CliError (exit 3) when it does not load or has no server.
 */
export async function loadPlan(
  { entry, settings, first, debugged = false, userArgs }: Plan,
  owner: ProcessOwner,
): Promise<LoadedPlan> {
  const inCode = new Map<object, Record<string, unknown>>()
  setRunnerHook({ noteRun: (server, options) => void inCode.set(server, options) })
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...userArgs)
  const waiting: BundleWork[] = []
  let onUnbundled: (work: BundleWork) => void = (work) => waiting.push(work)
  const reasons = new Set<string>()
  const compiler = {
    cache: settings.cache.value,
    env: process.env,
    version,
    first,
    debugged,
    startLimit: debugged ? Number.POSITIVE_INFINITY : settings.loadTimeout.value * 1000 - 250,
    launched: async (launch: Launch) =>
      (await import('./program-source.ts')).programSource(launch, owner.log, {
        maxBody: settings.maxBody.value,
        maxProcesses: settings.maxProcesses.value,
      }),
    // Only once: a server may import many files that are compiled one by one.
    onUncached: (why: string) => {
      if (!reasons.has(why)) owner.log('debug', why)
      reasons.add(why)
    },
    onUnknown: () => owner.watchLoad(),
    onWaiting: (words: string) => owner.log('warning', words),
    onInstead: (words: string) => owner.log('info', words),
    // A module may still be loading after it has started its server.
    onUnbundled: (work: BundleWork) => onUnbundled(work),
  }
  const loaded = await owner.loading(load(entry, compiler)).catch((error: unknown) => {
    throw importFault(error, entry.file, import.meta.dirname)
  })
  const prepareNext = () => {
    onUnbundled = bundleLater
    for (const work of waiting) bundleLater(work)
  }
  return { loaded, inCode, prepareNext }
}
