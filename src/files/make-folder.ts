import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../terminal/errors.ts'

/**
 * Creates a folder and its missing parents. Node's recursive mkdir mistakes a refusing disk for a missing folder, and
 * on Node 20 loops for ever where nothing can be created, as in /proc.
 * @param mode the permissions of created folders, before the umask.
 * @returns the topmost created folder; `undefined` if all existed.
 * @throws the system's own error; parents that were created are left.
 */
export function makeFolder(path: string, mode = 0o777): string | undefined {
  try {
    mkdirSync(path, { mode })
    return path
  } catch (error) {
    if (existsSync(path)) return undefined
    const above = dirname(path)
    if (codeOf(error) !== 'ENOENT' || above === path) throw error
    const made = makeFolder(above, mode)
    mkdirSync(path, { mode })
    return made ?? path
  }
}
