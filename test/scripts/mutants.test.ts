import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cellMutants } from '../../scripts/mutants/cells.mjs'
import { mutants, mutantsPage } from '../../scripts/mutants/table.mjs'
import { root } from '../support/program.ts'

const read = (file: string) => readFileSync(`${root}${file}`, 'utf8')

test('every mutant still fits the line it breaks', () => {
  const misfits = [...mutants, ...cellMutants].filter(({ file, from }) => read(file).split(from).length !== 2)
  assert.deepEqual(
    misfits.map(({ name }) => name),
    [],
  )
})

test('the page of mutants is the one their table makes', () => {
  assert.equal(read('docs/notes/mutants.md'), mutantsPage())
})
