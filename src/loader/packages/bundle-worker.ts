import { closeSync, openSync, rmSync, statSync, utimesSync } from 'node:fs'
import { setPriority } from 'node:os'
import { dirname } from 'node:path'
import { makePrivate } from '../../files/cache-folder.ts'
import { type BundleWork, bundlePackages } from './bundle-packages.ts'

/** Milliseconds after which the process ends in any case; generous, because on a busy machine it gets little CPU. */
const limit = 600_000

/** Heartbeat interval in milliseconds, and the time without a heartbeat after which a process counts as dead. */
const [heartbeat, heartbeatTimeout] = [5_000, 60_000]

const work: BundleWork = JSON.parse(process.argv[2] ?? '')
setPriority(10)
makePrivate(dirname(work.path))
const lock = `${work.path}.lock`
if (locked(lock)) {
  process.once('exit', () => rmSync(lock, { force: true }))
  setTimeout(() => process.exit(1), limit).unref()
  setInterval(() => touch(lock), heartbeat).unref()
  await bundlePackages(work)
}

/** Takes the lock, unless a live process has it; a dead one leaves a file without recent heartbeats. */
function locked(path: string): boolean {
  const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
  if (age > heartbeatTimeout) rmSync(path, { recursive: true, force: true })
  try {
    closeSync(openSync(path, 'wx'))
    return true
  } catch {
    return false
  }
}

/** A folder that was removed meanwhile is noticed when the script is written. */
function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date())
  } catch {}
}
