import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
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
const background = 5 * patience

/** Milliseconds after which what bundles should have begun. */
const begun = 5_000

/** Starts the project's server until a start has left a script of the packages: one that ends at once may leave none. */
async function bundled(project: Project): Promise<Kept> {
  const cache = project.path('cache')
  const names = () => readdirSync(cache)
  const found = () => names().find((name) => /^packages-\w+\.json$/.test(name))
  const deadline = Date.now() + background
  while (found() === undefined) {
    await start(project)
    let active = Date.now()
    for (let busy = true; busy || (!found() && Date.now() - active < begun); ) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      assert.ok(Date.now() < deadline, 'no bundle was made')
      busy = names().some((name) => name.endsWith('.lock'))
      if (busy) active = Date.now()
    }
  }
  const path = `${cache}/${found()}`
  const kept = JSON.parse(readSealed(path)?.toString() ?? '')
  return { ...kept, path, script: `${cache}/${kept.script}` }
}

/** Lets a script say so when it runs, and everything look as if it had been made like that. */
function speak({ path, script }: Kept): void {
  const code = `console.error('from the script');${readFileSync(script, 'utf8')}`
  writeFileSync(script, code)
  const kept = JSON.parse(readSealed(path)?.toString() ?? '')
  writeSealed(path, JSON.stringify({ ...kept, hash: hashOf(code) }))
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
  const bundle = await bundled(project)
  assert.equal(bundle.reason, undefined)

  const types = `${sdk}/dist/esm/types.js`
  speak(bundle)
  assert.match(await start(project), /from the script/)

  writeFileSync(types, `${readFileSync(types, 'utf8')}\nconsole.error('changed by hand')\n`)
  assert.match(await start(project), /changed by hand/)
})

/** A server on the library, which tells what this process runs of packages from files of their own. */
const libraryServer = `
import { Session } from 'node:inspector'
import { connect, FastMCP, ToolError } from 'fastmcp-cli'
import { z } from 'zod'
export const mcp = new FastMCP({ name: 'ours', version: '1.0.0' })
mcp.tool({ name: 'add', input: z.object({ a: z.number() }) }, ({ a }: { a: number }, ctx) => {
  if (a < 0) throw new ToolError('below zero')
  if (a === 0) throw new Error('none at all')
  ctx.state.set('a', a)
  return String(a + 1)
})
const within = new FastMCP({ name: 'within', version: '1.0.0' })
within.tool({ name: 'deep' }, () => 'from within')
mcp.tool({ name: 'lazy' }, async () => {
  const client = await connect(within)
  const { content } = await client.callTool({ name: 'deep', arguments: {} })
  await client.close()
  return JSON.stringify(content)
})
mcp.tool({ name: 'files' }, () => {
  const [session, files]: [Session, string[]] = [new Session(), []]
  session.connect()
  session.on('Debugger.scriptParsed', ({ params: { url, scriptId } }) => {
    if (!/node_modules\\/(?:zod|@modelcontextprotocol)\\/|\\/dist\\/(?:library|chunk|client)/.test(url)) return
    session.post('Debugger.getScriptSource', { scriptId }, (_error, { scriptSource }) => {
      if (!scriptSource.startsWith('const all = globalThis')) files.push(url)
    })
  })
  session.post('Debugger.enable')
  session.disconnect()
  return JSON.stringify(files)
})
`

test('a server on the library opens no file of it, of the SDK and of the schemas, and what is lazy stays so', async () => {
  using project = new Project({ 'cache/x': '', 'server.ts': libraryServer })
  assert.match(await start(project), /"name":"ours"/)
  const bundle = await bundled(project)
  assert.equal(bundle.reason, undefined)
  const env = { FASTMCP_CACHE_DIR: project.path('cache') }
  const client = await connectV2({ stdio: ['run', project.path('server.ts')], env })
  try {
    const said = async (name: string, args = {}) => {
      const { content } = await client.callTool({ name, arguments: args })
      return content.map((one) => ('text' in one ? one.text : '')).join()
    }
    assert.equal(await said('add', { a: 1 }), '2')
    assert.equal(await said('add', { a: -1 }), 'below zero')
    assert.match(await said('add', { a: 0 }), /none at all/)
    assert.match(await said('add', { a: 'one' }), /expected number/)
    assert.equal(await said('files'), '[]')
    assert.match(await said('lazy'), /from within/)
    assert.match(await said('files'), /client/)
  } finally {
    await client.close()
  }
})

rarely('a server edited after its packages were bundled runs its new code on the same script', async () => {
  using project = new Project({ 'cache/x': '', 'server.ts': serverSource() })
  const bundle = await bundled(project)
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
  const bundle = await bundled(project)
  assert.equal(bundle.reason, undefined)
  speak(bundle)
  const output = await start(project)
  assert.match(output, /from the script/)
  assert.match(output, /one class/)
})

rarely('a script that is gone or broken costs a start its speed, and nothing else', async () => {
  using project = new Project({ 'cache/x': '', 'server.ts': serverSource() })
  const { script } = await bundled(project)
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
    await bundled(project)
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
