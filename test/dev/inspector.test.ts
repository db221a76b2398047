import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { noBrowser } from '../support/chromium.ts'
import { connectV2 } from '../support/clients.ts'
import { editedServer, eventually, textOf } from '../support/dev.ts'
import { freePort } from '../support/free-port.ts'
import { installedLink, linkOf, linkOrSkip, openInspector, pageAt, startDev } from '../support/inspector.ts'
import { fastmcp, run, type Started } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen, rarely, whole } from '../support/whole.ts'

const isUp = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  )

/** Clients that have opened a session; those of the modern era have none to lose. */
const sessionsIn = (dev: Started) => dev.stderr.match(/ initialize /g)?.length ?? 0

const transports = [
  ['http', 0],
  ['sse', 1],
] as const
for (const [transport, sessions] of chosen(transports, 2)) {
  const name = `the page connects by itself over ${transport} and shows what a save adds`
  test(name, { skip: noBrowser }, async (t) => {
    using project = new Project({ 'server.ts': editedServer('first') })
    await using dev = startDev(project, ['-t', transport])
    const link = await linkOrSkip(dev, t)
    if (link === undefined) return
    await using inspector = await openInspector(link)
    await inspector.showsTools(4)
    assert.match(await inspector.callTool('version'), /first/)
    assert.equal(sessionsIn(dev), sessions)
    project.write(
      'server.ts',
      editedServer('second', "server.registerTool('radar', {}, () => text('radar echo'))"),
    )
    await inspector.showsTools(5)
    assert.match(await inspector.callTool('radar'), /radar echo/)
    assert.match(await inspector.callTool('version'), /second/)
    assert.ok(await inspector.stayed())
    assert.equal(sessionsIn(dev), sessions)
    if (process.env.FASTMCP_TEST_SCREENSHOT)
      await inspector.page.screenshot({ path: process.env.FASTMCP_TEST_SCREENSHOT })
  })
}

rarely('the link lets the page in where --token-env guards the server', { skip: noBrowser }, async (t) => {
  using project = new Project({ 'server.ts': editedServer('first') })
  await using dev = startDev(project, ['--token-env', 'TOKEN'], { TOKEN: 'secret' })
  const link = await linkOrSkip(dev, t)
  if (link === undefined) return
  assert.doesNotMatch(link, /secret/)
  await using inspector = await openInspector(link)
  await inspector.showsTools(4)
  assert.match(await inspector.callTool('version'), /first/)
})

const guarded = (first = '') => `import { FastMCP } from 'fastmcp-cli'
import { setTimeout as delay } from 'node:timers/promises'
${first}
export const mcp = new FastMCP({ name: 'guarded', version: '1.0.0', auth: () => undefined })
`
/** Loads later than the page there is found to be up, which is looked for every 100 ms. */
const afterPage = (page: string) => `
while (!(await fetch('${page}').then(() => true, () => false))) await delay(50)
await delay(1000)`
const hint = /Inspector {2}\S+ {3}add the header it asks for: Server Settings, Custom Headers\n/

describe('where the server checks its callers itself, one line says where to type what it asks for', () => {
  rarely('however late the server is', async (t) => {
    const port = await freePort()
    using project = new Project({ 'server.ts': guarded(afterPage(`http://127.0.0.1:${port}/`)) })
    await using dev = startDev(project, ['--inspector-port', String(port)])
    if ((await linkOrSkip(dev, t)) === undefined) return
    await dev.until(hint)
    assert.doesNotMatch(dev.stderr, /connects by itself/)
  })

  test('after a save that loads, where the first does not', async (t) => {
    using project = new Project({ 'server.ts': 'throw new Error("not yet")' })
    await using dev = startDev(project)
    if ((await linkOrSkip(dev, t)) === undefined) return
    assert.doesNotMatch(dev.stderr, /connects by itself/)
    project.write('server.ts', guarded())
    await dev.until(hint)
    assert.equal(dev.stderr.match(/Inspector {2}/g)?.length, 2)
  })
})

const noProcesses = process.platform !== 'linux' && 'processes are looked up in /proc'

/** The process of the Inspector that this one has started; 0 while there is none. */
function inspectorOf(dev: Started): number {
  const pid = dev.child.pid ?? 0
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  const isInspector = (child: string) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('--catalog')
  return Number(children.find((child) => child !== '' && isInspector(child)) ?? 0)
}

/** What npm has as the newest 2.x; nothing when npm cannot be asked. */
async function newestInspector(): Promise<string | undefined> {
  const view = ['view', '@modelcontextprotocol/inspector@2', 'version', '--json', '--fetch-retries=0']
  const { code, stdout } = await run('npm', view)
  // One version is a text, many are a list, oldest first.
  return code === 0 ? [JSON.parse(stdout)].flat().at(-1) : undefined
}

