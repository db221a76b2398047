import { resolve } from 'node:path'
import { usageError } from '../terminal/errors.ts'
import type { FileStoreOptions } from './file/file-store.ts'
import type { Store } from './store.ts'

/**
 * Opens the store that an option names: undefined for `memory`, or the store for `file:` and a path.
 * @throws CliError (exit 2) when the value is invalid, or the file is not a store; (exit 4) when another process has
 * locked it, or it cannot be opened.
 */
export async function openStore(
  location: string,
  options: Omit<FileStoreOptions, 'path'>,
): Promise<Store | undefined> {
  if (location === 'memory') return undefined
  if (!location.startsWith(filePrefix)) throw usageError('--store: must be memory, or file: and a path')
  const { FileStore } = await import('./file/file-store.ts')
  return FileStore.open({ ...options, path: resolve(location.slice(filePrefix.length)) })
}

const filePrefix = 'file:'
