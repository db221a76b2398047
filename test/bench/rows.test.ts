import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chosen } from '../../bench/harness/choose.ts'
import { amount, type Contestant, type Goal } from '../../bench/harness/row.ts'
import { goalOn, spreadOf, verdictOf } from '../../bench/harness/verdict.ts'
import { parts } from '../../bench/parts.ts'

const names = (list: typeof parts) =>
  list.flatMap((part) => part.rows.map(({ what }) => `${part.name}: ${what}`))

test('every one of the nineteen targets has a row with a goal', () => {
  const rows = parts.flatMap((part) => part.rows)
  for (let target = 1; target <= 19; target++) {
    assert.ok(
      rows.some((row) => row.target === target && row.goal),
      `target ${target} has no row`,
    )
  }
})

test('no two rows have the same name: the Nodes are set side by side by it', () => {
  const all = names(parts)
  assert.deepEqual(
    all.filter((name, at) => all.indexOf(name) !== at),
    [],
  )
})

describe('words choose rows', () => {
  const rows = (words: string[]) => names(chosen(parts, words))

  test('none choose all', () => assert.equal(rows([]).length, names(parts).length))

  test('a number chooses the rows of its target', () => {
    assert.deepEqual(rows(['16']), ['saves: dev, one file: save → client'])
  })

  test('the name of a part chooses its rows', () => {
    assert.deepEqual(rows(['thread']).length, 1)
    assert.ok(rows(['calls']).length > 5)
  })

  test('other words choose the rows that hold them', () => {
    assert.ok(rows(['supergateway']).every((name) => name.includes('supergateway')))
    assert.deepEqual(rows(['nothing of the kind']), [])
  })
})

describe('a verdict', () => {
  const contestant: Contestant = { name: 'one', open: () => ({ round: () => Promise.resolve({}) }) }
  const row = amount({ what: 'a row', of: contestant, unit: 'ms', goal: { atMost: 2 }, slackOn20: 0.5 })
  const cases: [values: number[], goal: Goal | undefined, isLoud: boolean, verdict: string][] = [
    [[1, 2, 3], { atMost: 2 }, false, 'green'],
    [[1, 3, 3], { atMost: 2 }, false, 'red'],
    [[1, 2, 3], { atLeast: 2 }, false, 'green'],
    [[1, 1, 3], { atLeast: 2 }, false, 'red'],
    [[1, 2, 3, 4], { atMost: 2 }, true, 'noisy'],
    [[5, 6, 7, 8], { atMost: 2 }, true, 'red'],
    [[1, 1, 1, 1], { atMost: 2 }, true, 'green'],
    [[1], { atMost: 2 }, true, 'noisy'],
    [[], { atMost: 2 }, false, 'failed'],
    [[1], undefined, false, ''],
  ]
  for (const [values, goal, isLoud, verdict] of cases) {
    const machine = isLoud ? 'a loud machine' : 'a quiet machine'
    test(`of ${values.join()} for ${JSON.stringify(goal)} on ${machine}: ${verdict || 'none'}`, () => {
      assert.equal(verdictOf({ row, values }, goal, isLoud), verdict)
    })
  }

  test('one that could not be measured says so', () => {
    assert.equal(verdictOf({ row, values: [1], fault: 'it broke' }, row.goal, false), 'failed')
  })

  test('Node 20 may take longer', () => {
    assert.deepEqual(goalOn(20, row), { atMost: 2.5 })
    assert.deepEqual(goalOn(24, row), { atMost: 2 })
  })

  test('the spread is the half of the values around the middle', () => {
    assert.deepEqual(spreadOf([9, 1, 3, 5, 7]), { low: 3, median: 5, high: 7 })
  })
})