// What others publish is no fault of a change of ours.
if (whole)
  rarely('the link still works with the newest Inspector there is', { skip: noBrowser }, async (t) => {
    const newest = await newestInspector()
    if (newest === undefined) return t.skip('npm cannot be asked for the newest Inspector: offline')
    using project = new Project({ 'server.ts': editedServer('first') })
    await using dev = startDev(project, ['--inspector-version', newest])
    const link = await installedLink(dev)
    if (link === undefined) return t.skip(`Inspector ${newest} cannot be installed here`)
    t.diagnostic(`Inspector ${newest}`)
    await using inspector = await openInspector(link)
    await inspector.showsTools(4)
    project.write('server.ts', editedServer('second', "server.registerTool('radar', {}, () => text('echo'))"))
    await inspector.showsTools(5)
    assert.ok(await inspector.stayed())
  })

describe('the Inspector is never a reason for the server to stop', () => {
  test('its default port is taken: the next one', async () => {
    using project = new Project({ 'server.ts': editedServer('first') })
    const taken = createServer().listen(6274, '127.0.0.1')
    try {
      await using dev = startDev(project)
      assert.notEqual((await pageAt(await linkOf(dev))).port, '6274')
    } finally {
      taken.close()
    }
  })

  test('a port that was named is taken: exit 4, before anything is loaded', async () => {
    using project = new Project({ 'server.ts': editedServer('first') })
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const { code, stderr } = await fastmcp(['dev', 'server.ts', '--inspector-port', String(port)], {
      cwd: project.folder,
    })
    taken.close()
    assert.equal(code, 4)
    assert.match(stderr, new RegExp(`cannot listen on 127.0.0.1:${port}: the port is in use`))
  })

  rarely('it cannot be installed', async () => {
    using project = new Project({ 'server.ts': editedServer('first') })
    const env = {
      FASTMCP_CACHE_DIR: join(project.folder, 'cache'),
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
    }
    await using dev = startDev(project, [], env)
    const [, url = ''] = await dev.until(/listening on (\S+)/)
    await dev.until(/Inspector {2}installing Inspector once/)
    await dev.until(
      /Inspector {2}not available: npm could not install it.* To have it: npm i -D @modelcontextprotocol\/inspector/,
    )
    const client = await connectV2({ http: new URL(url) })
    assert.equal(await textOf(client, 'version'), 'first')
    await client.close()
  })

  rarely(
    'it dies, again and again: the server goes on, and the first time so does the page',
    {
      skip: noProcesses,
    },
    async () => {
      using project = new Project({ 'server.ts': editedServer('first') })
      await using dev = startDev(project)
      const link = await linkOf(dev)
      const [, url = ''] = await dev.until(/listening on (\S+)/)
      const client = await connectV2({ http: new URL(url) })
      const first = inspectorOf(dev)
      process.kill(first, 'SIGKILL')
      const second = await eventually(() => {
        const found = inspectorOf(dev)
        return found !== first && found > 0 ? found : undefined
      })
      await eventually(async () => ((await isUp(link)) ? true : undefined))
      process.kill(second, 'SIGKILL')
      await dev.until(/Inspector {2}not available: it has ended/)
      project.write('server.ts', editedServer('second'))
      await dev.until(/~version/)
      assert.equal(await textOf(client, 'version'), 'second')
      await client.close()
    },
  )

  test('a page from elsewhere, or one without the token, cannot use what it serves', async () => {
    using project = new Project({ 'server.ts': editedServer('first') })
    await using dev = startDev(project)
    const link = await linkOf(dev)
    const { origin, searchParams } = await pageAt(link)
    const [, url = ''] = await dev.until(/listening on (\S+)/)
    const token = searchParams.get('autoConnect') ?? ''
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${origin}/api/config`, { headers })).status
    assert.equal(await ask({ 'x-mcp-remote-auth': `Bearer ${token}` }), 200)
    assert.equal(await ask({}), 401)
    assert.equal(await ask({ 'x-mcp-remote-auth': 'Bearer wrong' }), 401)
    // Somebody else on this machine can reach the port, and neither guesses the rest nor is told.
    assert.equal((await fetch(link.slice(0, -1), { redirect: 'manual' })).status, 404)
    assert.equal((await fetch(new URL('/.fastmcp/inspector', url), { redirect: 'manual' })).status, 404)
    assert.equal((await fetch(link, { method: 'POST', redirect: 'manual' })).status, 405)
    const evil = { origin: 'http://evil.example' }
    assert.equal((await fetch(link, { headers: evil, redirect: 'manual' })).status, 403)
    assert.equal(await ask({ 'x-mcp-remote-auth': `Bearer ${token}`, ...evil }), 403)
    assert.equal((await fetch(new URL('/.fastmcp/status', url), { headers: evil })).status, 403)
    assert.equal((await fetch(new URL('/.fastmcp/status', url))).status, 401)
  })

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    rarely(`it is gone when we are ended by ${signal}`, async () => {
      using project = new Project({ 'server.ts': editedServer('first') })
      await using dev = startDev(project)
      const link = await linkOf(dev)
      assert.ok(await isUp(link))
      dev.kill(signal)
      await eventually(async () => ((await isUp(link)) ? undefined : true))
    })
  }
})
