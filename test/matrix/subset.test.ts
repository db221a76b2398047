import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { after, describe, test } from 'node:test'
import { Homes } from './homes.ts'
import { judge } from './judge.ts'
import { pairsOf, selected } from './select.ts'
import { subsetOf } from './subset.ts'
import { walk } from './walk.ts'

const major = Number(process.versions.node.split('.')[0])

// More than are processed at once, because most of each is waiting; as many files of tests run beside this one.
describe('of the matrix, cells in which all kinds of shapes and journeys meet', {
  concurrency: availableParallelism(),
}, () => {
  const pairs = subsetOf(pairsOf(selected([])), major)
  const homes = new Homes(pairs)
  after(() => homes[Symbol.asyncDispose]())
  for (const pair of pairs) {
    const { shape, journey } = pair
    test(`${shape.name} ${journey.name}`, async () => {
      const walked = await walk(pair, homes)
      const verdict = judge(walked, major)
      const { came } = walked
      const said = came.end === 'failed' ? `${came.why}\n${came.programs}` : ''
      assert.equal(verdict.unexpected, undefined, `${verdict.is}, ${verdict.unexpected}\n${said}`)
    })
  }
})
