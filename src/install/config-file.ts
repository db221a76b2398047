import {
  chownSync,
  existsSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { makeFolder } from '../files/make-folder.ts'
import { decodeText, encodeText, plainForm, type TextForm } from '../files/text-file.ts'
import { CliError, codeOf, exitCodes, messageOf } from '../terminal/errors.ts'
import { type ConfigFormat, sectionOf } from './formats/config-format.ts'
import type { HostClient } from './host-clients.ts'

/** A client's file as it stands now. */
export interface ConfigFile {
  /** Where it is, behind all links. */
  path: string
  format: ConfigFormat
  /** `undefined` when the file does not exist yet. */
  text: string | undefined
  /** How the text stands in it. */
  form: TextForm
  /** All that it says. */
  config: Record<string, unknown>
  /** The servers in it, as the client writes them. */
  servers: Record<string, unknown>
}

/**
 * Reads a client's file.
 * @throws CliError (exit 1) when it is broken or no file; it is then left as it is.
 */
export async function openConfig(client: HostClient, path: string): Promise<ConfigFile> {
  return readConfig(client, await client.format(), path)
}

/** The same, when its format has been loaded. */
export function readConfig(client: HostClient, format: ConfigFormat, path: string): ConfigFile {
  try {
    const real = behindLinks(path)
    const { text, form } = textOf(real)
    const config = format.parse(text ?? '')
    return { path: real, format, text, form, config, servers: sectionOf(config, client.section) }
  } catch (error) {
    const [reason = ''] = messageOf(error).split('\n')
    throw new CliError(exitCodes.failed, `${client.title}'s file ${path} is invalid: ${reason}`, [
      '  left unchanged; fix it and try again',
    ])
  }
}

/**
 * Where a path leads in the end, whether or not there is anything yet: a link, as keepers of dot files make them, stays
 * one. @throws Error when it leads in a circle.
 */
export function behindLinks(path: string, left = 40): string {
  const folder = dirname(path)
  const at = existsSync(folder) ? join(realpathSync(folder), basename(path)) : path
  const target = linkAt(at)
  if (target === undefined) return at
  if (left === 0) throw new Error('its links lead in a circle')
  return behindLinks(resolve(dirname(at), target), left - 1)
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function textOf(path: string): { text: string | undefined; form: TextForm } {
  try {
    const found = statSync(path)
    if (found.isDirectory()) throw new Error('it is a folder')
    if (!found.isFile()) throw new Error('it is not a regular file')
    return decodeText(readFileSync(path))
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return { text: undefined, form: plainForm }
  }
}

/** Where the file as it was before an entry came in is kept, until that entry is taken out again. */
export const backupOf = (path: string, name: string): string => `${path}.before-${name}.bak`

/** What a backup holds; nothing when there is none. */
export const backupText = (path: string): string => textOf(path).text ?? ''

/**
 * A move would replace a file that is read-only all the same, but somebody has said that it is to stay as it is.
 * @throws CliError (exit 1) when it is.
 */
export function checkWritable(path: string): void {
  if (existsSync(path) && (statSync(path).mode & 0o222) === 0) throw cannotWrite(path, 'it is read-only')
}

const cannotWrite = (path: string, reason: string) =>
  new CliError(exitCodes.failed, `${path} cannot be written: ${reason}`, ['  left unchanged'])

/** The file has changed since it was read. */
export class ChangedMeanwhile extends Error {}

/**
 * Replaces a file at once, so that its client never reads half of it.
 * @param text what it is to hold; `undefined` takes the file away.
 * @param before what it must hold until then; anything when left out.
 * @throws ChangedMeanwhile when it holds something else, CliError (exit 1) when it cannot be written.
 */
export function replaceFile(
  path: string,
  text: string | undefined,
  form: TextForm,
  before?: { text: string | undefined },
): void {
  const draft = `${path}.${process.pid}.tmp`
  try {
    makeFolder(dirname(path))
    if (text !== undefined)
      writeLike(statSync(path, { throwIfNoEntry: false }), draft, encodeText(text, form))
    if (before && textOf(path).text !== before.text) throw new ChangedMeanwhile()
    if (text === undefined) rmSync(path, { force: true })
    else renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error instanceof ChangedMeanwhile ? error : cannotWrite(path, messageOf(error))
  }
}

/** With the rights and the owner of the file that it is to replace: root may be changing a person's file. */
function writeLike(model: Stats | undefined, path: string, bytes: Buffer): void {
  writeFileSync(path, bytes, { mode: model?.mode ?? 0o600 })
  if (model && process.geteuid?.() === 0) chownSync(path, model.uid, model.gid)
}
