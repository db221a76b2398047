import { existsSync } from 'node:fs'
import { own } from '../protocol/own.ts'
import { CliError, exitCodes } from '../terminal/errors.ts'
import { backupOf, backupText, type ConfigFile, checkWritable, replaceFile } from './config-file.ts'
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
