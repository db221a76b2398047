import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { setPriority } from 'node:os'
import { dirname } from 'node:path'
import { makePrivate } from '../../files/cache-folder.ts'
import { type BundleWork, bundlePackages } from './bundle-packages.ts'

/** Milliseconds after which the process ends, whatever it is doing: on a busy machine it gets little of the processors. */
const limit = 60_000

const work: BundleWork = JSON.parse(process.argv[2] ?? '')
setTimeout(() => process.exit(1), limit).unref()
setPriority(10)
makePrivate(dirname(work.path))
const lock = `${work.path}.lock`
if (locked(lock)) {
  try {
    await bundlePackages(work)
  } finally {
    rmSync(lock, { force: true })
  }
}

/** Takes the lock, unless another process is at it; one that has died has left an old file. */
function locked(path: string): boolean {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  if (age > limit) rmSync(path, { recursive: true, force: true })
  try {
    closeSync(openSync(path, 'wx'))
    return true
  } catch {
    return false
  }
}
