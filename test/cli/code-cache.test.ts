import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { fastmcp, root, run } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'

const ownCode = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('cli-'))

test('what Node has compiled of the command line is kept, made anew when it is broken, and cleared', async () => {
  using project = new Project({ 'server.mjs': serverSource(), 'cache/x': '' })
  const env = { FASTMCP_CACHE_DIR: project.path('cache') }
  const list = () => fastmcp(['list', project.path('server.mjs')], { env })
  const first = await list()
  assert.equal(first.code, 0, first.stderr)
  const [kept = ''] = ownCode(env.FASTMCP_CACHE_DIR)
  assert.match(kept, /-list\.cache$/)
  const ofClient = readdirSync(env.FASTMCP_CACHE_DIR).filter((name) => name.startsWith('client-'))
  assert.match(ofClient.join(), /^client-[0-9a-f]{24}-[^,]*-list\.cache$/)
  const path = project.path(`cache/${kept}`)
  const { length } = readFileSync(path)
  writeFileSync(path, 'no code')
  assert.deepEqual({ ...(await list()), took: 0 }, { ...first, took: 0 })
  assert.ok(readFileSync(path).length > length / 2)
  const again = readFileSync(path)
  await list()
  assert.deepEqual(readFileSync(path), again)
  assert.equal((await fastmcp(['cache', 'clear'], { env })).code, 0)
  assert.deepEqual(ownCode(env.FASTMCP_CACHE_DIR), [])
})

test('two installations that share a cache each show frames of the user alone', async () => {
  const fails = "export const mcp = new Proxy({}, { get() { throw new Error('a trap') } })"
  using project = new Project({ 'server.mjs': fails, 'cache/x': '' })
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(`${root}${part}`, project.path(`installed/${part}`), { recursive: true })
  const settings = { cwd: project.folder, env: { FASTMCP_CACHE_DIR: project.path('cache') } }
  const words = ['run', 'server.mjs', '-t', 'http', '-p', '0']
  const first = await run(process.execPath, [project.path('installed/bin/fastmcp.js'), ...words], settings)
  assert.match(first.stderr, /^fastmcp: server\.mjs threw while loading: a trap\n {2}at Object\.get .*\n$/)
  assert.equal((await fastmcp(words, settings)).stderr, first.stderr)
  assert.equal(ownCode(settings.env.FASTMCP_CACHE_DIR).length, 2)
})

test('caches of earlier versions go when a new one is written, and nothing else', async () => {
  const hash = '0123456789abcdef01234567'
  const old = [
    `cli-${hash}-v20.19.0-x64-run.cache`,
    `client-${hash}-v20.19.0-x64-run.cache`,
    `packages-${hash}.json`,
    `packages-${hash}.cjs.started.cache`,
  ]
  const kept = [`${hash}.json`, 'cli-mine.cache', 'packages-notes.txt', `cli-${hash}-v24.0.0-x64-run.cache`]
  using project = new Project({ 'server.mjs': serverSource() })
  for (const name of [...old, ...kept]) project.write(`cache/${name}`, '')
  const monthAgo = Date.now() / 1000 - 30 * 24 * 60 * 60
  for (const name of [...old, ...kept.slice(0, 3)])
    utimesSync(project.path(`cache/${name}`), monthAgo, monthAgo)
  const env = { FASTMCP_CACHE_DIR: project.path('cache') }
  assert.equal((await fastmcp(['list', project.path('server.mjs')], { env })).code, 0)
  const left = readdirSync(env.FASTMCP_CACHE_DIR)
  assert.deepEqual(
    old.filter((name) => left.includes(name)),
    [],
  )
  assert.deepEqual(
    kept.filter((name) => !left.includes(name)),
    [],
  )
})

test('scripts are ASCII, which costs half as much to read and to keep as what is not', () => {
  for (const name of ['cli.cjs', 'client.cjs']) {
    const [found = ''] = /[^\0-\x7f]/.exec(readFileSync(`${root}dist/${name}`, 'utf8')) ?? []
    assert.equal(found, '', name)
  }
})

test('where nothing can be kept, the command line runs all the same', async () => {
  using project = new Project({ 'server.mjs': serverSource(), 'no-folder': '' })
  const env = { FASTMCP_CACHE_DIR: project.path('no-folder') }
  const { code, stderr } = await fastmcp(['list', project.path('server.mjs')], { env })
  assert.equal(code, 0, stderr)
})
