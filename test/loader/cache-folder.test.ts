import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { connectV2 } from '../support/clients.ts'
import { Edited, textOf } from '../support/dev.ts'
import { SmallDisk } from '../support/mounts.ts'
import { fastmcp, patience, type RunOptions } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { editFile, faultOf, filesOf, forgedProject, namedServer, startOnce } from '../support/warm-cache.ts'
import { chosen, rarely, whole } from '../support/whole.ts'

const root = process.getuid?.() === 0
const posix = process.getuid !== undefined
/** Whoever runs the tests as root tries them as somebody else, too. */
const nobody = root ? { uid: 65_534, gid: 65_534 } : {}

/** What can be the matter with the folder itself. */
const folders: Readonly<Record<string, (folder: string) => void>> = {
  'is not there': () => undefined,
  'is a file': (folder) => writeFileSync(folder, 'x'),
  'cannot be read': (folder) => mkdirSync(folder, { mode: 0o000 }),
  'is a link to another place': (folder) => {
    mkdirSync(`${folder}-elsewhere`, { mode: 0o700 })
    symlinkSync(`${folder}-elsewhere`, folder)
  },
  'is a link to nothing': (folder) => symlinkSync(`${folder}-nowhere`, folder),
  'is below a file': (folder) => {
    writeFileSync(`${folder}-file`, '')
    symlinkSync(`${folder}-file/x`, folder)
  },
}

describe('a cache folder that', { concurrency: 2, skip: !posix && 'rights are of other systems' }, () => {
  for (const [name, make] of chosen(Object.entries(folders), 6)) {
    test(`${name} keeps no server from being served`, async () => {
      using project = new Project({ 'one.ts': namedServer('one') })
      const options = { ...asNobody(project), env: { FASTMCP_CACHE_DIR: project.path('open/cache') } }
      make(project.path('open/cache'))
      if (root) for (const path of readdirSync(project.path('open'))) give(project.path(`open/${path}`))
      for (const _ of ['first', 'second']) {
        assert.equal(faultOf(await startOnce(project, 'one', options), 'one'), undefined)
      }
    })
  }

  test('is new is open to nobody else, and so are its files', async () => {
    using project = new Project({ 'one.ts': namedServer('one') })
    const cache = project.path('above/cache')
    assert.equal(
      faultOf(await startOnce(project, 'one', { env: { FASTMCP_CACHE_DIR: cache } }), 'one'),
      undefined,
    )
    assert.equal(statSync(cache).mode & 0o777, 0o700)
    const open = readdirSync(cache).filter((name) => (statSync(`${cache}/${name}`).mode & 0o077) !== 0)
    assert.deepEqual(
      open.filter((name) => !name.endsWith('.lock')),
      [],
    )
  })

  rarely('an earlier version has left open is closed, unless other things are in it', async () => {
    using project = new Project({ 'one.ts': namedServer('one') })
    for (const [name, more, mode] of [
      ['own', [], 0o700],
      ['mixed', ['notes.txt'], 0o755],
    ] as const) {
      const cache = project.path(name)
      mkdirSync(cache, { mode: 0o755 })
      for (const file of more) writeFileSync(`${cache}/${file}`, '')
      await startOnce(project, 'one', { env: { FASTMCP_CACHE_DIR: cache } })
      assert.equal(statSync(cache).mode & 0o777, mode, name)
      assert.ok(readdirSync(cache).length > 1, name)
    }
  })

  rarely('is as it should be runs what is in it: so the next tests can fail', async () => {
    using project = await forgedProject()
    const env = { FASTMCP_CACHE_DIR: project.path('cache') }
    assert.match((await startOnce(project, 'one', { env })).stderr, /not what was compiled/)
  })

  /** Whose the folder is and what its rights are, and whose its files are. */
  const hostile = {
    "is another user's": [65_534, 0o700, 65_534],
    'is open to everybody': [0, 0o777, 0],
    "holds another user's files": [0, 0o700, 65_534],
  } as const
  for (const [name, [owner, mode, author]] of chosen(Object.entries(hostile), 6)) {
    test(`${name} runs nothing of it`, { skip: !root && 'only root gives files away' }, async () => {
      using project = await forgedProject()
      const cache = project.path('cache')
      writeFileSync(`${cache}/notes.txt`, '')
      for (const path of filesOf(cache, /./)) chownSync(path, author, author)
      chownSync(cache, owner, owner)
      chmodSync(cache, mode)
      const was = readdirSync(cache).sort()
      const env = { FASTMCP_CACHE_DIR: cache }
      for (const _ of ['first', 'second']) {
        assert.equal(faultOf(await startOnce(project, 'one', { env }), 'one'), undefined)
      }
      if (owner === 0 && mode === 0o700) return
      assert.deepEqual(readdirSync(cache).sort(), was)
      const words = ['run', project.path('one.ts'), '--log-level', 'debug']
      const told = await fastmcp(words, { env, limit: 6 * patience })
      assert.equal(told.stderr.match(/cache folder \S+ is not used: /g)?.length, 1, told.stderr)
    })
  }
})

