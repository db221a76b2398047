import { existsSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { CliError, exitCodes, messageOf } from '../errors.ts'
import { makeFolder } from '../make-folder.ts'
import { type ConfigFormat, sectionOf } from './config-format.ts'
import type { HostClient } from './host-clients.ts'

/** A client's file as it stands now. */
export interface ConfigFile {
  path: string
  format: ConfigFormat
  /** `undefined` when there is no such file yet. */
  text: string | undefined
  /** All that it says. */
  config: Record<string, unknown>
  /** The servers in it, as the client writes them. */
  servers: Record<string, unknown>
}

/**
 * Reads a client's file.
 * @throws CliError (exit 1) when it is broken; it is then left as it is.
 */
export async function openConfig(client: HostClient, path: string): Promise<ConfigFile> {
  const format = await client.format()
  // A link, as keepers of dot files make them, stays one.
  const real = existsSync(path) ? realpathSync(path) : path
  const text = existsSync(real) ? readFileSync(real, 'utf8') : undefined
  try {
    const config = format.parse(text ?? '')
    return { path: real, format, text, config, servers: sectionOf(config, client.section) }
  } catch (error) {
    const where = `${client.title}'s file ${path} is broken: ${messageOf(error).split('\n')[0]}`
    throw new CliError(exitCodes.failed, where, ['  it was left as it is; repair it and try again'])
  }
}

/** Where the file as it was before an entry came in is kept, until that entry is taken out again. */
export const backupOf = (path: string, name: string): string => `${path}.before-${name}.bak`

/**
 * A move would replace a file that is read-only all the same, but somebody has said that it is to stay as it is.
 * @throws CliError (exit 1) when it is.
 */
export function checkWritable(path: string): void {
  if (existsSync(path) && (statSync(path).mode & 0o222) === 0) throw cannotWrite(path, 'it is read-only')
}

const cannotWrite = (path: string, reason: string) =>
  new CliError(exitCodes.failed, `${path} cannot be written: ${reason}`, ['  it was left as it is'])

/** Replaces a file at once, so that its client never reads half of it. `undefined` takes the file away. */
export function replaceFile(path: string, text: string | undefined): void {
  try {
    if (text === undefined) return rmSync(path, { force: true })
    makeFolder(dirname(path))
    const draft = `${path}.${process.pid}.tmp`
    const mode = existsSync(path) ? statSync(path).mode : 0o600
    writeFileSync(draft, text, { mode })
    renameSync(draft, path)
  } catch (error) {
    throw cannotWrite(path, messageOf(error))
  }
}
