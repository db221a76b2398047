import { renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where compiled files are kept: `FASTMCP_CACHE_DIR`, or the user's own cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env.FASTMCP_CACHE_DIR) return env.FASTMCP_CACHE_DIR
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'fastmcp', 'cache')
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'fastmcp')
}

/** Written beside its place and renamed, so that nobody ever reads half a file. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}
