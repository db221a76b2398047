import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Metric, metricTable } from '../../../../src/serve/metrics/metric-table.ts'
import { root } from '../../../support/program.ts'

test('docs/metrics.md has each metric as it is declared, and no others', () => {
  const rows = readFileSync(`${root}docs/metrics.md`, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  const wanted = Object.values<Metric>(metricTable).map(
    ({ name, type, labels, help }) =>
      `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  )
  assert.deepEqual(rows, wanted)
})

test('names end in their unit, and counters in _total', () => {
  for (const { name, type } of Object.values<Metric>(metricTable))
    assert.equal(type === 'counter', name.endsWith('_total'), name)
})
