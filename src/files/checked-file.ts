import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename } from 'node:path'
import { strangersIn } from './trust.ts'

/** Characters of a seal: a line end and a hash in hexadecimal. */
const sealLength = 65

export const hashOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

/** The seal covers the name too, so that a renamed file is invalid. */
const sealOf = (path: string, content: string | Uint8Array): string =>
  `\n${createHash('sha256')
    .update(`${basename(path)}\n`)
    .update(content)
    .digest('hex')}`

/** Writes a file with a checksum. The seal comes last, since V8 requires its code cache to be aligned. */
export function writeSealed(path: string, content: string | Uint8Array): void {
  writeWhole(path, Buffer.concat([Buffer.from(content), Buffer.from(sealOf(path, content))]))
}

/** The same for an update that may fail: then the next start repeats it. */
export function renewSealed(path: string, content: string): void {
  try {
    writeSealed(path, content)
  } catch {
    // The failure was reported when it was first written.
  }
}

/** Reads a sealed file; undefined if it is missing, damaged, another user's, or not in this format. */
export function readSealed(path: string): Buffer | undefined {
  const whole = readOwn(path)
  if (whole === undefined || whole.length < sealLength) return undefined
  const content = whole.subarray(0, -sealLength)
  return whole.toString('latin1', content.length) === sealOf(path, content) ? content : undefined
}

/** The content of a file, if it has this hash. */
export function readKnown(path: string, hash: string): Buffer | undefined {
  const content = readOwn(path)
  return content !== undefined && hashOf(content) === hash ? content : undefined
}

/** Writes a file atomically by renaming a draft, which is removed on failure. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' })
    // Otherwise a folder of that name would block the file for ever.
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true })
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** Does not follow symlinks out of the folder, and does not block on a pipe. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Checks the opened descriptor rather than the path, which may change in between. */
function readOwn(path: string): Buffer | undefined {
  let file: number | undefined
  try {
    file = openSync(path, flags)
    const found = fstatSync(file)
    return found.isFile() && strangersIn(found) === undefined ? readFileSync(file) : undefined
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