describe('a disk that', { skip: !root && 'only root can mount one' }, () => {
  const disks = {
    'is full': (disk: SmallDisk) => disk.fill(),
    'cannot be written': (disk: SmallDisk) => disk.makeReadOnly(),
  }
  for (const [name, make] of chosen(Object.entries(disks), 4)) {
    test(`${name} is served from all the same, TypeScript as JavaScript`, async (t) => {
      using project = new Project({
        'one.ts': namedServer('one'),
        'with.ts': withWorker,
        'worker.ts': worker,
      })
      using disk = SmallDisk.at(project.path('disk'))
      if (!disk) return t.skip('no disk can be mounted here')
      make(disk)
      const env = { FASTMCP_CACHE_DIR: `${disk.path}/cache`, TMPDIR: disk.path }
      for (const _ of ['first', 'second']) {
        assert.equal(faultOf(await startOnce(project, 'one', { env }), 'one'), undefined)
      }
      const called = await fastmcp(['call', project.path('with.ts'), 'ask'], { env, limit: 6 * patience })
      assert.equal(called.stdout.trim(), 'from the worker', called.stderr)
      await using edited = new Edited([], { env })
      const client = await connectV2({ http: await edited.url() })
      assert.equal(await textOf(client, 'version'), 'first')
      edited.save('second')
      await edited.dev.until(/~version/)
      assert.equal(await textOf(client, 'version'), 'second')
      await client.close()
      assert.deepEqual(
        readdirSync(disk.path).filter((file) => !['cache', 'fill'].includes(file)),
        [],
      )
      return undefined
    })
  }
})

const worker = `
import { parentPort } from 'node:worker_threads'
const text: string = 'from the worker'
parentPort?.postMessage(text)
`

const withWorker = `
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
export const server = new McpServer({ name: 'with', version: '1' })
server.registerTool('ask', {}, async () => {
  const [text]: string[] = await once(new Worker(new URL('./worker.ts', import.meta.url)), 'message')
  return { content: [{ type: 'text' as const, text: text ?? '' }] }
})
`

const starts = whole ? 16 : 6
rarely(`${starts} starts at once on an empty cache, and as many on a struck one, all serve`, async () => {
  using project = new Project({ 'one.ts': namedServer('one'), 'two.ts': namedServer('two') })
  const options = { env: { FASTMCP_CACHE_DIR: project.path('cache'), FASTMCP_LOAD_TIMEOUT: '300' } }
  for (const round of ['empty', 'struck']) {
    const names = Array.from({ length: starts }, (_, index) => (index % 2 === 0 ? 'one' : 'two'))
    const outcomes = await Promise.all(names.map((name) => startOnce(project, name, options)))
    const wrong = outcomes.map((outcome, index) => faultOf(outcome, names[index] ?? ''))
    assert.deepEqual(
      wrong.filter((one) => one !== undefined),
      [],
      round,
    )
    for (const path of filesOf(project.path('cache'), /\.(json|mjs)$/)) editFile(path)
  }
})

function asNobody(project: Project): RunOptions {
  mkdirSync(project.path('open'))
  if (!root) return {}
  chmodSync(project.folder, 0o755)
  chownSync(project.path('open'), 65_534, 65_534)
  return nobody
}

function give(path: string): void {
  try {
    chownSync(path, 65_534, 65_534)
  } catch {
    // A link to nothing.
  }
}
