import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { install } from './inspector-install.ts'
import { type InspectorPackage, InspectorVersions, packageName, readPackage } from './inspector-versions.ts'

/** The first to show list changes to clients of both eras, and to connect from a link. */
const usualRange = '^2.3.0'

export interface FindOptions {
  /** Where the project's own copy is looked for. */
  folder: string
  /** Where a copy of our own is kept. */
  cache: () => string
  /** The version the user asked for, instead of the project's. */
  version: string | undefined
  /** An installation begins; it takes a while. */
  installing: () => void
  signal: AbortSignal
}

/**
 * The Inspector of the project, else one that was installed earlier, else one that is installed now.
 * @throws Error with one plain sentence when none can be had.
 */
export async function findInspector(options: FindOptions): Promise<InspectorPackage> {
  const { folder, cache, version } = options
  const own = version === undefined ? inProject(folder) : undefined
  if (own) return own
  const wanted = version ?? usualRange
  const versions = new InspectorVersions(join(cache(), 'inspector'), wanted)
  const kept = versions.newest()
  if (kept) {
    // What it brings is for the next start: this one waits for nothing.
    if (!isOneVersion(wanted)) void versions.renew(kept.version, options.signal).catch(() => undefined)
    return kept
  }
  options.installing()
  await install(`${packageName}@${wanted}`, versions.first, options.signal)
  const installed = versions.newest()
  if (!installed) throw new Error(`${packageName}@${wanted} cannot be used: it has to be 2.3 or newer`)
  return installed
}

function inProject(folder: string): InspectorPackage | undefined {
  try {
    const require = createRequire(join(folder, 'package.json'))
    return readPackage(dirname(require.resolve(`${packageName}/package.json`)))
  } catch {
    return undefined
  }
}

const isOneVersion = (wanted: string) => /^v?\d+\.\d+\.\d+/.test(wanted)
