import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { CliError, codeOf, exitCodes } from '../../terminal/errors.ts'
import { forgetHolder, type Holder, holderIn, newHolder, verdictOn } from './lock-holder.ts'

/** Milliseconds between signs of life, for those who cannot see the process. */
const beat = 1_000

/** Milliseconds without one after which a holder that cannot be seen is taken for gone. */
const silence = 5_000

/** Times that a lock may be somebody else's again when it was about to be taken. */
const tries = 20

/**
 * Keeps a file for one process. The lock is a file beside it that says who has it, so that one whose holder was
 * killed is recognised: at once on the same machine, by its silence where the holder cannot be seen.
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
    this.#timer = setInterval(() => this.#beat(), beat).unref()
  }

  /**
   * @param file what is locked.
   * @param lost is told when another has taken it, which happens to a process that was silent for too long.
   * @throws CliError (exit 4) when another process has it; the system's own error when the lock cannot be written.
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

  /** Whether it is still this process's: asked before anything that could harm another. */
  get held(): boolean {
    return this.#held
  }

  release(): void {
    clearInterval(this.#timer)
    forgetHolder(this.#holder)
    if (this.#held && isOf(this.#path, this.#holder)) rmSync(this.#path, { force: true })
    this.#held = false
  }

  #beat(): void {
    if (isOf(this.#path, this.#holder)) {
      const time = new Date()
      try {
        utimesSync(this.#path, time, time)
      } catch {
        // The next one may work.
      }
      return
    }
    // A hand that removed it has let nobody in.
    if (readText(this.#path) === undefined && wrote(this.#path, this.#holder)) return
    clearInterval(this.#timer)
    this.#held = false
    this.#lost()
  }
}

/** Writes a whole lock or none; `false` when there is one. */
function wrote(path: string, holder: Holder): boolean {
  const draft = `${path}.${holder.name}`
  try {
    writeFileSync(draft, JSON.stringify(holder), { mode: 0o600, flag: 'wx' })
    try {
      linkSync(draft, path)
      return true
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false
      // Some file systems know no links.
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

/** @throws CliError (exit 4) when whoever has it is alive. */
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
    // Another was faster.
    return
  }
  // Between the look and the move a third may have taken it: that one is put back.
  if (readText(aside) !== text) {
    try {
      linkSync(aside, path)
    } catch {
      // A fourth has it now, and the third will notice.
    }
  }
  rmSync(aside, { force: true })
}

async function showsLife(path: string, text: string): Promise<boolean> {
  const since = timeOf(path)
  const end = performance.now() + silence
  while (performance.now() < end) {
    await delay(beat / 4)
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
