import { constants } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { CliError, codeOf, exitCodes, usageError } from '../../terminal/errors.ts'
import { readAt } from './log-file.ts'
import { formatVersion, header, versionIn } from './log-line.ts'

/** A file to append to, and where its first line after the header begins; 0 when the header is missing yet. */
export interface OpenedFile {
  readonly handle: FileHandle
  readonly begin: number
  /** Where one has been moved that this version cannot read. */
  readonly aside?: string
}

/**
 * Opens a store's file, or makes it, for nobody else to read. One of another version is moved aside, since sessions
 * are worth less than service; what is not a store at all was named by mistake, and stays as it is.
 * @throws CliError (exit 2) for a file that is not a store; (exit 4) for one that cannot be opened.
 */
export async function openFile(path: string): Promise<OpenedFile> {
  const handle = await opened(path)
  // Whoever has made it for all to read did not know what is in it.
  await handle.chmod(0o600).catch(() => undefined)
  const start = await readAt(handle, 0, 4096)
  if (start.length === 0) return { handle, begin: 0 }
  const version = versionIn(start.toString('latin1', 0, 32))
  if (version === formatVersion) return { handle, begin: header.length }
  // A header that was torn off, or a file whose size outlived a power cut, but not what was in it.
  if (header.startsWith(start.toString('latin1')) || start.every((byte) => byte === 0)) {
    await handle.truncate(0)
    return { handle, begin: 0 }
  }
  await handle.close()
  if (version === undefined) {
    throw usageError(`--store: ${path} is not a session store. Name a file that is not there yet.`)
  }
  const aside = `${path}.v${version}`
  await rename(path, aside)
  return { handle: await opened(path), begin: 0, aside }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  } catch (error) {
    throw cannotOpen(path, error)
  }
}

/** The system's own error, in words. */
export function cannotOpen(path: string, error: unknown): CliError {
  const why = reasons.get(codeOf(error) ?? '') ?? codeOf(error) ?? 'unknown reason'
  return new CliError(exitCodes.listen, `--store: cannot open ${path}: ${why}`, [], { cause: error })
}

const reasons = new Map([
  ['ENOENT', 'its folder does not exist'],
  ['ENOTDIR', 'its folder does not exist'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EISDIR', 'it is a folder'],
  ['EROFS', 'the disk is read-only'],
])
