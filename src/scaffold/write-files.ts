import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { makeFolder } from '../files/make-folder.ts'
import { shown } from '../options/option.ts'
import { CliError, codeOf, exitCodes, messageOf } from '../terminal/errors.ts'

/** The files of a project, by their path in it. */
type Files = ReadonlyMap<string, string>

/**
 * Makes a new folder with these files, all of them or none: it is written beside its place and then moved there.
 * @throws CliError (exit 1) when it cannot be written; nothing is left behind.
 */
export function writeFolder(folder: string, files: Files): void {
  let made: string | undefined
  try {
    const parent = dirname(folder)
    made = firstMissing(parent)
    makeFolder(parent)
    inDraft(parent, basename(folder), (draft) => {
      writeAll(draft, files)
      renameSync(draft, folder)
    })
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    throw cannotWrite(folder, error)
  }
}

/**
 * Adds files to a folder that holds others already; all of them or none.
 * @param replacing files that are there, and what they are to say in the end.
 * @throws CliError (exit 1) when one cannot be written, or has appeared meanwhile.
 */
export function addFiles(folder: string, files: Files, replacing: Files = new Map()): void {
  const made: string[] = []
  try {
    // Written whole before the first is moved: what can still go wrong then is little, and can be undone.
    inDraft(folder, 'fastmcp', (draft) => {
      writeAll(draft, new Map([...files, ...replacing]))
      for (const path of files.keys()) {
        const parent = makeFolder(dirname(join(folder, path)))
        if (parent !== undefined) made.push(parent)
        place(join(draft, path), join(folder, path))
        made.push(join(folder, path))
      }
      for (const path of replacing.keys()) {
        chmodSync(join(draft, path), statSync(join(folder, path)).mode)
        renameSync(join(draft, path), join(folder, path))
      }
    })
  } catch (error) {
    for (const path of made.reverse()) rmSync(path, { recursive: true, force: true })
    throw cannotWrite(folder, error)
  }
}

/** Somebody wants this process to end; it is told once what it is writing is whole. */
export interface StopRequest extends Disposable {
  readonly signal: AbortSignal
}

/** Heeds Ctrl-C and SIGTERM from now on, instead of ending in the middle of whatever is done. */
export function catchStopSignals(): StopRequest {
  const abort = new AbortController()
  const stop = () => abort.abort()
  process.on('SIGINT', stop).on('SIGTERM', stop)
  return {
    signal: abort.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  }
}

/** Gives a file its place, unless there is one already; not every disk knows links. */
function place(draft: string, path: string): void {
  try {
    linkSync(draft, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error
    copyFileSync(draft, path, constants.COPYFILE_EXCL)
  }
}

/** Calls back with a hidden folder, which is gone afterwards; so are those of processes that were killed here. */
function inDraft(parent: string, name: string, use: (draft: string) => void): void {
  const prefix = `.${name}-`
  for (const other of readdirSync(parent)) {
    const pid = other.startsWith(prefix) && /^(\d+)-[0-9a-f-]{36}$/.exec(other.slice(prefix.length))?.[1]
    if (pid && !isAlive(Number(pid))) rmSync(join(parent, other), { recursive: true, force: true })
  }
  const draft = join(parent, `${prefix}${process.pid}-${randomUUID()}`)
  mkdirSync(draft)
  try {
    use(draft)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

function writeAll(folder: string, files: Files): void {
  for (const [path, text] of files) {
    makeFolder(dirname(join(folder, path)))
    writeFileSync(join(folder, path), text)
  }
}

/** The topmost folder on the way that is not there yet. */
function firstMissing(folder: string): string | undefined {
  if (existsSync(folder)) return undefined
  return firstMissing(dirname(folder)) ?? folder
}

function cannotWrite(folder: string, error: unknown): CliError {
  const words: Record<string, string> = {
    EACCES: 'permission denied',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk is full',
    EFBIG: 'the file is too large for this file system',
    EEXIST: 'a file with the same name appeared',
  }
  const reason = words[codeOf(error) ?? ''] ?? messageOf(error)
  return new CliError(exitCodes.failed, `${shown(folder)} cannot be written: ${reason}`, [
    '  nothing was written',
  ])
}
