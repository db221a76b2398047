import assert from 'node:assert/strict'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  type Change,
  fileName,
  isChangeFile,
  nextVersion,
  readChange,
  withRelease,
  written,
} from '../../scripts/change-files.mjs'
import { root, run } from '../support/program.ts'

const patch: Change = { kind: 'patch', words: 'A mended thing.' }
const minor: Change = { kind: 'minor', words: 'A new thing,\nin two lines.' }
const major: Change = { kind: 'major', words: 'A thing that breaks.' }

describe('files of changes', () => {
  test('those that wait for a release can be read', () => {
    const folder = join(root, '.changeset')
    for (const name of readdirSync(folder).filter(isChangeFile))
      assert.ok(readChange(readFileSync(join(folder, name), 'utf8')), name)
  })

  test('what is written is read again, as is what changesets writes', () => {
    for (const change of [patch, minor, major]) assert.deepEqual(readChange(written(change)), change)
    assert.deepEqual(readChange('---\r\n"fastmcp-cli": patch\r\n---\r\n\r\nA mended thing.\r\n'), patch)
  })

  for (const text of [
    '',
    'A new thing.',
    '---\n---\n\nA new thing.\n',
    "---\n'fastmcp-cli': huge\n---\n\nA new thing.\n",
    "---\n'other': minor\n---\n\nA new thing.\n",
    "---\n'fastmcp-cli': minor\n---\n\n",
  ])
    test(`${JSON.stringify(text)} tells no change`, () => assert.equal(readChange(text), undefined))

  const names = { 'The `--flag` of "run", and of dev & list': 'the-flag-of-run-and-of.md', '…': 'change.md' }
  for (const [words, name] of Object.entries(names)) test(name, () => assert.equal(fileName(words), name))
})

describe('a release', () => {
  const versions: [from: string, changes: Change[], to: string][] = [
    ['0.1.0', [patch, patch], '0.1.1'],
    ['0.1.9', [patch, minor], '0.2.0'],
    ['0.9.3', [minor, major, patch], '1.0.0'],
    ['1.2.3', [patch], '1.2.4'],
  ]
  for (const [from, changes, to] of versions)
    test(`${from} becomes ${to}`, () => assert.equal(nextVersion(from, changes), to))

  test('is a section on top of the changelog, with what breaks first', () => {
    const before = '# Changelog\n\n## 0.1.0\n\n- All.\n'
    const section = [
      '## 1.0.0',
      '### Breaking\n\n- A thing that breaks.',
      '### New\n\n- A new thing,\n  in two lines.',
      '### Fixed\n\n- A mended thing.\n- A mended thing.',
    ]
    assert.equal(
      withRelease(before, '1.0.0', [patch, minor, patch, major]),
      `# Changelog\n\n${section.join('\n\n')}\n\n## 0.1.0\n\n- All.\n`,
    )
  })
})

/** A folder with the files of this repository that a release touches, without its changes. */
class Copy implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fastmcp-changes-'))

  constructor() {
    for (const name of ['package.json', 'package-lock.json', 'CHANGELOG.md'])
      copyFileSync(join(root, name), join(this.folder, name))
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8')
  }

  run(...args: string[]) {
    return run(process.execPath, [`${root}scripts/changes.mjs`, ...args], { cwd: this.folder })
  }

  async git(...args: string[]): Promise<string> {
    const who = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.com']
    const { code, stdout, stderr } = await run('git', [...who, ...args], { cwd: this.folder })
    assert.equal(code, 0, stderr)
    return stdout.trim()
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '-A')
    await this.git('commit', '-q', '--allow-empty', '--no-gpg-sign', '-m', message)
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The lines that differ from those in their places before. */
const changedLines = (text: string, before: string) => {
  const old = before.split('\n')
  return text.split('\n').filter((line, index) => line !== old[index])
}

test('npm run changelog turns what npm run change has written into CHANGELOG.md and the version', async () => {
  using copy = new Copy()
  const [manifest, lock] = [copy.read('package.json'), copy.read('package-lock.json')]
  const changelog = copy.read('CHANGELOG.md')
  const told: Change = { kind: 'minor', words: 'A thing for all.' }
  const { version } = JSON.parse(manifest) as { version: string }
  const next = nextVersion(version, [told])
  const added = await copy.run('add', told.kind, told.words)
  assert.deepEqual([added.code, added.stdout], [0, `${join('.changeset', 'a-thing-for-all.md')}\n`])
  assert.equal((await copy.run('add', patch.kind, patch.words)).code, 0)
  const released = await copy.run('release')
  assert.deepEqual([released.code, released.stdout], [0, `${version} → ${next}, 2 changes\n`])
  assert.deepEqual(changedLines(copy.read('package.json'), manifest), [`  "version": "${next}",`])
  const versions = [`  "version": "${next}",`, `      "version": "${next}",`]
  assert.deepEqual(changedLines(copy.read('package-lock.json'), lock), versions)
  assert.equal(copy.read('CHANGELOG.md'), withRelease(changelog, next, [told, patch]))
  assert.deepEqual(readdirSync(join(copy.folder, '.changeset')), [])
  const again = await copy.run('release')
  assert.deepEqual(
    [again.code, again.stderr],
    [1, 'there is nothing to release: .changeset has no file of a change\n'],
  )
})

test('what tells no change is refused with the remedy, and nothing is released', async () => {
  using copy = new Copy()
  const wrong = await copy.run('add', 'huge', 'Words.')
  assert.equal(wrong.code, 1)
  assert.match(wrong.stderr, /npm run change -- patch\|minor\|major "Words\."/)
  await copy.run('add', 'minor', 'Words.')
  assert.match((await copy.run('add', 'minor', 'Words.')).stderr, /is there already/)
  mkdirSync(join(copy.folder, '.changeset'), { recursive: true })
  writeFileSync(join(copy.folder, '.changeset', 'odd.md'), 'Words.\n')
  const { code, stderr } = await copy.run('release')
  assert.equal(code, 1)
  assert.match(stderr, /odd\.md tells no change; one reads:\n\n---\n'fastmcp-cli': minor\n---\n/)
  assert.equal(copy.read('package.json'), readFileSync(join(root, 'package.json'), 'utf8'))
})

test('npm run check:changes asks a file of commits that users notice', async () => {
  using copy = new Copy()
  await copy.git('init', '-q')
  await copy.commit('chore: begin')
  const base = await copy.git('rev-parse', 'HEAD')
  await copy.commit('test: add a test')
  const unseen = await copy.run('check', base)
  assert.deepEqual([unseen.code, unseen.stdout], [0, '0 commits that users notice, 0 files of changes\n'])
  await copy.commit('refactor!: drop a flag')
  await copy.commit('fix(http): answer')
  const missing = await copy.run('check', base)
  assert.equal(missing.code, 1)
  assert.match(missing.stderr, /^\w+ refactor!: drop a flag\n\w+ fix\(http\): answer\nnone of these has left/)
  await copy.run('add', 'major', 'The flag is gone.')
  await copy.commit('docs: tell of the flag')
  const told = await copy.run('check', base)
  assert.deepEqual([told.code, told.stdout], [0, '2 commits that users notice, 1 files of changes\n'])
  assert.match((await copy.run('check')).stderr, /name the commit from which to look/)
})
