import { type BigIntStats, existsSync, lstatSync, mkdirSync, renameSync, rmdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { makeFolder } from '../files/make-folder.ts'
import { own } from '../protocol/own.ts'
import { CliError, codeOf, exitCodes, messageOf } from '../terminal/errors.ts'
import {
  backupOf,
  backupText,
  behindLinks,
  ChangedMeanwhile,
  type ConfigFile,
  checkWritable,
  readConfig,
  replaceFile,
} from './config-file.ts'
import { CannotEdit, withEntry, withoutEntry } from './formats/config-format.ts'
import type { HostClient } from './host-clients.ts'

/** A change of a client's file that has not been made yet. */
export interface Change {
  before: string | undefined
  after: string | undefined
  make(): void
}

/**
 * Adds an entry, or replaces the one of the same name.
 * @param byHand the command that prints the entry, for when the file cannot be edited.
 */
export function planInstall(
  client: HostClient,
  file: ConfigFile,
  [name, entry]: readonly [name: string, entry: Record<string, unknown>],
  byHand: string,
): Change {
  const after = editing(client, file, `add the entry by hand; ${byHand} prints one`, () =>
    withEntry(file.format, file.text ?? '', client.section, [name, entry]),
  )
  const backup = backupOf(file.path, name)
  return {
    before: file.text,
    after,
    make: () => {
      checkWritable(file.path)
      // The backup is of the file before the entry first came in, not of an earlier form of the entry.
      if (file.text !== undefined && !Object.hasOwn(file.servers, name))
        replaceFile(backup, file.text, file.form)
      replaceFile(file.path, after, file.form, file)
    },
  }
}

/** Takes an entry out; where nothing else has happened since, the file is again what it was, to the byte. */
export function planUninstall(client: HostClient, file: ConfigFile, name: string): Change {
  const backup = backupOf(file.path, name)
  const after = editing(
    client,
    file,
    'take the entry out by hand',
    () => original(client, file, name, backup) ?? stripped(client, file, name),
  )
  const left = after === '' && !existsSync(backup) ? undefined : after
  return {
    before: file.text,
    after: left,
    make: () => {
      checkWritable(file.path)
      replaceFile(file.path, left, file.form, file)
      replaceFile(backup, undefined, file.form)
    },
  }
}

/** How often a change is planned again because the client itself, which asks for no lock, has written the file. */
const attempts = 5

/**
 * Changes a client's file, while nobody else does: what is planned is planned on what the file says then.
 * @throws whatever the plan throws, and CliError (exit 1) when the file cannot be written.
 */
export async function editConfig(
  client: HostClient,
  path: string,
  plan: (file: ConfigFile) => Change,
): Promise<void> {
  const format = await client.format()
  await withLock(behindLinks(path), () => {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const file = readConfig(client, format, path)
      const change = plan(file)
      if (change.after === change.before || made(change)) return
    }
    throw new CliError(exitCodes.failed, `${client.title} keeps writing ${path}`, [
      `  close ${client.title} and try again`,
    ])
  })
}

/** The file from before the entry, if the entry is all that came in since. Empty if there was none. */
function original(client: HostClient, file: ConfigFile, name: string, backup: string): string | undefined {
  const entry = own(file.servers, name) as Record<string, unknown>
  try {
    const before = backupText(backup)
    return withEntry(file.format, before, client.section, [name, entry]) === file.text ? before : undefined
  } catch {
    return undefined
  }
}

const stripped = (client: HostClient, file: ConfigFile, name: string) =>
  withoutEntry(file.format, file.text ?? '', client.section, name)

function editing(client: HostClient, file: ConfigFile, remedy: string, edit: () => string): string {
  try {
    return edit()
  } catch (error) {
    if (!(error instanceof CannotEdit)) throw error
    throw new CliError(
      exitCodes.failed,
      `${client.title}'s file ${file.path} was left unchanged: ${error.message}`,
      [`  ${remedy}`],
    )
  }
}

function made(change: Change): boolean {
  try {
    change.make()
    return true
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return false
    throw error
  }
}

/** Milliseconds after which a lock has been left behind by a program that has died. */
const staleAfter = 10_000

/** Milliseconds that somebody else may hold it; longer than it takes to be stale. */
const patience = 15_000

/**
 * Does something with a file that nobody else who asks for its lock does at the same time. The lock is a folder beside
 * the file, in the manner of the package `proper-lockfile`, by which Claude Code locks its own.
 * @param work is done in moments, and is not to wait for anybody.
 * @throws CliError (exit 1) when the lock cannot be had.
 */
async function withLock<T>(path: string, work: () => T): Promise<T> {
  const lock = `${path}.lock`
  const own = await take(lock, path)
  try {
    return work()
  } finally {
    // Another may have taken it for stale, as after a computer has slept.
    if (identityOf(lock) === own) rmdirSync(lock)
  }
}

async function take(lock: string, path: string): Promise<string | undefined> {
  const deadline = Date.now() + patience
  for (;;) {
    try {
      makeFolder(dirname(lock))
      mkdirSync(lock)
      return identityOf(lock)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw unavailable(path, messageOf(error))
    }
    removeStale(lock)
    if (Date.now() > deadline) throw unavailable(path, `${lock} is in the way`)
    await delay(10 + Math.random() * 40)
  }
}

/** Out of its place first: between a look and a removal somebody else may have done the same, and locked again. */
function removeStale(lock: string): void {
  const found = look(lock)
  if (!found?.isDirectory() || Date.now() - Number(found.mtimeMs) < staleAfter) return
  const aside = `${lock}.${process.pid}`
  try {
    renameSync(lock, aside)
    if (identityOf(aside) === identity(found)) return rmdirSync(aside)
  } catch {
    // Somebody was faster, or it holds something and is no lock.
  }
  if (existsSync(aside)) renameSync(aside, lock)
}

function look(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })
}

const identity = ({ dev, ino, birthtimeNs }: BigIntStats) => `${dev} ${ino} ${birthtimeNs}`

function identityOf(path: string): string | undefined {
  const found = look(path)
  return found && identity(found)
}

const unavailable = (path: string, reason: string) =>
  new CliError(exitCodes.failed, `${path} cannot be written: ${reason}`, ['  left unchanged'])
