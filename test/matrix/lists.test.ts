import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { root } from '../support/program.ts'
import { refusals } from './expected/refused.ts'
import { faults } from './expected/wrong.ts'
import { journeys } from './journeys.ts'
import { shapesPage } from './page.ts'
import { shapes } from './shapes.ts'
import { emptiness } from './walk.ts'

test('docs/shapes.md is the page that the lists make: npm run matrix -- --page', () => {
  assert.equal(readFileSync(`${root}docs/shapes.md`, 'utf8'), shapesPage())
})

for (const [axis, entries] of [
  ['shapes', shapes],
  ['journeys', journeys],
] as const) {
  test(`each of the ${axis} is one file, called as it is`, () => {
    const files = readdirSync(`${root}test/matrix/${axis}`)
    assert.deepEqual(entries.map(({ name }) => `${name}.ts`).sort(), files.sort())
  })
}

test('every listed cell is there, and listed once', () => {
  const listed = [
    ...faults.flatMap(({ cells, nodes }) => cells.map((one) => ({ ...one, nodes: nodes ?? [20, 24] }))),
    ...refusals.map((one) => ({ ...one, nodes: [20, 24] })),
  ]
  const cells = listed.flatMap(({ shapes: rows, journeys: columns, nodes }) =>
    rows.flatMap((shape) => columns.map((journey) => ({ shape, journey, nodes }))),
  )
  const seen = new Set<string>()
  for (const { shape: row, journey: column, nodes } of cells) {
    const shape = shapes.find(({ name }) => name === row)
    const journey = journeys.find(({ name }) => name === column)
    assert.ok(shape && journey, `there is no ${row} ${column}`)
    assert.ok(
      nodes.some((major) => emptiness(shape, journey, major) === undefined),
      `${row} ${column} is empty`,
    )
    for (const major of nodes) {
      const name = `${row} ${column} on Node ${major}`
      assert.ok(!seen.has(name), `${name} is listed twice`)
      seen.add(name)
    }
  }
})
