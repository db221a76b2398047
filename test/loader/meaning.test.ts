import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Way } from './meaning/case.ts'
import { faultsOf } from './meaning/judge.ts'
import { withOurs } from './meaning/programs.ts'
import { table } from './meaning/table.ts'

// The part of the table that stands for all of it: what has once been wrong, and of each theme the first.
// `npm run test:meaning` asks the whole, in more ways.
const ways: readonly Way[] = ['cold', 'warm']
const perTheme = 1
const [major = ''] = process.versions.node.split('.')

const seen = new Map<string, number>()
for (const [name, one] of table) {
  const [theme = ''] = name.split(':')
  const before = seen.get(theme) ?? 0
  seen.set(theme, before + 1)
  if (before >= perTheme && !/\(F-B\d/.test(one.follows)) continue
  const skip = one.since !== undefined && Number(major) < one.since
  test(name, { skip }, async () => {
    const told = await withOurs(one, { node: process.execPath, ways })
    const faults = told.flatMap((telltale) => faultsOf(one, major, telltale))
    assert.equal(faults.join('\n'), '', one.follows)
  })
}
