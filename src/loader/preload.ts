import { readyCapture } from '../patches/packages/capture.ts'
import { type PackageBundle, runBundle, withCode } from './package-bundle.ts'

/** What can be loaded ahead of a user's module, because it does nothing but define things. */
export interface Preload {
  /** Whether what the user's module starts is to be caught, as far as its text tells. */
  readonly capture: boolean
  readonly bundle: PackageBundle | undefined
  /** Addresses of modules, for want of a bundle. */
  readonly modules: readonly string[]
}

/** Loads it; what fails here fails again, and is reported, when the user's module is loaded. */
export async function preload({ capture, bundle, modules }: Preload): Promise<void> {
  if (capture) readyCapture()
  const ready = bundle && withCode(bundle)
  if (ready) return runBundle(ready, false)
  for (const module of modules) await import(module).catch(() => undefined)
}
