import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { distrustOf } from './trust.ts'

/** Where compiled files are kept: `FASTMCP_CACHE_DIR`, or the user's own cache folder. */
export function cachePlace(env: NodeJS.ProcessEnv): string {
  if (env.FASTMCP_CACHE_DIR) return resolve(env.FASTMCP_CACHE_DIR)
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'fastmcp', 'cache')
  const { XDG_CACHE_HOME: named = '' } = env
  return resolve(isAbsolute(named) ? named : join(homedir(), '.cache'), 'fastmcp')
}

/**
 * The cache folder, whether or not it is there yet.
 * @param onDistrust is told why it is not used: what it holds may have been written by somebody else.
 * @returns `undefined` for one that must not be used.
 */
export function cacheFolder(env: NodeJS.ProcessEnv, onDistrust?: (why: string) => void): string | undefined {
  const folder = cachePlace(env)
  tighten(folder)
  const why = distrustOf(folder)
  if (why === undefined) return folder
  onDistrust?.(`the cache folder ${folder} is not used: ${why}`)
  return undefined
}

/**
 * Makes a folder that only this user can read, and looks once more: somebody may have been faster.
 * @throws Error when it cannot be made, or must not be used.
 */
export function makePrivate(folder: string): void {
  makeFolder(folder, 0o700)
  const why = distrustOf(folder)
  if (why !== undefined) throw new Error(`${folder} is not used: ${why}`)
}

/** The names of what is kept in a cache folder. */
export const isCacheFile = (name: string): boolean => /^(packages-|cli-)?[0-9a-f]{24}[-.]/.test(name)

/** Closes a folder of ours that an earlier version, or a hand, has left open; not one with other things in it. */
function tighten(folder: string): void {
  try {
    const why = distrustOf(folder, 0o077)
    if (why !== 'others have rights to it') return
    const ours = (name: string) => isCacheFile(name) || name === 'npm' || name === 'inspector'
    if (readdirSync(folder).every(ours)) chmodSync(folder, 0o700)
  } catch {
    // It is then used as it is, or not at all.
  }
}

/** What a folder for this process alone is for. */
type Purpose = 'compiled' | 'installed' | 'cache'

const temporary = new Map<Purpose, string>()

/**
 * A folder for this process alone, removed when it ends.
 * @throws the system's own error when none can be made.
 */
export function temporaryFolder(purpose: Purpose): string {
  const known = temporary.get(purpose)
  if (known !== undefined) return known
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-'))
  process.off('exit', removeAll).once('exit', removeAll)
  temporary.set(purpose, folder)
  return folder
}

/** Removes it sooner: what can hold nothing is not to be left by a process that is killed. */
export function removeTemporary(purpose: Purpose): void {
  const folder = temporary.get(purpose)
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  temporary.delete(purpose)
}

function removeAll(): void {
  for (const purpose of temporary.keys()) removeTemporary(purpose)
}
