// Installs packages on demand, from npm, into a cache that git does not see.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cache = process.env.FASTMCP_TEST_CACHE ?? fileURLToPath(new URL('../.cache', import.meta.url))

/** The `node_modules` of a cached folder that holds this package; installs it there if it is not yet. */
export function cachedModules(name, spec) {
  const folder = join(cache, name)
  const modules = join(folder, 'node_modules')
  if (existsSync(modules)) return modules
  mkdirSync(cache, { recursive: true })
  // Test files run side by side: whichever is done first moves its copy in place, whole.
  const draft = mkdtempSync(join(cache, `${name}-`))
  const args = [
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefix',
    draft,
    ...spec.split(' '),
  ]
  try {
    execFileSync('npm', args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(modules)) throw error
  }
  return modules
}
