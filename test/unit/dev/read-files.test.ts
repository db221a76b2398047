import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { ReadFiles } from '../../../src/dev/front/read-files.ts'
import { Restless } from '../../../src/dev/front/restless.ts'
import { UsedFiles } from '../../../src/dev/generation/used-files.ts'

let folder = ''
let restless: string[] = []
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'fastmcp-read-files-')))
  write('project/package.json', '{}')
  restless = []
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)
const write = (name: string, text: string) => {
  mkdirSync(dirname(at(name)), { recursive: true })
  writeFileSync(at(name), text)
}

/** A front, and the generation whose files it watches. */
function both(ignored = /(?!)/) {
  const front = new ReadFiles({
    named: (path) => ignored.test(path),
    restless: (path) => restless.push(path),
  })
  const used = new UsedFiles((path) => front.wrote(path))
  used.begin(at('project/server.js'), at('project'))
  const loaded = () => front.use({ ...used.end(), modules: [] }, () => false)
  return { front, used, loaded }
}

test('a file counts once for each of its changes, and one that is only touched not at all', () => {
  write('project/a.txt', 'one')
  const { front, used, loaded } = both()
  used.note('read', at('project/a.txt'))
  assert.equal(loaded(), false)
  write('project/a.txt', 'one')
  assert.equal(front.changed(at('project/a.txt')), false)
  write('project/a.txt', 'two')
  assert.deepEqual(
    [1, 2].map(() => front.changed(at('project/a.txt'))),
    [true, false],
  )
})

test('what has changed between its being read and the end of the load is known at once', () => {
  write('project/a.txt', 'one')
  const { used, loaded } = both()
  used.note('read', at('project/a.txt'))
  write('project/a.txt', 'two')
  assert.equal(loaded(), true)
})

test('what the server writes while it loads is as it has left it; what it holds open is its own', () => {
  for (const name of ['written', 'held']) write(`project/${name}`, 'one')
  const { front, used, loaded } = both()
  for (const name of ['written', 'held']) used.note('read', at(`project/${name}`))
  used.note('written', at('project/written'))
  used.note('held open', at('project/held'))
  for (const name of ['written', 'held']) write(`project/${name}`, 'two')
  assert.equal(loaded(), false)
  for (const name of ['written', 'held']) write(`project/${name}`, 'three')
  assert.deepEqual(
    ['written', 'held'].map((name) => front.changed(at(`project/${name}`))),
    [true, false],
  )
})

test('what is written by one name is not watched by another', () => {
  write('shared/a.txt', 'one')
  symlinkSync('../shared', at('project/data'))
  const { front, used, loaded } = both()
  used.note('read', at('project/data/a.txt'))
  loaded()
  used.note('written', at('project/data/a.txt'))
  write('shared/a.txt', 'two')
  for (const path of ['project/data/a.txt', 'shared/a.txt']) assert.equal(front.changed(at(path)), false)
})

test('a file that is known by two names is one change', () => {
  write('shared/a.txt', 'one')
  symlinkSync('../shared', at('project/data'))
  const { front, used, loaded } = both()
  used.note('read', at('project/data/a.txt'))
  loaded()
  write('shared/a.txt', 'two')
  assert.deepEqual(
    ['project/data/a.txt', 'shared/a.txt'].map((path) => front.changed(at(path))),
    [true, false],
  )
})

test('folders that the server makes on the way are its own', () => {
  write('project/skills/a.md', 'one')
  const { front, used, loaded } = both()
  used.note('read', at('project/skills'))
  loaded()
  used.note('written', at('project/skills/user/notes'))
  mkdirSync(at('project/skills/user/notes'), { recursive: true })
  assert.equal(front.changed(at('project/skills/user')), false)
  write('project/skills/b.md', 'two')
  assert.equal(front.changed(at('project/skills/b.md')), true)
})

test('an ignored file changes nothing, also by its name in a folder, and hides nothing', () => {
  write('project/skills/a.md', 'one')
  const { front, used, loaded } = both(/ignored/)
  used.note('read', at('project/skills'))
  used.note('read', at('project/skills/a.md'))
  used.note('looked for', at('project/ignored'))
  write('project/ignored', 'now')
  loaded()
  write('project/skills/ignored.md', 'new')
  assert.equal(front.changed(at('project/skills/ignored.md')), false)
  assert.equal(front.changed(at('project/skills/other')), false)
  write('project/skills/a.md', 'two')
  assert.equal(front.changed(at('project/skills/a.md')), true)
})

test('logs, packages and what is elsewhere are not read for anything', () => {
  for (const name of ['project/server.log', 'project/node_modules/x/a.txt', 'elsewhere/a.txt'])
    write(name, 'one')
  const { front, used, loaded } = both()
  for (const name of ['project/server.log', 'project/node_modules/x/a.txt', 'elsewhere/a.txt'])
    used.note('read', at(name))
  loaded()
  assert.deepEqual([...front.paths], [])
})

test('what changes by itself with each load is watched no more', (t) => {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  write('project/a.txt', '0')
  const front = new ReadFiles({ named: () => false, restless: (path) => restless.push(path) })
  const loads: boolean[] = []
  for (let load = 0; load < 7; load++) {
    now += 60_000
    const files: [string, string][] = [[at('project/a.txt'), `state ${load}`]]
    loads.push(front.use({ files, folders: [], modules: [] }, () => false))
  }
  assert.deepEqual(loads, [true, true, true, true, true, false, false])
  assert.deepEqual(restless, [at('project/a.txt')])
})

test('changes count as too many only when they go on', (t) => {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const limit = new Restless(3, 10_000)
  const seen: boolean[] = []
  for (const wait of [0, 100, 1_000, 1_000, 1_000]) {
    now += wait
    seen.push(limit.isToo('a'))
  }
  assert.deepEqual(seen, [false, false, false, false, true])
  assert.equal(limit.isToo('b'), false)
  limit.forgetOthers(['b'])
  now += 1_000
  assert.equal(limit.isToo('a'), false)
})
