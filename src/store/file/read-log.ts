import type { FileHandle } from 'node:fs/promises'
import type { LogIndex } from './log-index.ts'
import { header, readLine } from './log-line.ts'

/** Bytes per read. */
const pieceSize = 1024 * 1024

/** Maximum bytes of a line: a longer one was not written by this program. */
const longestLine = 32 * 1024 * 1024

/** The result of reading a file. */
export interface ReadLog {
  /** The position of the next line; anything after it is a torn line. */
  readonly end: number
  /** The number of invalid lines. */
  readonly damaged: number
}

/** Indexes all lines of a file that starts with the header; damaged ones are skipped. */
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
