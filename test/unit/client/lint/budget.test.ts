import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../../../../src/client/lint/finding.ts'
import { lintOffers } from '../../../../src/client/lint/lint-offers.ts'
import { reportLines } from '../../../../src/client/lint/report.ts'
import { lintSchema } from '../../../../src/client/lint/schema/lint-schema.ts'
import { nested } from '../../../support/faults.ts'

/** Milliseconds, on a machine that does other things, too. */
const limit = 10_000

function timed(work: () => Finding[]): Finding[] {
  const started = performance.now()
  const findings = work()
  reportLines(findings)
  const took = performance.now() - started
  assert.ok(took < limit, `${took} ms`)
  return findings
}

const ofInput = (schema: unknown) => timed(() => lintSchema(schema, 'input', { subject: 'tool a', path: '' }))
const names = (findings: readonly Finding[]) => [...new Set(findings.map(({ check }) => check))]

test('10,000 tools', () => {
  const tools = Array.from({ length: 10_000 }, (_, at) => ({
    name: `t${at}`,
    inputSchema: {
      type: 'object',
      properties: { a: { type: 'array' }, b: { type: 'string', minLength: 1 } },
    },
  }))
  const lists = { tools, prompts: [], resources: [], resourceTemplates: [] }
  const findings = timed(() => lintOffers({ server: 'many', lists, refusals: {}, era: 'legacy' }))
  assert.equal(findings.filter(({ check }) => check === 'array-without-items').length, 10_000)
  assert.equal(reportLines(findings).length, 3)
})

test('a schema of 1 MB', () => {
  const properties = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, at) => [`property${at}`, { type: 'array', title: 'x' }]),
  )
  const findings = ofInput({ type: 'object', properties })
  assert.ok(findings.length <= 1_001)
  assert.ok(names(findings).includes('too-many-findings'))
})

test('a schema of 10,000 references to one another', () => {
  const at = (index: number) => ({ $ref: `#/$defs/d${index % 10_000}` })
  const $defs = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [
      `d${index}`,
      { type: 'object', properties: { a: at(index + 1), b: at(index * 7 + 3) } },
    ]),
  )
  assert.ok(
    names(ofInput({ type: 'object', properties: { a: at(0) }, $defs })).includes('reference-recursive'),
  )
  const chain = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`d${index}`, at(index + 1)]))
  assert.ok(
    names(ofInput({ type: 'object', properties: { a: at(0) }, $defs: chain })).includes('reference-endless'),
  )
})

test('a schema nested 10,000 levels deep, and 100,000', () => {
  for (const levels of [10_000, 100_000]) assert.ok(names(ofInput(nested(levels))).includes('too-deep'))
})

test('more schemas than are looked at', () => {
  const properties = Object.fromEntries(Array.from({ length: 150_000 }, (_, at) => [`a${at}`, {}]))
  assert.ok(names(ofInput({ type: 'object', properties })).includes('too-deep'))
})

test('a schema that holds itself, and one that holds another everywhere', () => {
  const circle: Record<string, unknown> = { type: 'object' }
  circle.properties = { a: circle }
  ofInput(circle)
  let shared: Record<string, unknown> = { type: 'string' }
  for (let level = 0; level < 40; level++) shared = { type: 'object', properties: { a: shared, b: shared } }
  assert.ok(names(ofInput(shared)).includes('too-deep'))
})
