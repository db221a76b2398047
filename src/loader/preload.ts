import { readyCapture } from '../patches/packages/capture.ts'
import { processModules } from './hooks/process-modules.ts'
import { type PackageBundle, runBundle, withCode } from './packages/package-bundle.ts'

/** What can be loaded ahead of a user's module, because it has no side effects. */
export interface Preload {
  /** Whether to capture what the user's module starts, as far as its text reveals that. */
  readonly capture: boolean
  readonly bundle: PackageBundle | undefined
  /** URLs of modules, if there is no bundle. */
  readonly modules: readonly string[]
}

/** Preloads it; an error here recurs, and is reported, when the user's module is loaded. */
export async function preload({ capture, bundle, modules: addresses }: Preload): Promise<void> {
  const modules = processModules()
  if (capture) {
    readyCapture()
    modules.tell({ capture: true })
  }
  const ready = bundle && withCode(bundle)
  if (ready) {
    runBundle(ready, false)
    return modules.tell({ names: ready.modules })
  }
  for (const address of addresses) await import(address).catch(() => undefined)
}
