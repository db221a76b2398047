import assert from 'node:assert/strict'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { callerV1, callerV2 } from '../examples/caller.ts'
import { checkTwo, examples } from '../examples/examples.ts'
import { pinned } from '../support/clients.ts'
import { fastmcp, patience, root, run, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { openSession, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'

describe('a built example runs under plain node, with nothing installed', () => {
  let project: Project
  const built = new Map<string, string>()

  before(async () => {
    project = new Project({})
    cpSync(join(root, 'examples'), project.path('examples'), { recursive: true })
    for (const { file } of chosen(examples, 8)) {
      const out = `dist/${file.replace('/', '-')}.mjs`
      const { code, stderr } = await fastmcp(['build', `examples/${file}`, '-o', out], {
        cwd: project.folder,
        limit: 2 * patience,
      })
      assert.equal(code, 0, stderr)
      assert.match(stderr, /^✔ dist\/\S+ {2}[\d.]+ [kM]B, answers \d+ ms after its start$/m)
      built.set(file, project.path(out))
    }
    rmSync(project.path('node_modules'), { recursive: true })
    rmSync(project.path('examples/workspace/node_modules'), { recursive: true, force: true })
  })
  after(() => project[Symbol.dispose]())

  for (const example of chosen(examples, 8)) {
    test(example.file, async () => {
      const program = built.get(example.file) ?? ''
      const { sources, version } = JSON.parse(readFileSync(`${program}.map`, 'utf8'))
      assert.equal(version, 3)
      assert.ok(
        (sources as string[]).some((source) => source.endsWith(basename(example.module ?? example.file))),
      )
      await checkTwo(example, 'legacy', callerV1, { program, stdio: [], cwd: '/' })
      await using server = start(process.execPath, [program, '-t', 'http', '-p', '0'], { cwd: '/' })
      const [, url = ''] = await server.until(/listening on (\S+)/)
      await checkTwo(example, 'modern', callerV2(pinned), { http: new URL(url) })
      server.kill('SIGTERM')
      assert.equal((await server.exited).code, 0)
    })
  }

  test('takes the flags of run, and refuses others', async () => {
    const program = built.get('weather.ts') ?? ''
    const wrong = await run(process.execPath, [program, '--prot', '1'])
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /unknown flag --prot\. Did you mean --port\?/)
  })

  test('serves with several processes, which share their sessions', async () => {
    const args = [built.get('weather.ts') ?? '', '-t', 'http', '-p', '0', '--workers', '2']
    await using running = start(process.execPath, [...args, '--log-level', 'info'])
    const [, url = ''] = await running.until(/listening on (\S+)/)
    await running.until(/2 workers serve/)
    // Each connection goes to the next process.
    const headers = { ...(await openSession(new URL(url))), connection: 'close' }
    const listed = () => send(new URL(url), { headers, body: rpc('tools/list') })
    for (const _ of [1, 2, 3]) assert.match(JSON.stringify(await listed()), /forecast/)
    running.kill('SIGTERM')
    assert.equal((await running.exited).code, 0)
    assert.equal(running.stderr.split('listening on').length, 2)
  })
})

test('what cannot be built says why', async () => {
  using project = new Project({
    'broken.ts': 'export const server = {',
    'plain.ts': 'export const config = 1',
    'server.ts': readFileSync(join(root, 'examples/factory.ts'), 'utf8'),
  })
  const build = (...args: string[]) => fastmcp(['build', ...args], { cwd: project.folder })
  const broken = await build('broken.ts')
  assert.equal(broken.code, 3)
  assert.match(broken.stderr, /broken\.ts:1/)
  assert.equal((await build('plain.ts')).code, 3)
  assert.equal((await build('server.ts', '-o', 'server.ts')).code, 2)
  const folder = await build('server.ts', '-o', 'node_modules')
  assert.equal(folder.code, 2)
  assert.match(folder.stderr, /is a folder: name the file, such as node_modules\/server\.mjs/)
  assert.equal(existsSync(project.path('dist')), false)
})

test('cache clear removes what was compiled, and nothing else', async () => {
  using project = new Project({ 'server.ts': readFileSync(join(root, 'examples/factory.ts'), 'utf8') })
  cpSync(join(root, 'examples/data'), project.path('data'), { recursive: true })
  const cache = project.path('cache')
  const options = { cwd: project.folder, env: { FASTMCP_CACHE_DIR: cache } }
  await fastmcp(['list', 'server.ts'], options)
  writeFileSync(join(cache, 'mine.txt'), '')
  assert.equal((await fastmcp(['cache', 'path'], options)).stdout, `${cache}\n`)
  const cleared = await fastmcp(['cache', 'clear'], options)
  assert.match(cleared.stderr, /^[1-9]\d* files removed from /)
  assert.ok(existsSync(join(cache, 'mine.txt')))
  assert.equal((await fastmcp(['cache', 'clean'], options)).code, 2)
})

rarely(
  'where no cache can be kept, servers run all the same',
  {
    skip: process.platform !== 'linux' && 'there is no /proc',
  },
  async () => {
    const options = { env: { FASTMCP_CACHE_DIR: '/proc/x/y' } }
    for (const command of ['list', 'inspect']) {
      const { code, stdout, stderr } = await fastmcp([command, 'examples/weather.ts'], options)
      assert.equal(stderr, '')
      assert.equal(code, 0)
      assert.match(stdout, /forecast/)
    }
  },
)
