import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { flows } from '../../scripts/flows/flows.ts'
import { countsOf, faultsOf, most } from '../../scripts/flows/page.ts'
import { readPage } from '../../scripts/flows/read-page.ts'
import { root } from '../support/program.ts'

const sections = readPage(readFileSync(`${root}docs/flows.md`, 'utf8'))
const foldersOf = ({ pieces }: (typeof sections)[number]) =>
  pieces.map((visits) => visits.map(({ folder }) => folder))

test('the page shows every flow', () => {
  assert.deepEqual(
    sections.map(({ title }) => title),
    flows.map(({ title }) => title),
  )
  for (const section of sections) assert.ok(new Set(foldersOf(section).flat()).size > 3, section.title)
})

test('every file and function of the page is in src: else npm run docs:flows', () => {
  const files = sections.flatMap(({ pieces }) => pieces.flat().flatMap((visit) => visit.files))
  for (const { file, names } of files) {
    assert.ok(existsSync(`${root}src/${file}`), `there is no src/${file}`)
    const text = readFileSync(`${root}src/${file}`, 'utf8')
    for (const name of names) assert.match(text, declared(name), `src/${file} has no ${name}`)
  }
})

/** Where a function of this name begins, or the class that it makes an object of. */
function declared(name: string): RegExp {
  const [, made] = /^new (\w+)$/.exec(name) ?? []
  return made ? new RegExp(`class ${made}\\b`) : new RegExp(`(?<![\\w.])${name}(?=[(<]| = |: )`)
}

test('a flow that comes back to a folder more than twice says why, and no other does', () => {
  for (const [index, { name }] of flows.entries()) {
    const section = sections[index]
    assert.ok(section)
    const counts = countsOf(foldersOf(section))
    assert.deepEqual(faultsOf(name, counts), [])
    assert.deepEqual(section.counts, new Map([...counts].filter(([, count]) => count > most)))
  }
})
