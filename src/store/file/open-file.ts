import { constants } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { CliError, codeOf, exitCodes, usageError } from '../../terminal/errors.ts'
import { readAt } from './log-file.ts'
import { formatVersion, header, versionIn } from './log-line.ts'

/** A file to append to, and the position after its header; 0 if the header is missing. */
export interface OpenedFile {
  readonly handle: FileHandle
  readonly begin: number
  /** The path to which a file of an incompatible version was moved. */
  readonly aside?: string
}

/**
 * Opens or creates a store's file, readable only by its owner. A file of an incompatible version is moved aside, since
 * availability is worth more than sessions; a file that is not a store was named by mistake, and is not touched.
 * @throws CliError (exit 2) for a file that is not a store; (exit 4) for one that cannot be opened.
 */
export async function openFile(path: string): Promise<OpenedFile> {
  const handle = await opened(path)
  // It contains secrets, even if it was created as world-readable.
  await handle.chmod(0o600).catch(() => undefined)
  const start = await readAt(handle, 0, 4096)
  if (start.length === 0) return { handle, begin: 0 }
  const version = versionIn(start.toString('latin1', 0, 32))
  if (version === formatVersion) return { handle, begin: header.length }
  // A torn header, or a file whose size survived a power cut but not its content.
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

/** The error for a system error. */
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
