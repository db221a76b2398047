// Installs other versions of Node on demand, from npm, into a cache that git does not see.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const cache = process.env.FASTMCP_TEST_CACHE ?? fileURLToPath(new URL('../.cache', import.meta.url))

/** The path of a Node of this major version. The package of the platform holds the program itself. */
export function nodeOf(major) {
  const platform = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const folder = join(cache, `node-${major}`)
  const binary = join(
    folder,
    'node_modules',
    platform,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  )
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true })
    const args = [
      'install',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--prefix',
      folder,
      `${platform}@${major}`,
    ]
    execFileSync('npm', args, { stdio: ['ignore', 2, 2] })
  }
  return binary
}
