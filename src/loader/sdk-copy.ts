import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SdkCopy } from '../protocol/source.ts'
import { exportTarget, installedPackage, readObject } from './package-entry.ts'
import { bundledModule } from './packages/package-bundle.ts'

/**
 * The copy of SDK v2 that a user's module resolves, in the format in which it was loaded: its ESM and CommonJS classes
 * differ. `undefined` if it is not installed there.
 */
export function sdkCopyFor(entry: string): SdkCopy | undefined {
  const folder = installedPackage('@modelcontextprotocol/server', dirname(entry))
  if (!folder) return undefined
  const load = (subpath: string) => importTarget(folder, subpath)
  return {
    server: () => load('.') as ReturnType<SdkCopy['server']>,
    stdio: () => load('./stdio') as ReturnType<SdkCopy['stdio']>,
  }
}

async function importTarget(folder: string, subpath: string): Promise<unknown> {
  const manifest = readObject(join(folder, 'package.json'))
  const target = (condition: string) =>
    exportTarget(manifest?.exports, [subpath, condition, 'node', 'default'])
  const required = target('require')
  const require = createRequire(join(folder, 'package.json'))
  // What user code has required is in `require.cache`; otherwise it was imported.
  const path = required && require.resolve(join(folder, required))
  if (path && require.cache[path]) return require(path)
  const address = pathToFileURL(join(realpathSync(folder), target('import') ?? 'dist/index.mjs')).href
  return bundledModule(address) ?? import(address)
}
