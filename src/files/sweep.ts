import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What this program and the packages of servers leave behind with every version of theirs, and drafts of all. */
const ofVersions = /^(cli|packages)-[0-9a-f]{24}[-.]|^[0-9a-f]{24}[-.].*\.tmp$/

/** Milliseconds. One that is still used is written anew after that, by the start that misses it. */
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
