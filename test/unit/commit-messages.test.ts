import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { faultsOf, longest, types } from '../../scripts/commit-form.mjs'
import { root, run } from '../support/program.ts'

const good = [
  'feat: add a flag',
  'fix(http): answer with one body, never a stream',
  'refactor(dev/front): move what starts generations',
  'feat!: end sessions with the server',
  'chore: re-read what the cache holds',
  'test: process what an access needs',
  'perf: speed up the first start',
  'docs: say what `run` does, and --reload with it',
  `fix: ${'a'.repeat(longest - 'fix: '.length)}`,
]

const bad: [subject: string, fault: RegExp][] = [
  ['Add a flag', /not "type: words"/],
  ['feat:add a flag', /not "type: words"/],
  ['feat : add a flag', /not "type: words"/],
  ['feat(): add a flag', /not "type: words"/],
  ['feat(Dev): add a flag', /not "type: words"/],
  ['feat: ', /not "type: words"/],
  ['Revert "feat: add a flag"', /not "type: words"/],
  ['fixup! feat: add a flag', /not "type: words"/],
  ['Feat: add a flag', /"Feat" is none of the types/],
  ['wip: add a flag', /"wip" is none of the types feat, fix/],
  ['feat: Add a flag', /"Add" is no verb in lower case/],
  ['feat: SSE without sessions', /"SSE" is no verb in lower case/],
  ['feat: --reload for all', /"--reload" is no verb/],
  ['feat: added a flag', /"added" is no imperative/],
  ['feat: adding a flag', /"adding" is no imperative/],
  ['feat: adds a flag', /"adds" is no imperative/],
  ['test: files, as editors write them', /"files" is no imperative/],
  ['feat: add a flag.', /full stop/],
  [`fix: ${'a'.repeat(longest - 'fix: '.length + 1)}`, /101 characters, more than 100/],
]

describe('the form of a commit message', () => {
  for (const subject of good) test(`"${subject}" has it`, () => assert.deepEqual(faultsOf(subject), []))
  for (const [subject, fault] of bad) {
    test(`"${subject}" has it not`, () => {
      const faults = faultsOf(subject)
      assert.equal(faults.length, 1, faults.join('\n'))
      assert.match(faults[0] ?? '', fault)
    })
  }

  test('each fault is told', () => assert.equal(faultsOf('wip: Added a flag.').length, 3))

  test('CONTRIBUTING.md lists the types', () => {
    const text = readFileSync(`${root}CONTRIBUTING.md`, 'utf8')
    const told = /types: ((?:`\w+`[,.]?\s)+)/.exec(text)?.[1] ?? ''
    assert.deepEqual(
      [...told.matchAll(/`(\w+)`/g)].map(([, type]) => type),
      types,
    )
  })
})

test('npm run check:commits names the commits since the base that have it not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-commits-'))
  const git = async (...args: string[]) => {
    const who = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.com']
    const done = await run('git', [...who, ...args], { cwd: folder })
    assert.equal(done.code, 0, done.stderr)
    return done.stdout.trim()
  }
  const commit = (message: string) => git('commit', '-q', '--allow-empty', '--no-gpg-sign', '-m', message)
  const check = (...args: string[]) =>
    run(process.execPath, [`${root}scripts/commit-messages.mjs`, ...args], { cwd: folder })
  try {
    await git('init', '-q')
    await commit('Begin in an older form')
    const base = await git('rev-parse', 'HEAD')
    await commit('feat: add a flag')
    assert.equal((await check(base)).code, 0)
    await commit('Added another flag')
    await commit('fix: let the flag pass')
    const { code, stdout, stderr } = await check(base)
    assert.deepEqual([code, stdout], [1, '3 commits, 1 to be reworded\n'])
    assert.match(stderr, /^[0-9a-f]{7,} Added another flag\n {4}it is not "type: words".*\n$/)
    const lost = await check('0123456789')
    assert.equal(lost.code, 2)
    assert.match(lost.stderr, /no history from 0123456789 to here/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
