import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { type FileResult, runTests, type TestResult } from '../../scripts/run-tests.mjs'
import { fileReport, totalsOf } from '../../scripts/test-report.mjs'
import { root } from '../support/program.ts'

const run = async (file: string) => {
  const [result] = await runTests([`test/fixtures/scripts/${file}`], { cwd: root })
  assert.ok(result)
  return result
}

describe('tests that behave badly', () => {
  let result: FileResult
  before(async () => {
    result = await run('badly-behaved.ts')
  })
  const find = (name: string): TestResult => {
    const found = result.tests.find((one) => one.name === name)
    assert.ok(found, `${name} is not among ${result.tests.map((one) => one.name).join(', ')}`)
    return found
  }
  const saidOf = (name: string) => `${find(name).error}\n${find(name).words.join('\n')}`

  test('their file ends all the same, and by itself', () => {
    assert.deepEqual(result.faults, [])
    assert.doesNotMatch(result.output, /still open/)
  })

  test('those that pass are told as such', () => {
    for (const name of ['passes', 'passes and leaves a program', 'passes after all that'])
      assert.equal(find(name).outcome, 'passed')
  })

  test('of one that fails there is to be read what each of its programs said', () => {
    const said = saidOf('fails with everything open')
    assert.match(said, /Expected values to be strictly equal/)
    assert.match(said, /run \S+instance\.ts \(pid \d+\): still running\n {2}stdout: .*"serverInfo"/)
    assert.match(
      said,
      /-t streamable-http -p 0 \(pid \d+\): still running\n {2}stderr: fastmcp: listening on/,
    )
  })

  test('a program that ends unexpectedly is named, with its exit code and its words', () => {
    const said = saidOf('fails when one of two programs ends')
    assert.match(said, /Connection closed/)
    assert.match(said, /run no-such-file\.ts \(pid \d+\): exit code 3\n {2}stderr: fastmcp: file not found/)
  })

  test('so is one that a suite starts', () => {
    assert.match(
      result.output,
      /run no-such-suite\.ts \(pid \d+\): exit code 3\n {2}stderr: fastmcp: file not found/,
    )
    assert.equal(find('a suite whose program ends too soon').outcome, 'failed')
  })

  test('a crash fails the test that has not noticed it', () => {
    assert.match(saidOf('does not notice that its program crashes'), /ended by SIGABRT[\s\S]*crashing/)
  })

  test('one that takes too long ends at its limit, shows how things were, and the others have their turn', () => {
    const said = saidOf('waits for a program that goes on')
    assert.match(said, /timed out after 1000ms[\s\S]*setInterval\(.* \(pid \d+\): still running/)
    assert.match(saidOf('waits for nothing'), /timed out after 1000ms/)
    assert.equal(find('passes after all that').outcome, 'passed')
  })

  test('the report holds it all, and the totals count each once', () => {
    const text = fileReport(result)
    assert.match(text, /^✖ test\/fixtures\/scripts\/badly-behaved\.ts {2}\d passed, \d failed/)
    assert.match(text, /run no-such-file\.ts[\s\S]*file not found/)
    const failed = result.tests.filter((one) => one.outcome === 'failed').length
    assert.deepEqual(totalsOf([result]), { passed: result.tests.length - failed, failed, skipped: 0 })
  })
})

test('a file that ends in the middle of its tests is a failure', async () => {
  const { faults } = await run('ends-early.ts')
  assert.deepEqual(faults, ['exit code 0 before all its tests were over'])
})

test('a file that keeps itself open is ended, with a word on what does', async () => {
  const { faults, output } = await run('stays-open.ts')
  assert.deepEqual(faults, ['exit code 1'])
  assert.match(output, /all tests are over, and these are still open: Timeout/)
})

test('files that share a process tell each row of their tables by its name', async () => {
  const files = ['table.ts', 'other-table.ts'].map((file) => `test/fixtures/scripts/${file}`)
  const [result, ...others] = await runTests([files], { cwd: root })
  assert.deepEqual(others, [])
  assert.equal(result?.file, 'test/fixtures/scripts/ (2 files)')
  assert.deepEqual(
    result.tests.map(({ name, outcome }) => `${outcome} ${name}`),
    [
      'passed halved > 4',
      'failed halved > 5: has no half',
      'passed parsed > "[]"',
      'passed parsed > "{\\r\\n"',
      'failed parsed > "1": is a number',
      `passed parsed > ${JSON.stringify(`"${'x'.repeat(100)}"`).slice(0, 80)}… (106 characters)`,
    ],
  )
})
