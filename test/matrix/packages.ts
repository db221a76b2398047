import { cachedModules } from '../../scripts/npm-cache.mjs'
import type { Shape } from './shape.ts'

/** Where the packages of a shape are, if it has any of its own, or why they cannot be had. */
export type Packages = { readonly modules?: string } | { readonly missing: string }

const known = new Map<string, Packages>()

/** Installs a shape's packages once. npm is waited for with all else at rest, so this comes before any walk. */
export function packagesOf({ packages }: Shape): Packages {
  if (packages === undefined) return {}
  const found = known.get(packages) ?? install(packages)
  known.set(packages, found)
  return found
}

function install(packages: string): Packages {
  try {
    return { modules: cachedModules(`matrix-${packages.replace(/\W+/g, '-')}`.slice(0, 60), packages) }
  } catch (error) {
    return { missing: `npm cannot be reached: ${String(error).slice(0, 100)}` }
  }
}
