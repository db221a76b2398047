import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../terminal/errors.ts'

/**
 * Makes a folder and those above it that are missing. Node's own recursive mkdir takes a disk that refuses for a
 * missing folder, and on Node 20 never ends where nothing can be made, as in /proc.
 * @param mode the rights of what is made; those that the system gives by default.
 * @returns the topmost folder that was made; `undefined` if all were there.
 * @throws the system's own error for the folder that cannot be made; what was made above it is left.
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
