import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { Check } from '../../../../src/client/lint/check.ts'
import { checksOf, lintOffers, type RawOffers } from '../../../../src/client/lint/lint-offers.ts'
import { listChecks } from '../../../../src/client/lint/offers/list-checks.ts'
import { wholeChecks } from '../../../../src/client/lint/schema/checks/whole-checks.ts'
import { schemaChecks, tooMany } from '../../../../src/client/lint/schema/lint-schema.ts'
import { entryFaults, type Planted, schemaFaults } from '../../../support/faults.ts'
import { root } from '../../../support/program.ts'

const empty: RawOffers['lists'] = { tools: [], prompts: [], resources: [], resourceTemplates: [] }
const found = (lists: Partial<RawOffers['lists']>, server = 'odd') =>
  lintOffers({ server, lists: { ...empty, ...lists }, refusals: {}, era: 'legacy' })

describe('each fault is found where it is', () => {
  for (const { check, list, entry, subject, path } of [...schemaFaults, ...entryFaults])
    test(check, () => {
      const findings = found({ [list]: [entry] })
      const places = findings.filter((one) => one.check === check).map((one) => `${one.subject} ${one.path}`)
      assert.deepEqual(
        places.includes(`${subject} ${path}`),
        true,
        JSON.stringify({ places, findings }).slice(0, 2000),
      )
    })
})

test('all faults at once are all found', () => {
  const planted = [...schemaFaults, ...entryFaults]
  const entries = (list: Planted['list']) =>
    planted.filter((one) => one.list === list).map((one) => one.entry)
  const names = new Set(
    found({
      tools: entries('tools'),
      prompts: entries('prompts'),
      resources: entries('resources'),
      resourceTemplates: entries('resourceTemplates'),
    }).map(({ check }) => check),
  )
  assert.deepEqual(
    planted.map(({ check }) => check).filter((check) => !names.has(check)),
    [],
  )
})

/** Every row of every table. */
const tables: readonly Pick<Check<never>, 'name' | 'level' | 'clients' | 'ofOutput' | 'remedy'>[] = [
  ...new Set([...listChecks, ...Object.values(checksOf).flat(), ...schemaChecks, ...wholeChecks, tooMany]),
]

describe('the tables', () => {
  test('have no name twice', () => {
    const names = tables.map(({ name }) => name)
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    )
  })

  test('have at least 60 checks of schemas', () => {
    assert.ok(schemaChecks.length + wholeChecks.length >= 60)
  })

  test('have a planted fault for each row', () => {
    const planted = new Set([...schemaFaults, ...entryFaults].map(({ check }) => check))
    const others = ['too-many-tools', 'many-tools', 'too-many-findings']
    assert.deepEqual(
      tables.map(({ name }) => name).filter((name) => !planted.has(name) && !others.includes(name)),
      [],
    )
  })

  const note = readFileSync(`${root}docs/notes/schema-checks.md`, 'utf8')
  const rows = new Map(
    [...note.matchAll(/^\| `([\w-]+)` +\| (error|warning) +\| ([^|]*?) *\| ([^|]*?) *\|$/gm)].map(
      ([, name = '', level = '', clients = '', source = '']) => [name, { level, clients, source }],
    ),
  )
  for (const { name, level, clients } of tables)
    test(`${name} is in the note, with its clients and a source for those that it names`, () => {
      const row = rows.get(name)
      assert.equal(row?.level, level)
      assert.equal(row?.clients, clients.join(', '))
      if (clients.length > 0) assert.match(row?.source ?? '', /\S/)
    })

  test('the note has no other rows', () => {
    const names = new Set(tables.map(({ name }) => name))
    const others = ['name-twice', 'schema-unpublished', 'list-rejected', 'stdout', 'slow-start']
    assert.deepEqual(
      [...rows.keys()].filter((name) => !names.has(name)),
      others,
    )
  })
})

describe('the lists as a whole', () => {
  const tools = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      name: `t${at}`,
      description: 'What it does',
      inputSchema: { type: 'object', properties: {} },
    }))
  for (const [count, expected] of [
    [40, []],
    [41, ['warning many-tools']],
    [128, ['warning many-tools']],
    [129, ['error too-many-tools']],
  ] as const)
    test(`${count} tools`, () => {
      assert.deepEqual(
        found({ tools: tools(count) }).map(({ level, check }) => `${level} ${check}`),
        expected,
      )
    })

  test('a name that is there more than once is an error, once', () => {
    const twice = [...tools(1), ...tools(1), ...tools(1)]
    const [finding, ...others] = found({ tools: twice })
    assert.equal(finding?.subject, 'tool t0')
    assert.equal(finding?.text, 'there is more than one tool of this name')
    assert.deepEqual(others, [])
  })

  test('the name of the server counts for Cursor', () => {
    const [tool] = tools(1)
    const named = (name: string, server: string) => found({ tools: [{ ...tool, name }] }, server).length
    assert.equal(named('x'.repeat(50), 'short'), 0)
    assert.equal(named('x'.repeat(50), 'a longer name'), 1)
  })
})

test('a list that the official client rejects for what no check knows is told in its words', () => {
  const refusals = {
    tools: 'Invalid result for tools/list: [{"path":["tools",0,"odd"],"message":"Invalid"}]',
  }
  const [finding] = lintOffers({ server: undefined, lists: empty, refusals, era: 'legacy' })
  assert.deepEqual(
    [finding?.check, finding?.subject, finding?.path, finding?.text],
    ['list-rejected', 'tools/list', '/tools/0/odd', 'Invalid'],
  )
  const [other] = lintOffers({
    server: undefined,
    lists: empty,
    refusals: { prompts: 'Maximum call stack' },
    era: 'legacy',
  })
  assert.equal(other?.text, 'Maximum call stack')
})

test('an output that is no object is a fault until 2025-11-25', () => {
  const tool = { name: 'a', description: 'b', inputSchema: { type: 'object', properties: {} } }
  const lists = { ...empty, tools: [{ ...tool, outputSchema: { type: 'string' } }] }
  const ofEra = (era: RawOffers['era']) =>
    lintOffers({ server: undefined, lists, refusals: {}, era }).map(({ check }) => check)
  assert.deepEqual(ofEra('legacy'), ['output-not-object'])
  assert.deepEqual(ofEra('modern'), [])
})
