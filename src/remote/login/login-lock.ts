import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf } from '../../terminal/errors.ts'
import { LoginFault } from './login-fault.ts'
import { makeLoginFolder } from './stored-logins.ts'

/** Polling interval for another process's lock in milliseconds. */
const pause = 100
/** Milliseconds after which a lock is stale: nothing may hold it for so long. */
const oldAge = 15 * 60_000

/**
 * Runs a change of a login under an inter-process lock: one process refreshes, or opens a browser, and the others wait
 * for its result.
 * @param limit milliseconds to wait for others.
 * @param onWait is called once if another process holds the lock.
 * @throws LoginFault on timeout, or the signal's reason when aborted.
 */
export async function withLoginLock<T>(
  file: string,
  { limit, signal, onWait }: { limit: number; signal: AbortSignal; onWait: () => void },
  use: () => Promise<T>,
): Promise<T> {
  makeLoginFolder(file)
  const lock = `${file}.lock`
  const own = `${process.pid} ${randomUUID()}`
  const deadline = Date.now() + limit
  for (let tries = 0; !taken(lock, own); tries++) {
    if (removedStale(lock)) continue
    if (tries === 20) onWait()
    if (Date.now() > deadline) throw new LoginFault('another fastmcp is still logging in')
    await delay(pause, undefined, { signal })
  }
  try {
    return await use()
  } finally {
    if (contentOf(lock) === own) rmSync(lock, { force: true })
  }
}

function taken(lock: string, own: string): boolean {
  try {
    writeFileSync(lock, own, { mode: 0o600, flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Removes a stale lock. Two processes that do so at once must not remove a third one's new lock. */
function removedStale(lock: string): boolean {
  const found = contentOf(lock)
  if (found === undefined || isHeld(found, lock)) return false
  const aside = `${lock}.${randomUUID()}`
  try {
    renameSync(lock, aside)
    if (contentOf(aside) !== found) linkSync(aside, lock)
  } catch {
    // Another process was faster.
  }
  rmSync(aside, { force: true })
  return true
}

function isHeld(content: string, lock: string): boolean {
  try {
    const age = Date.now() - statSync(lock).mtimeMs
    if (age > oldAge) return false
    const pid = Number(content.split(' ')[0])
    // A new lock file may not have its content yet.
    if (!(pid > 0)) return age < 5_000
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
