import type { FileHandle } from 'node:fs/promises'
import type { LogLevel } from '../../terminal/output.ts'
import type { LogIndex } from './log-index.ts'
import { type OpenedFile, openFile } from './open-file.ts'
import { readLog } from './read-log.ts'

interface LoadOptions {
  readonly path: string
  readonly log: (level: Exclude<LogLevel, 'silent'>, message: string) => void
}

/** Opens the file and indexes its content. A torn line at its end is overwritten by the next write. */
export async function loadLog(
  { path, log }: LoadOptions,
  index: LogIndex,
): Promise<{ handle: FileHandle; end: number }> {
  const { handle, begin, aside }: OpenedFile = await openFile(path)
  if (aside !== undefined) {
    const words = 'was written by another version of fastmcp and is now'
    log('warning', `--store: ${path} ${words} ${aside}. Its sessions begin again.`)
  }
  if (begin === 0) return { handle, end: 0 }
  const { end, damaged } = await readLog(handle, index)
  if (damaged > 0) {
    const lines = damaged === 1 ? 'one damaged line' : `${damaged} damaged lines`
    log('warning', `--store: passed over ${lines} of ${path}. The sessions it was about may begin again.`)
  }
  await handle.truncate(end).catch(() => undefined)
  return { handle, end }
}
