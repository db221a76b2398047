import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import module from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { distrustOf } from './trust.ts'

/** Where compiled files are kept: `FASTMCP_CACHE_DIR`, or the user's own cache folder. */
export function cacheLocation(env: NodeJS.ProcessEnv): string {
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
  const folder = cacheLocation(env)
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
export const isCacheFile = (name: string): boolean => /^(packages-|cli-|client-)?[0-9a-f]{24}[-.]/.test(name)

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

/** What this program and the packages of servers leave behind with every version of theirs, and drafts of all. */
const ofVersions = /^(cli|client|packages)-[0-9a-f]{24}[-.]|^[0-9a-f]{24}[-.].*\.tmp$/

/** Milliseconds. One that is still used is written again after that, by the start that misses it. */
const oldAge = 14 * 24 * 60 * 60_000

/** Files that one sweep removes at most; the next goes on. */
const atOnce = 100

/** Removes caches of earlier versions from a folder. It is tidying up: whatever cannot be removed stays. */
export function sweepOldCaches(folder: string): void {
  const now = Date.now()
  let removed = 0
  for (const name of readdirSync(folder)) {
    if (!ofVersions.test(name)) continue
    try {
      const path = join(folder, name)
      if (now - statSync(path).mtimeMs < oldAge) continue
      rmSync(path)
      if (++removed === atOnce) return
    } catch {
      // Another process was faster.
    }
  }
}

/**
 * Lets Node keep what it compiles of modules, from version 22 on. Its own place for that is a folder under a name that
 * everybody on the machine can guess, and it runs what it finds there, whoever has written it.
 */
export function keepCompiledModules(): void {
  const user = process.geteuid?.()
  if (user === undefined) return void module.enableCompileCache?.()
  const folder = join(tmpdir(), `fastmcp-node-${user}`)
  try {
    if (module.enableCompileCache === undefined) return
    makePrivate(folder)
    module.enableCompileCache(folder)
  } catch {
    // It is a matter of speed alone.
  }
}
