import assert from 'node:assert/strict'
import { linkSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { compareAll, isCurrent, readStamped, stampOf } from '../../../src/loader/meaning/stamps.ts'
import { table } from '../../support/table.ts'

const folder = mkdtempSync(join(tmpdir(), 'fastmcp-stamps-'))
after(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'file')

/** Whether a file counts as the same after something has been done to it. */
function staysCurrent([text, sameTime, hashed = true]: readonly [string, boolean, boolean?]): boolean {
  writeFileSync(file, 'first')
  const { atime, mtime } = statSync(file)
  const stamp = hashed ? readStamped(file).stamp : stampOf(file)
  writeFileSync(file, text)
  utimesSync(file, atime, sameTime ? mtime : new Date(mtime.getTime() + 5_000))
  const { mtimeMs } = statSync(file)
  return isCurrent({ ...stamp, ...(sameTime && { mtime: mtimeMs }) })
}

table('whether a file is as it was', staysCurrent, [
  [['first', true], true],
  [['first', false], true, 'the content decides'],
  [['other', false], false],
  [['other', true], false, 'what unpacks files sets their time'],
  [['longer than it', true], false],
  [['first', false, false], false, 'without a hash the time decides'],
  [['first', true, false], true],
])

test('a file that is linked from elsewhere is read once, and known by its times again', () => {
  writeFileSync(file, 'first')
  const stamps = [readStamped(file).stamp]
  assert.deepEqual(compareAll(stamps), { current: true, renewed: false })
  linkSync(file, join(folder, 'link'))
  assert.deepEqual(compareAll(stamps), { current: true, renewed: true })
  assert.deepEqual(compareAll(stamps), { current: true, renewed: false })
  writeFileSync(file, 'other')
  assert.deepEqual(compareAll(stamps), { current: false, renewed: false })
})
