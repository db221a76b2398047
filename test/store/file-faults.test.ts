import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { describe, test } from 'node:test'
import { textOf } from '../support/clients.ts'
import { freePort } from '../support/free-port.ts'
import { SmallDisk } from '../support/mounts.ts'
import { fastmcp, root } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { call } from '../support/raw-calls.ts'
import { openSession, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'
import { KeptServer } from './kept-server.ts'

const fixture = `${root}test/fixtures/store/kept.ts`

const count = async ({ url }: KeptServer, headers: Record<string, string>) => {
  const { status, result } = await call(url, headers, 'count')
  return status === 200 ? textOf(result) : status
}

/** What can become of a file while nobody has it, what is said of it, and whether a session goes on. */
const faults: Record<string, { make(file: string): void; says?: RegExp; goesOn: string | number }> = {
  'a torn last line': { make: (file) => appendFileSync(file, '01234567 s 17'), goesOn: '2' },
  'the end of its last line missing': {
    make: (file) => truncateSync(file, statSync(file).size - 3),
    goesOn: '1',
  },
  'garbage in the middle': {
    make: (file) => {
      const [title, ...lines] = readFileSync(file, 'latin1').split('\n')
      writeFileSync(file, [title, '\0\xff garbage', ...lines].join('\n'), 'latin1')
    },
    says: /passed over one damaged line of .*sessions\.db/,
    goesOn: '2',
  },
  'a header of another version': {
    make: (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('store 1', 'store 7')),
    says: /was written by another version of fastmcp and is now .*sessions\.db\.v7\. Its sessions begin again/,
    goesOn: 404,
  },
  'nothing but zeros, as after a power cut': {
    make: (file) => writeFileSync(file, Buffer.alloc(statSync(file).size)),
    goesOn: 404,
  },
  'rights for everybody': { make: (file) => chmodSync(file, 0o666), goesOn: '2' },
  'its lock removed by hand': { make: (file) => rmSync(`${file}.lock`), goesOn: '2' },
  'a lock that nobody can read': { make: (file) => writeFileSync(`${file}.lock`, '{"na'), goesOn: '2' },
  'a draft of its next form': { make: (file) => writeFileSync(`${file}.new`, 'half'), goesOn: '2' },
}

describe('a store whose file has', { concurrency: 2 }, () => {
  for (const [name, { make, says, goesOn }] of chosen(Object.entries(faults), 4)) {
    test(`${name} is no reason not to serve`, async () => {
      await using server = await KeptServer.start()
      const headers = await openSession(server.url)
      assert.equal(await count(server, headers), '1')
      await server.kill()
      make(server.file)
      await server.start()
      assert.equal(await count(server, headers), goesOn)
      if (says) assert.match(server.stderr, says)
      else assert.doesNotMatch(server.stderr, /--store/)
      const next = await openSession(server.url)
      assert.equal(await count(server, next), '1')
      assert.equal(statSync(server.file).mode & 0o777, 0o600)
      assert.doesNotMatch(readdirSync(dirname(server.file)).join(), /stale|\.new/)
    })
  }
})

describe('a file that is', () => {
  test('no store is refused, and stays as it is', async () => {
    using project = new Project({ 'notes.txt': 'dear diary' })
    const file = project.path('notes.txt')
    const { code, stderr } = await fastmcp([
      'run',
      fixture,
      '-t',
      'http',
      '-p',
      '0',
      '--store',
      `file:${file}`,
    ])
    assert.match(stderr, /--store: .*notes\.txt is not a session store\. Name a file that is not there yet/)
    assert.equal(code, 2)
    assert.equal(readFileSync(file, 'utf8'), 'dear diary')
    assert.ok(!existsSync(`${file}.lock`))
  })

  test('in a folder that is not there is refused', async () => {
    const { code, stderr } = await fastmcp([
      'run',
      fixture,
      '-t',
      'http',
      '-p',
      '0',
      '--store',
      'file:/nowhere/a.db',
    ])
    assert.match(stderr, /--store: cannot open \/nowhere\/a\.db: its folder does not exist/)
    assert.equal(code, 4)
  })

  test('another server has is refused with words, and the other takes no harm', async () => {
    await using server = await KeptServer.start()
    const headers = await openSession(server.url)
    const args = [
      'run',
      fixture,
      '-t',
      'http',
      '-p',
      String(await freePort()),
      '--store',
      `file:${server.file}`,
    ]
    const { code, stderr } = await fastmcp(args)
    assert.match(stderr, /--store: .*sessions\.db is in use by another server \(process \d+ on /)
    assert.match(stderr, /Stop that server first, or give this one a file of its own/)
    assert.equal(code, 4)
    assert.equal(await count(server, headers), '1')
    await server.restart()
    assert.equal(await count(server, headers), '2')
  })
})

describe('a full disk', () => {
  test('costs no answer, is said once, and what was missed is kept once there is room', async (t) => {
    using project = new Project({})
    using disk = SmallDisk.at(project.path('disk'))
    if (!disk) return t.skip('needs a disk that can be filled')
    await using server = await KeptServer.start('kept.ts', { file: `${disk.path}/sessions.db` })
    const [before, ended] = [await openSession(server.url), await openSession(server.url)]
    assert.equal(await count(server, before), '1')
    disk.fill()
    // The rest of a block that is begun already may take a few more lines.
    for (let at = 0; at < 30; at++) await call(server.url, before, 'large')
    const during = await openSession(server.url)
    assert.equal(await count(server, during), '1')
    assert.equal(await count(server, before), '2')
    assert.equal((await send(server.url, { method: 'DELETE', headers: ended })).status, 204)
    assert.equal(server.stderr.match(/cannot be written \(ENOSPC\)/g)?.length, 1)
    rmSync(`${disk.path}/fill`)
    await server.running.until(/is written again/)
    await server.restart()
    assert.equal(await count(server, before), '3')
    assert.equal(await count(server, during), '2')
    assert.equal(await count(server, ended), 404)
  })

  test('keeps nobody from starting, and what was kept is served', async (t) => {
    using project = new Project({})
    using disk = SmallDisk.at(project.path('disk'))
    if (!disk) return t.skip('needs a disk that can be filled')
    await using server = await KeptServer.start('kept.ts', { file: `${disk.path}/sessions.db` })
    const headers = await openSession(server.url)
    assert.equal(await count(server, headers), '1')
    await server.kill('SIGTERM')
    disk.fill()
    await server.start()
    assert.match(server.stderr, /cannot be written/)
    assert.equal(await count(server, headers), '2')
    rmSync(`${disk.path}/fill`)
    await server.running.until(/is written again/)
    await server.restart()
    assert.equal(await count(server, headers), '3')
  })
})
