import { rmSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { readAt, writeAt } from './log-file.ts'
import type { LogIndex, Span } from './log-index.ts'
import { header, lineOf } from './log-line.ts'

/** Bytes that are copied at once, where lines stand close together. */
const copySize = 4 * 1024 * 1024

/** Bytes below which a file is left as it is. */
const smallest = 1024 * 1024

/** Whether most of a file is what has been replaced since. */
export const worthCompacting = (size: number, index: LogIndex): boolean =>
  size > smallest && size > 2 * index.live

/**
 * Writes what is still meant beside a file and puts it in the file's place, in one step: a process that is killed
 * meanwhile leaves the old one. The index then says where everything is in the new one.
 * @throws the system's own error when that cannot be written; the old file is as it was.
 */
export async function compactLog(
  from: FileHandle,
  path: string,
  index: LogIndex,
): Promise<{ handle: FileHandle; end: number }> {
  const draft = draftOf(path)
  removeDraft(path)
  const handle = await open(draft, 'wx+', 0o600)
  try {
    await writeAt(handle, 0, Buffer.from(header))
    const { moved, end } = await copyLines(from, handle, index)
    const seen = renewals(index)
    await writeAt(handle, end, seen)
    await handle.datasync()
    await rename(draft, path)
    moved()
    return { handle, end: end + seen.length }
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(draft, { force: true }).catch(() => undefined)
    throw error
  }
}

const draftOf = (path: string) => `${path}.new`

/** Removes what a process has left that was killed while it wrote. */
export const removeDraft = (path: string): void => rmSync(draftOf(path), { force: true })

interface Live extends Span {
  move(to: Span): void
}

/** @returns what has the index say where the lines are now. */
async function copyLines(from: FileHandle, to: FileHandle, index: LogIndex) {
  const moves: (() => void)[] = []
  let end = header.length
  for (const group of liveLines(index).flatMap((lines) => [...groupsOf(lines)])) {
    const [{ at: start } = { at: 0 }] = group
    const last = group.at(-1)
    const read = await readAt(from, start, last ? last.at + last.bytes - start : 0)
    const kept = Buffer.concat(group.map(({ at, bytes }) => read.subarray(at - start, at - start + bytes)))
    await writeAt(to, end, kept)
    for (const { bytes, move } of group) {
      const span = { at: end, bytes }
      moves.push(() => move(span))
      end += bytes
    }
  }
  return {
    end,
    moved: () => {
      for (const move of moves) move()
    },
  }
}

/** In the order of the file, but all records come first: a text that is read before its session means nothing. */
function liveLines(index: LogIndex): Live[][] {
  const records: Live[] = []
  const texts: Live[] = []
  for (const indexed of index.sessions.values()) {
    const move = (to: Span) => {
      indexed.record = to
    }
    records.push({ ...indexed.record, move })
    for (const [name, span] of indexed.texts)
      texts.push({ ...span, move: (to) => void indexed.texts.set(name, to) })
  }
  return [records, texts].map((lines) => lines.sort((a, b) => a.at - b.at))
}

function* groupsOf(lines: readonly Live[]): Generator<Live[]> {
  let group: Live[] = []
  for (const line of lines) {
    const [first] = group
    if (first && line.at + line.bytes - first.at > copySize) {
      yield group
      group = []
    }
    group.push(line)
  }
  if (group.length > 0) yield group
}

/** When each session was in use, which its record says only of the time it was saved. */
function renewals(index: LogIndex): Buffer {
  const bySecond = new Map<number, string[]>()
  for (const [key, { seen }] of index.sessions) {
    const keys = bySecond.get(seen) ?? []
    keys.push(key)
    bySecond.set(seen, keys)
  }
  return Buffer.concat(
    [...bySecond]
      .sort(([a], [b]) => a - b)
      .map(([seconds, keys]) => lineOf({ kind: 'renewed', seconds, keys })),
  )
}
