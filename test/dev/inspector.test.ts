import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { connectV2 } from '../support/clients.ts'
import { editedServer, eventually, textOf } from '../support/dev.ts'
import { fastmcp, patience, root, type Started, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'

/** Kept between runs, because an Inspector is 110 MB. */
const kept = { FASTMCP_CACHE_DIR: join(root, '.cache', 'fastmcp'), MCP_INSPECTOR_SECRET_STORE: 'memory' }

async function startDev(project: Project, args: readonly string[] = [], env = {}): Promise<Started> {
  return startFastmcp(['dev', project.path('server.ts'), '-p', '0', ...args], {
    cwd: project.folder,
    env: { ...kept, ...env },
  })
}

const linkOf = async (dev: Started) => (await dev.until(/Inspector {2}(http\S+)/))[1] ?? ''

/** The first start may install the Inspector, which takes longer than anything a test waits for. */
async function installedLink(dev: Started): Promise<string | undefined> {
  for (let wait = 0; wait < 15; wait++) {
    const found = await dev.until(/Inspector {2}(?:(http\S+)|not available)/).catch(() => undefined)
    if (found) return found[1]
  }
  return undefined
}

const isUp = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  )

const noBrowser =
  chromiumPath === undefined && 'there is no Chromium here: install it, or name it in CHROMIUM'

test('the page connects by itself and shows what a save adds', {
  skip: noBrowser,
}, async (t) => {
  using project = new Project({ 'server.ts': editedServer('first') })
  await using dev = await startDev(project)
  const link = await installedLink(dev)
  if (link === undefined) return t.skip('there is no Inspector here, and none can be installed')
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(patience)
    await page.goto(link)
    await page.waitForSelector('[data-testid="connection-status"][data-status="connected"]')
    await page
      .locator('label', { hasText: /^Tools/ })
      .first()
      .click()
    await page.locator('h3', { hasText: 'Tools (4)' }).waitFor()
    assert.match(await callTool('version'), /first/)
    // Gone if the page were loaded again; a new connection would show as one, too.
    await page.evaluate('window.sameAsBefore = true')
    const connections = page.locator('[data-testid="connection-status"]:not([data-status="connected"])')
    project.write(
      'server.ts',
      editedServer('second', "server.registerTool('radar', {}, () => text('radar echo'))"),
    )
    await page.locator('h3', { hasText: 'Tools (5)' }).waitFor()
    assert.match(await callTool('radar'), /radar echo/)
    assert.match(await callTool('version'), /second/)
    assert.equal(await page.evaluate('window.sameAsBefore'), true)
    assert.equal(await connections.count(), 0)
    if (process.env.FASTMCP_TEST_SCREENSHOT)
      await page.screenshot({ path: process.env.FASTMCP_TEST_SCREENSHOT })

    async function callTool(name: string): Promise<string> {
      const screen = page.getByTestId('tools-screen')
      await screen.getByRole('button', { name: new RegExp(`^${name}`, 'i') }).click()
      await page.getByRole('button', { name: 'Execute Tool' }).click()
      await page.getByRole('heading', { name: 'Results' }).waitFor()
      const text = (await screen.textContent()) ?? ''
      await page.getByRole('button', { name: 'Close results' }).click()
      return text
    }
  } finally {
    await browser.close()
  }
})

describe('the Inspector is never a reason for the server to stop', () => {
  test('its default port is taken: the next one', async () => {
    using project = new Project({ 'server.ts': editedServer('first') })
    const taken = createServer().listen(6274, '127.0.0.1')
    try {
      await using dev = await startDev(project)
      assert.doesNotMatch(await linkOf(dev), /:6274\//)
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

  test('it cannot be installed', async () => {
    using project = new Project({ 'server.ts': editedServer('first') })
    const env = {
      FASTMCP_CACHE_DIR: join(project.folder, 'cache'),
      npm_config_registry: 'http://127.0.0.1:9/',
      npm_config_fetch_retries: '0',
    }
    await using dev = await startDev(project, [], env)
    const [, url = ''] = await dev.until(/listening on (\S+)/)
    await dev.until(/Inspector {2}installing Inspector once/)
    await dev.until(
      /Inspector {2}not available: npm could not install it.* To have it: npm i -D @modelcontextprotocol\/inspector/,
    )
    const client = await connectV2({ http: new URL(url) })
    assert.equal(await textOf(client, 'version'), 'first')
    await client.close()
  })

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    test(`it is gone when we are ended by ${signal}`, async () => {
      using project = new Project({ 'server.ts': editedServer('first') })
      await using dev = await startDev(project)
      const link = await linkOf(dev)
      assert.ok(await isUp(link))
      dev.kill(signal)
      await eventually(async () => ((await isUp(link)) ? undefined : true))
    })
  }
})
