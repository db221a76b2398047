import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { Project } from '../support/project.ts'
import {
  bytesOf,
  editFile,
  faultOf,
  filesOf,
  idle,
  kinds,
  startOnce,
  warmProject,
} from '../support/warm-cache.ts'
import { whole } from '../support/whole.ts'

const root = process.getuid?.() === 0
const posix = process.getuid !== undefined

/** What happens to a file; the other files are of the same kind, and another server's or command's. */
const faults: Readonly<Record<string, (path: string, other: string | undefined) => void>> = {
  empty: (path) => truncateSync(path),
  truncated: (path) => truncateSync(path, statSync(path).size >> 1),
  edited: editFile,
  'null, and nothing else': (path) => writeFileSync(path, 'null'),
  "swapped with another's": (path, other) => cpSync(other ?? '', path),
  "another user's": (path) => {
    if (!root) return chmodSync(path, 0o666)
    editFile(path)
    chownSync(path, 65_534, 65_534)
  },
  unreadable: (path) => {
    rmSync(path)
    // Root reads everything.
    if (root) return symlinkSync('/proc/self/mem', path)
    writeFileSync(path, 'x', { mode: 0o000 })
  },
  'a folder in its place': (path) => {
    rmSync(path)
    mkdirSync(path)
    writeFileSync(`${path}/x`, '')
  },
  // Before there were seals and hashes.
  "an older version's": (path) => {
    const text = readFileSync(path)
    if (!/\.(cjs|maps)$/.test(path)) return writeFileSync(path, text.subarray(0, text.lastIndexOf('\n')))
    rmSync(path)
  },
}

/** Every second kind has its turn, each with another fault; all pairs have theirs in the whole table. */
const hasTurn = (fault: number, kind: number) => whole || ((fault + kind) % 9 === 0 && kind % 2 === 0)

describe('a file of the cache', { concurrency: 2, skip: !posix && 'rights are of other systems' }, () => {
  let project: Project
  before(async () => {
    project = await warmProject()
  })
  after(() => project[Symbol.dispose]())

  for (const [kindIndex, [kind, pattern]] of Object.entries(kinds).entries()) {
    for (const [faultIndex, [fault, strike]] of Object.entries(faults).entries()) {
      if (!hasTurn(faultIndex, kindIndex)) continue
      test(`${kind}: ${fault}`, async () => {
        const cache = project.path(`cache-${kindIndex}-${faultIndex}`)
        cpSync(project.path('cache'), cache, { recursive: true })
        chmodSync(cache, 0o700)
        // It is read only as long as there is no better one.
        const started = filesOf(cache, kinds['code cache of a start'] ?? /^$/)
        if (kind === 'code cache of the packages') for (const path of started) rmSync(path)
        const paths = filesOf(cache, pattern)
        const others = paths.map((_, index) => bytesOf(paths[(index + 1) % paths.length] ?? ''))
        for (const [index, path] of paths.entries()) {
          writeFileSync(`${cache}/other`, others[index] ?? '')
          strike(path, `${cache}/other`)
        }
        rmSync(`${cache}/other`)
        const struck = paths.map(bytesOf)
        const options = { env: { FASTMCP_CACHE_DIR: cache } }
        for (const name of ['one', 'two', 'one']) {
          assert.equal(faultOf(await startOnce(project, name, options), name), undefined)
        }
        if (kind === 'code cache of the packages') return
        const stays = () =>
          paths.filter((path, index) => struck[index] && bytesOf(path)?.equals(struck[index]))
        // What describes the packages is made beside a start, which does not wait for it.
        for (let tries = 0; tries < 5 && stays().filter(isUsed(cache)).length > 0; tries++) {
          await idle(cache)
          for (const name of ['one', 'two']) await startOnce(project, name, options)
        }
        assert.deepEqual(stays().filter(isUsed(cache)), [])
      })
    }
  }
})

/** Older maps stay for a while, and the code cache of `list` waits for the next `list`. */
const isUsed = (cache: string) => {
  const packs = filesOf(cache, kinds.pack ?? /^$/).map((path) => readFileSync(path, 'utf8'))
  return (path: string) => {
    if (path.endsWith('-list.cache')) return false
    const name = path.slice(cache.length + 1)
    return !name.endsWith('.maps') || packs.some((text) => text.includes(name))
  }
}
