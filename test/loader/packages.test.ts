import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs'
import { test } from 'node:test'
import { hashOf, readSealed, writeSealed } from '../../src/files/checked-file.ts'
import { connectV2 } from '../support/clients.ts'
import { fastmcp, patience, root } from '../support/program.ts'
import { hello, Project, serverSource } from '../support/project.ts'
import { rarely } from '../support/whole.ts'

/** What is kept about the packages of a project. */
interface Kept {
  /** Where it is kept. */
  path: string
  script: string
  reason?: string
}

/** What is bundled in the background runs when nothing else wants the processors: on a busy machine that takes a while. */
const background = 4 * patience

/** Resolves with what is kept about the packages of a project, once it is there. */
async function bundleIn(cache: string): Promise<Kept> {
  const found = () => readdirSync(cache).find((name) => /^packages-\w+\.json$/.test(name))
  const watcher = watch(cache)
  const late = new AbortController()
  const deadline = setTimeout(() => late.abort(new Error('no bundle was made')), background)
  try {
    while (found() === undefined) await once(watcher, 'change', { signal: late.signal })
    const path = `${cache}/${found()}`
    const kept = JSON.parse(readSealed(path)?.toString() ?? '')
    return { ...kept, path, script: `${cache}/${kept.script}` }
  } finally {
    clearTimeout(deadline)
    watcher.close()
  }
}

/** Lets a script say so when it runs, and everything look as if it had been made like that. */
function speak({ path, script }: Kept): void {
  const code = `console.error('from the script');${readFileSync(script, 'utf8')}`
  writeFileSync(script, code)
  const kept = JSON.parse(readSealed(path)?.toString() ?? '')
  writeSealed(path, JSON.stringify({ ...kept, hash: hashOf(code) }))
}

/** Waits until the module itself has been compiled on top of the bundle, the last step. */
async function ready(cache: string): Promise<void> {
  const deadline = Date.now() + background
  while (readdirSync(cache).some((name) => name.endsWith('.lock'))) {
    assert.ok(Date.now() < deadline, 'bundling never ended')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Runs the project's server once; resolves with its name and what it printed to stderr. */
async function start(project: Project, env: Record<string, string> = {}): Promise<string> {
  const options = {
    cwd: project.folder,
    input: hello,
    env: { FASTMCP_CACHE_DIR: project.path('cache'), ...env },
  }
  const { stdout, stderr } = await fastmcp(['run', 'server.ts'], options)
  return stdout + stderr
}

test('a second start takes the packages from one script, and sees a change in any of them', async () => {
  using project = new Project({
    'cache/x': '',
    'server.ts': `${serverSource()}\nimport '@modelcontextprotocol/sdk/types.js'`,
  })
  const sdk = project.path('node_modules/@modelcontextprotocol/sdk')
  own(project, 'sdk')
  assert.match(await start(project), /"name":"plain"/)
  const bundle = await bundleIn(project.path('cache'))
  assert.equal(bundle.reason, undefined)
  await ready(project.path('cache'))

  const types = `${sdk}/dist/esm/types.js`
  speak(bundle)
  assert.match(await start(project), /from the script/)

  writeFileSync(types, `${readFileSync(types, 'utf8')}\nconsole.error('changed by hand')\n`)
  assert.match(await start(project), /changed by hand/)
})

rarely('a server edited after its packages were bundled runs its new code on the same script', async () => {
  using project = new Project({ 'cache/x': '', 'server.ts': serverSource() })
  await start(project)
  const bundle = await bundleIn(project.path('cache'))
  await ready(project.path('cache'))
  speak(bundle)
  project.write('server.ts', serverSource('export const server =', 'edited'))
  const output = await start(project)
  assert.match(output, /"name":"edited"/)
  assert.match(output, /from the script/)
})

rarely('another package that imports the SDK gets the copy in the script', async () => {
  using project = new Project({
    'cache/x': '',
    'server.ts': `${serverSource()}\nimport { isOne } from 'plugin'\nconsole.error(isOne(server) ? 'one class' : 'two classes')`,
    'node_modules/plugin/package.json': JSON.stringify({
      name: 'plugin',
      type: 'module',
      exports: './plugin.js',
      peerDependencies: { '@modelcontextprotocol/sdk': '*' },
    }),
    'node_modules/plugin/plugin.js':
      "import { Server } from '@modelcontextprotocol/sdk/server/index.js'\nexport const isOne = (mcp) => mcp.server instanceof Server",
  })
  assert.match(await start(project), /one class/)
  const bundle = await bundleIn(project.path('cache'))
  assert.equal(bundle.reason, undefined)
  await ready(project.path('cache'))
  speak(bundle)
  const output = await start(project)
  assert.match(output, /from the script/)
  assert.match(output, /one class/)
})

test('a script that is gone or broken costs a start its speed, and nothing else', async () => {
  using project = new Project({ 'cache/x': '', 'server.ts': serverSource() })
  await start(project)
  const { script } = await bundleIn(project.path('cache'))
  await ready(project.path('cache'))
  writeFileSync(`${script}.cache`, 'not a code cache')
  assert.match(await start(project), /"name":"plain"/)
  // The start before has kept what it called.
  const kept = `${script}.started.cache`
  const { length } = readFileSync(kept)
  writeFileSync(kept, 'not a code cache')
  assert.match(await start(project), /"name":"plain"/)
  assert.ok(readFileSync(kept).length > length / 2)
  rmSync(script)
  assert.match(await start(project), /"name":"plain"/)
})

rarely(
  'an error keeps its words and its place when the module has been compiled anew meanwhile',
  async () => {
    using project = new Project({
      'cache/x': '',
      'server.ts': `${serverSource()}\nserver.registerTool('fail', {}, () => {\n  throw new Error('its own words')\n})`,
    })
    const env = { FASTMCP_CACHE_DIR: project.path('cache') }
    const client = await connectV2({ stdio: ['run', project.path('server.ts')], env })
    await bundleIn(project.path('cache'))
    await ready(project.path('cache'))
    project.write('server.ts', serverSource('export const server =', 'edited'))
    await start(project)
    const { content } = await client.callTool({ name: 'fail', arguments: {} })
    assert.deepEqual(content, [{ type: 'text', text: 'its own words' }])
    await client.close()
  },
)

/** Gives a project a copy of its own of a package that is otherwise shared with this repository. */
function own(project: Project, name: string): void {
  const place = project.path('node_modules/@modelcontextprotocol')
  const shared = realpathSync(place)
  rmSync(place)
  cpSync(`${shared}/${name}`, `${place}/${name}`, { recursive: true })
  assert.ok(existsSync(`${root}node_modules/@modelcontextprotocol/${name}`))
}
