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

/** Of the name, too: a file in another's place is as wrong as a damaged one. */
const sealOf = (path: string, content: string | Uint8Array): string =>
  `\n${createHash('sha256')
    .update(`${basename(path)}\n`)
    .update(content)
    .digest('hex')}`

/** Writes a file that says itself whether it is whole. The seal comes last: V8 wants its code cache aligned. */
export function writeSealed(path: string, content: string | Uint8Array): void {
  writeWhole(path, Buffer.concat([Buffer.from(content), Buffer.from(sealOf(path, content))]))
}

/** The same, of something that is only known anew: where it cannot be written, the next start finds it out again. */
export function renewSealed(path: string, content: string): void {
  try {
    writeSealed(path, content)
  } catch {
    // It was said when it was to be written first.
  }
}

/** What was sealed; nothing when it is missing, damaged, another's, or not as this program writes it. */
export function readSealed(path: string): Buffer | undefined {
  const whole = readOwn(path)
  if (whole === undefined || whole.length < sealLength) return undefined
  const content = whole.subarray(0, -sealLength)
  return whole.toString('latin1', content.length) === sealOf(path, content) ? content : undefined
}

/** What a file holds, if it is what has this hash. */
export function readKnown(path: string, hash: string): Buffer | undefined {
  const content = readOwn(path)
  return content !== undefined && hashOf(content) === hash ? content : undefined
}

/** Written beside its place and renamed, so that nobody ever reads half a file; a disk that is full keeps no draft. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' })
    // A folder would stay in the way for good.
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { recursive: true })
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** Not through links, which lead out of the folder; and from a pipe there is nothing to wait for. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** Asks about the very file that it reads: a name may lead to another one a moment later. */
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
