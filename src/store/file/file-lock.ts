import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { CliError, codeOf, exitCodes } from '../../terminal/errors.ts'
import { forgetHolder, type Holder, holderIn, newHolder, verdictOn } from './lock-holder.ts'

/** Heartbeat interval in milliseconds, for processes that cannot see this one. */
const heartbeatInterval = 1_000

/** Milliseconds without a heartbeat after which an invisible holder counts as gone. */
const heartbeatTimeout = 5_000

/** Maximum attempts when other processes take the lock at the same time. */
const tries = 20

/**
 * Locks a file for one process. The lock is a file next to it that names its holder, so that a stale one is recognised:
 * at once on the same machine, or by missing heartbeats if the holder is not visible from here.
 */
export class FileLock {
  readonly #path: string
  readonly #holder: Holder
  readonly #timer: NodeJS.Timeout
  readonly #lost: () => void
  #held = true

  private constructor(path: string, holder: Holder, lost: () => void) {
    this.#path = path
    this.#holder = holder
    this.#lost = lost
    this.#timer = setInterval(() => this.#heartbeat(), heartbeatInterval).unref()
  }

  /**
   * @param file the file to lock.
   * @param lost is called when another process has taken it, which happens after too long without a heartbeat.
   * @throws CliError (exit 4) when another process holds it; the system's own error if the lock cannot be written.
   */
  static async take(file: string, lost: () => void): Promise<FileLock> {
    const path = `${file}.lock`
    const holder = newHolder()
    for (let tried = 0; tried < tries; tried++) {
      if (wrote(path, holder)) return new FileLock(path, holder, lost)
      await removeStale(path, file)
    }
    forgetHolder(holder)
    throw inUse(file)
  }

  /** Whether this process still holds it; checked before anything that could harm another holder. */
  get held(): boolean {
    return this.#held
  }

  release(): void {
    clearInterval(this.#timer)
    forgetHolder(this.#holder)
    if (this.#held && isOf(this.#path, this.#holder)) rmSync(this.#path, { force: true })
    this.#held = false
  }

  #heartbeat(): void {
    if (isOf(this.#path, this.#holder)) {
      const time = new Date()
      try {
        utimesSync(this.#path, time, time)
      } catch {
        // The next heartbeat may succeed.
      }
      return
    }
    // If the lock file was deleted by hand, no other process has it: recreate it.
    if (readText(this.#path) === undefined && wrote(this.#path, this.#holder)) return
    clearInterval(this.#timer)
    this.#held = false
    this.#lost()
  }
}

/** Creates the lock file atomically; `false` if there is one. */
function wrote(path: string, holder: Holder): boolean {
  const draft = `${path}.${holder.name}`
  try {
    writeFileSync(draft, JSON.stringify(holder), { mode: 0o600, flag: 'wx' })
    try {
      linkSync(draft, path)
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      // Some file systems do not support links.
      writeFileSync(path, JSON.stringify(holder), { mode: 0o600, flag: 'wx' })
      return true
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** @throws CliError (exit 4) when its holder is alive. */
async function removeStale(path: string, file: string): Promise<void> {
  const text = readText(path)
  if (text === undefined) return
  const holder = holderIn(text)
  const verdict = holder ? verdictOn(holder) : 'unknown'
  const alive = verdict === 'unknown' ? await showsLife(path, text) : verdict === 'alive'
  if (alive) throw inUse(file, holder)
  const aside = `${path}.${process.pid}.stale`
  try {
    renameSync(path, aside)
  } catch {
    // Another process was faster.
    return
  }
  // If a third process took the lock between the check and the rename, its lock is restored.
  if (readText(aside) !== text) {
    try {
      linkSync(aside, path)
    } catch {
      // A fourth process has it now, and the third will notice.
    }
  }
  rmSync(aside, { force: true })
}

async function showsLife(path: string, text: string): Promise<boolean> {
  const since = timeOf(path)
  const end = performance.now() + heartbeatTimeout
  while (performance.now() < end) {
    await delay(heartbeatInterval / 4)
    if (readText(path) !== text) return false
    if (timeOf(path) !== since) return true
  }
  return false
}

function inUse(file: string, holder?: Holder): CliError {
  const who = holder ? ` (process ${holder.pid} on ${holder.host})` : ''
  return new CliError(exitCodes.listen, `--store: ${file} is in use by another server${who}`, [
    'Stop that server first, or give this one a file of its own.',
  ])
}

const isOf = (path: string, holder: Holder) => holderIn(readText(path) ?? '')?.name === holder.name

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function timeOf(path: string): number {
  try {
    return statSync(path).mtimeMs
  } catch {
    return 0
  }
}
