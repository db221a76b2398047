import { readyCapture } from '../patches/packages/capture.ts'
import { processModules } from './hooks/process-modules.ts'
import { type PackageBundle, runBundle, withCode } from './packages/package-bundle.ts'

/** What can be loaded ahead of a user's module, because it does nothing but define things. */
export interface Preload {
  /** Whether what the user's module starts is to be caught, as far as its text tells. */
  readonly capture: boolean
  readonly bundle: PackageBundle | undefined
  /** Addresses of modules, for want of a bundle. */
  readonly modules: readonly string[]
}

/** Loads it; what fails here fails again, and is reported, when the user's module is loaded. */
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
