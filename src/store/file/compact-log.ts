import { rmSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { readAt, writeAt } from './log-file.ts'
import type { LogIndex, Span } from './log-index.ts'
import { header, lineOf } from './log-line.ts'

/** Maximum bytes that are copied at once, for adjacent lines. */
const copySize = 4 * 1024 * 1024

/** Bytes below which a file is not compacted. */
const smallest = 1024 * 1024

/** Whether most of a file is obsolete. */
export const worthCompacting = (size: number, index: LogIndex): boolean =>
  size > smallest && size > 2 * index.live

/**
 * Writes the live lines to a new file, and atomically replaces the old one with it: a process that is killed meanwhile
 * leaves the old one intact. Afterwards the index has the positions in the new file.
 * @throws the system's own error if it cannot be written; the old file is unchanged.
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

/** Removes the draft of a process that was killed while compacting. */
export const removeDraft = (path: string): void => rmSync(draftOf(path), { force: true })

interface Live extends Span {
  move(to: Span): void
}

/** @returns a function that updates the index with the new positions. */
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

/** In file order, but with all records first: a text that is read before its session is ignored. */
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

/** The times at which sessions were last used, since records have only the time of their last save. */
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
