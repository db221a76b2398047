import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePrivate } from './cache-folder.ts'

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
