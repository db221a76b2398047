import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CliError, codeOf, exitCodes, messageOf } from '../errors.ts'
import { shown } from '../options/option.ts'

/**
 * Makes a new folder with these files, all of them or none: it is written beside its place and then moved there.
 * @throws CliError (exit 1) when it cannot be written; nothing is left behind.
 */
export function writeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  let made: string | undefined
  try {
    const parent = dirname(folder)
    made = firstMissing(parent)
    mkdirSync(parent, { recursive: true })
    const draft = join(parent, `.${basename(folder)}-${randomUUID()}`)
    mkdirSync(draft)
    made ??= draft
    try {
      writeAll(draft, files)
      renameSync(draft, folder)
    } finally {
      rmSync(draft, { recursive: true, force: true })
    }
  } catch (error) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    throw cannotWrite(folder, error)
  }
}

/**
 * Adds files to a folder that holds others already; all of them or none.
 * @throws CliError (exit 1) when one cannot be written, or has appeared meanwhile.
 */
export function addFiles(folder: string, files: ReadonlyMap<string, string>): void {
  const written: string[] = []
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text, { flag: 'wx' })
      written.push(path)
    }
  } catch (error) {
    for (const path of written) rmSync(join(folder, path), { force: true })
    throw cannotWrite(folder, error)
  }
}

function writeAll(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
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
    EEXIST: 'a file of the same name has appeared there',
  }
  const reason = words[codeOf(error) ?? ''] ?? messageOf(error)
  return new CliError(exitCodes.failed, `${shown(folder)} cannot be written: ${reason}`, [
    '  nothing was written',
  ])
}
