import type { FileHandle } from 'node:fs/promises'
import type { LogIndex } from './log-index.ts'
import { header, readLine } from './log-line.ts'

/** Bytes that are read at once. */
const pieceSize = 1024 * 1024

/** Bytes of a line at the most: what is longer was not written by this program. */
const longestLine = 32 * 1024 * 1024

/** What became of reading a file. */
export interface ReadLog {
  /** Where the next line begins: what stands behind it is the torn rest of one. */
  readonly end: number
  /** Lines that make no sense. */
  readonly damaged: number
}

/** Takes in all lines of a file that begins with the header; damaged ones are passed over. */
export async function readLog(handle: FileHandle, index: LogIndex): Promise<ReadLog> {
  const piece = Buffer.allocUnsafe(pieceSize)
  let begun: Buffer = Buffer.alloc(0)
  let at = header.length
  let skipped = 0
  let damaged = 0
  while (true) {
    const { bytesRead } = await handle.read(piece, 0, pieceSize, at + skipped + begun.length)
    if (bytesRead === 0) return { end: at, damaged }
    const bytes = Buffer.concat([begun, piece.subarray(0, bytesRead)])
    let from = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      const length = end + 1 - from + skipped
      const line = skipped > 0 ? undefined : readLine(bytes.subarray(from, end))
      if (line) index.add(line, { at, bytes: length })
      else damaged++
      at += length
      skipped = 0
      from = end + 1
    }
    begun = bytes.subarray(from)
    if (begun.length <= longestLine) continue
    skipped += begun.length
    begun = Buffer.alloc(0)
  }
}
