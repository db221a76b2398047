import { existsSync, rmSync } from 'node:fs'

/** How often it is tried, and the pause between two tries in milliseconds. */
const [tries, pause] = [50, 100]

/**
 * Removes a folder to which programs may still write that are about to end: Node itself tries to empty one only once.
 * What is still there after five seconds is left to the system.
 */
export function removeFolder(folder) {
  for (let tried = 0; existsSync(folder) && tried < tries; tried++) {
    try {
      rmSync(folder, { recursive: true, force: true })
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause)
    }
  }
}
