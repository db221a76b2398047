import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from './program.ts'
import { installed } from './rolling.ts'

const cache = process.env.FASTMCP_TEST_CACHE ?? `${root}.cache`

/** The server's program and the libraries that it needs, as Debian 12 and Ubuntu 24 call them. */
const packages = ['redis-server', 'redis-tools', 'liblzf1', 'libhiredis0.14', 'libjemalloc2', 'libatomic1']

/** A program that serves Redis, and what its environment must have. */
export interface RedisProgram {
  readonly path: string
  readonly env: Record<string, string>
}

/** One that is installed, or else one of the packages that apt-get downloads for anybody; nothing where that fails, too. */
export function redisProgram(): RedisProgram | undefined {
  const named = process.env.FASTMCP_TEST_REDIS ?? installed('redis-server') ?? installed('valkey-server')
  if (named !== undefined) return { path: named, env: {} }
  const folder = join(cache, 'redis-server')
  if (!existsSync(folder) && !download(folder)) return undefined
  const libraries = join(folder, 'usr', 'lib')
  const paths = readdirSync(libraries).map((name) => join(libraries, name))
  return { path: join(folder, 'usr', 'bin', 'redis-server'), env: { LD_LIBRARY_PATH: paths.join(delimiter) } }
}

/** Test files run side by side: whichever is done first moves its copy in place, whole. */
function download(folder: string): boolean {
  if (!installed('apt-get') || !installed('dpkg-deb')) return false
  mkdirSync(cache, { recursive: true })
  const draft = mkdtempSync(join(cache, 'redis-server-'))
  const options = { cwd: draft, stdio: 'ignore', timeout: 120_000 } as const
  try {
    execFileSync('apt-get', ['download', ...packages], options)
    for (const name of readdirSync(draft).filter((one) => one.endsWith('.deb')))
      execFileSync('dpkg-deb', ['-x', name, draft], options)
    const server = join(draft, 'usr', 'bin', 'redis-server')
    // Debian's is a link that follows from its name; without it the program goes by how it is called.
    if (!existsSync(server)) symlinkSync('redis-check-rdb', server)
    renameSync(draft, folder)
  } catch {
    rmSync(draft, { recursive: true, force: true })
  }
  return existsSync(folder)
}
