import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { compactLog, worthCompacting } from '../../../src/store/file/compact-log.ts'
import { LogIndex } from '../../../src/store/file/log-index.ts'
import { header, type Line, lineOf, valueIn } from '../../../src/store/file/log-line.ts'
import { readLog } from '../../../src/store/file/read-log.ts'
import { sessionKey } from '../../../src/store/session-key.ts'

const bounds = { sessions: 100, bytes: 1e9 }
const [a, b, c] = [sessionKey('a'), sessionKey('b'), sessionKey('c')]
const name = sessionKey('name')
const session = (key: string, value: unknown = {}, seconds = 1) =>
  lineOf({ kind: 'session', seconds, key }, value)
const text = (key: string, value: string) => lineOf({ kind: 'text', key, name }, ['name', value])
const said = (line: Line) => lineOf(line)

/** What a file comes to: its sessions in order, with their values, and what was wrong with it. */
async function read(bytes: Buffer | string, { limits = bounds, compacted = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-log-'))
  const path = join(folder, 'log')
  writeFileSync(path, bytes)
  let handle = await open(path, 'r+')
  try {
    let index = new LogIndex(limits)
    let log = await readLog(handle, index)
    if (compacted) {
      const made = await compactLog(handle, path, index)
      await handle.close()
      handle = made.handle
      assert.equal(readFileSync(path).length, made.end)
      const before = shapeOf(index, path)
      index = new LogIndex(limits)
      log = await readLog(handle, index)
      assert.deepEqual(shapeOf(index, path), before, 'the index after compacting is that of the new file')
    }
    return { ...log, live: index.live, sessions: shapeOf(index, path) }
  } finally {
    await handle.close()
    rmSync(folder, { recursive: true })
  }
}

function shapeOf(index: LogIndex, path: string) {
  const file = readFileSync(path)
  const at = (span: { at: number; bytes: number }) =>
    valueIn(file.subarray(span.at, span.at + span.bytes - 1))
  return [...index.sessions].map(([key, { record, seen, texts }]) => ({
    key,
    seen,
    record: at(record),
    texts: [...texts.values()].map(at),
  }))
}

const file = (...parts: (Buffer | string)[]) =>
  Buffer.concat([header, ...parts].map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))

const tables: Record<
  string,
  { parts: (Buffer | string)[]; keys: string[]; damaged?: number; torn?: number }
> = {
  'an empty file': { parts: [], keys: [] },
  'two sessions': { parts: [session(a), session(b)], keys: [a, b] },
  'a session that was saved again': { parts: [session(a), session(b), session(a)], keys: [b, a] },
  'one that has ended': { parts: [session(a), session(b), said({ kind: 'ended', key: a })], keys: [b] },
  'one that has ended and was saved later on': {
    parts: [session(a), said({ kind: 'ended', key: a }), session(a), text(a, 'x')],
    keys: [],
  },
  'one that was in use': {
    parts: [session(a), session(b), said({ kind: 'renewed', seconds: 9, keys: [a, c] })],
    keys: [b, a],
  },
  'texts of nobody': { parts: [text(a, 'x'), session(b)], keys: [b] },
  'a torn last line': { parts: [session(a), session(b).subarray(0, 20)], keys: [a], torn: 20 },
  'a last line of a byte': { parts: [session(a), '0'], keys: [a], torn: 1 },
  'garbage in the middle': {
    parts: [session(a), 'garbage\n\n\u0000\u0000', session(b), session(c)],
    keys: [a, c],
    damaged: 3,
  },
  'garbage that ends nowhere': { parts: [session(a), 'x'.repeat(3_000_000)], keys: [a], torn: 3_000_000 },
  'long lines': { parts: [session(a, 'x'.repeat(3_000_000)), session(b)], keys: [a, b] },
  'a line that no program of ours writes, and one after it': {
    parts: [session(a), 'x'.repeat(40_000_000), '\n', session(b)],
    keys: [a, b],
    damaged: 1,
  },
}

for (const [about, { parts, keys, damaged = 0, torn = 0 }] of Object.entries(tables)) {
  test(`${about}: what is read of it, and of what is left after compacting`, async () => {
    const bytes = file(...parts)
    const one = await read(bytes)
    assert.deepEqual(
      one.sessions.map(({ key }) => key),
      keys,
    )
    assert.deepEqual([one.damaged, bytes.length - one.end], [damaged, torn])
    const compacted = await read(bytes, { compacted: true })
    const sorted = (sessions: { key: string }[]) => sessions.sort((x, y) => x.key.localeCompare(y.key))
    assert.deepEqual(sorted(compacted.sessions), sorted(one.sessions))
    assert.deepEqual([compacted.damaged, compacted.live], [0, one.live])
  })
}

test('a text belongs to its session although the record was saved after it', async () => {
  const bytes = file(
    session(a, { n: 1 }),
    text(a, 'x'),
    text(a, 'y'),
    session(a, { n: 2 }),
    session(b),
    text(b, 'z'),
  )
  for (const compacted of [false, true]) {
    const { sessions } = await read(bytes, { compacted })
    const values = new Map(sessions.map(({ key, record, texts }) => [key, [record, ...texts]]))
    assert.deepEqual(values.get(a), [{ n: 2 }, ['name', 'y']])
    assert.deepEqual(values.get(b), [{}, ['name', 'z']])
  }
})

test('a text that was forgotten is gone', async () => {
  const bytes = file(session(a), text(a, 'x'), said({ kind: 'forgotten', key: a, name }))
  const { sessions, live } = await read(bytes)
  assert.deepEqual(sessions[0]?.texts, [])
  assert.equal(live, session(a).length)
})

test('those that were idle longest go when there are too many, or they are too large', async () => {
  const bytes = file(session(a), session(b), said({ kind: 'renewed', seconds: 2, keys: [a] }), session(c))
  const few = await read(bytes, { limits: { sessions: 2, bytes: 1e9 } })
  assert.deepEqual(
    few.sessions.map(({ key }) => key),
    [a, c],
  )
  const small = await read(file(session(a), session(b), text(b, 'x'.repeat(500))), {
    limits: { sessions: 9, bytes: 600 },
  })
  assert.deepEqual(
    small.sessions.map(({ key }) => key),
    [b],
  )
})

test('a file is worth compacting when most of it has been replaced, and it is not small', async () => {
  const index = new LogIndex(bounds)
  assert.ok(!worthCompacting(1024 * 1024, index))
  assert.ok(worthCompacting(1024 * 1024 + 1, index))
  index.add({ kind: 'session', seconds: 1, key: a }, { at: 0, bytes: 2_000_000 })
  assert.ok(!worthCompacting(4_000_000, index))
  assert.ok(worthCompacting(4_000_001, index))
})

test('sessions expire by when they were in use', () => {
  const index = new LogIndex(bounds)
  for (const [at, key] of [a, b, c].entries())
    index.add({ kind: 'session', seconds: at, key }, { at: 0, bytes: 1 })
  index.expire(1)
  assert.deepEqual([...index.sessions.keys()], [b, c])
  assert.equal(index.live, 2)
})
