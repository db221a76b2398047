import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import module from 'node:module'
import { homedir, tmpdir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { makeFolder } from './make-folder.ts'
import { distrustOf } from './trust.ts'

/** The location of the cache: `FASTMCP_CACHE_DIR`, or the user's cache folder. */
export function cacheLocation(env: NodeJS.ProcessEnv): string {
  if (env.FASTMCP_CACHE_DIR) return resolve(env.FASTMCP_CACHE_DIR)
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'fastmcp', 'cache')
  const { XDG_CACHE_HOME: named = '' } = env
  return resolve(isAbsolute(named) ? named : join(homedir(), '.cache'), 'fastmcp')
}

/**
 * The cache folder, which may not exist yet.
 * @param onDistrust is called with the reason why it is not used: its content may be untrusted.
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
 * Creates a folder that only this user can access, and checks it again, in case another user was faster.
 * @throws Error if it cannot be created, or must not be used.
 */
export function makePrivate(folder: string): void {
  makeFolder(folder, 0o700)
  const why = distrustOf(folder)
  if (why !== undefined) throw new Error(`${folder} is not used: ${why}`)
}

/** Whether a name is that of a cache file. */
export const isCacheFile = (name: string): boolean => /^(packages-|cli-|client-)?[0-9a-f]{24}[-.]/.test(name)

/** Restricts the permissions of a folder that contains only our files. */
function tighten(folder: string): void {
  try {
    const why = distrustOf(folder, 0o077)
    if (why !== 'others have rights to it') return
    const ours = (name: string) => isCacheFile(name) || name === 'npm' || name === 'inspector'
    if (readdirSync(folder).every(ours)) chmodSync(folder, 0o700)
  } catch {
    // Then it is used unchanged, or not at all.
  }
}

/** The purposes of temporary folders. */
type Purpose = 'compiled' | 'installed' | 'cache'

const temporary = new Map<Purpose, string>()

/**
 * A temporary folder for this process, removed at exit.
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

/** Removes it early, so that a killed process does not leave an unused one behind. */
export function removeTemporary(purpose: Purpose): void {
  const folder = temporary.get(purpose)
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  temporary.delete(purpose)
}

function removeAll(): void {
  for (const purpose of temporary.keys()) removeTemporary(purpose)
}

/** Cache files that become obsolete with each version of this program or of packages, and drafts. */
const ofVersions = /^(cli|client|packages)-[0-9a-f]{24}[-.]|^[0-9a-f]{24}[-.].*\.tmp$/

/** Milliseconds after which a file is removed. One that is still needed is recreated by the next start. */
const oldAge = 14 * 24 * 60 * 60_000

/** Maximum files that one sweep removes. */
const atOnce = 100

/** Removes caches of earlier versions from a folder. Failures are ignored. */
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
      // Another process has removed it.
    }
  }
}

/**
 * Enables Node's compile cache (from version 22 on) in our own folder. Node's default is a folder with a predictable
 * name in the shared temporary folder, and it runs whatever it finds there.
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
    // It only affects speed.
  }
}
