import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Page } from 'playwright-core'
import { launchChromium } from './chromium.ts'
import { allowInstalls } from './limits.ts'
import { patience, type RunOptions, root, type Started, startFastmcp } from './program.ts'
import type { Project } from './project.ts'

allowInstalls()

/** Kept between runs, because an Inspector is 110 MB. */
const kept = { FASTMCP_CACHE_DIR: join(root, '.cache', 'fastmcp'), MCP_INSPECTOR_SECRET_STORE: 'memory' }

/** Starts `fastmcp dev` with its Inspector. */
export const startDev = <T extends Started = Started>(
  project: Project,
  args: readonly string[] = [],
  env = {},
  start: (args: readonly string[], options: RunOptions) => T = startFastmcp as typeof start,
): T =>
  start(['dev', project.path('server.ts'), '-p', '0', ...args], {
    cwd: project.folder,
    env: { ...kept, ...env },
  })

export const linkOf = async (dev: Started) => (await dev.until(/Inspector {2}(http\S+)/))[1] ?? ''

/** The page's own address, to which the link leads. */
export async function pageAt(link: string): Promise<URL> {
  const { status, headers } = await fetch(link, { redirect: 'manual' })
  if (status !== 302) throw new Error(`${link} answers ${status}`)
  return new URL(headers.get('location') ?? '')
}

/** The first start may install the Inspector, which takes longer than anything a test waits for. */
export async function installedLink(
  dev: Started,
  stream: 'stdout' | 'stderr' = 'stderr',
): Promise<string | undefined> {
  for (let wait = 0; wait < 15; wait++) {
    const found = await dev.until(/Inspector {2}(?:(http\S+)|not available)/, stream).catch(() => undefined)
    if (found) return found[1]
  }
  return undefined
}

/** The link, or the reason why a test that needs it is left out. */
export async function linkOrSkip(
  dev: Started,
  t: TestContext,
  stream: 'stdout' | 'stderr' = 'stderr',
): Promise<string | undefined> {
  const link = await installedLink(dev, stream)
  if (link === undefined) t.skip('there is no Inspector here, and none can be installed')
  return link
}

/** The Inspector's page in a browser, as a person has it who has clicked nothing but the link. */
export async function openInspector(link: string) {
  const browser = await launchChromium()
  const page = await browser.newPage()
  // Chromium's first start beside other tests may read all of itself from a disk that is busy.
  page.setDefaultTimeout(4 * patience)
  try {
    await page.goto(link)
    await page.waitForSelector('[data-testid="connection-status"][data-status="connected"]')
    await page
      .locator('label', { hasText: /^Tools/ })
      .first()
      .click()
    // Gone if the page were loaded again; a new connection would show as one, too.
    await page.evaluate('window.sameAsBefore = true')
  } catch (error) {
    await browser.close()
    throw error
  }
  const elsewise = page.locator('[data-testid="connection-status"]:not([data-status="connected"])')
  return {
    page,
    showsTools: (count: number) => page.locator('h3', { hasText: `Tools (${count})` }).waitFor(),
    callTool: (name: string) => callTool(page, name),
    stayed: async () =>
      (await page.evaluate('window.sameAsBefore')) === true && (await elsewise.count()) === 0,
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

async function callTool(page: Page, name: string): Promise<string> {
  const screen = page.getByTestId('tools-screen')
  await screen.getByRole('button', { name: new RegExp(`^${name}`, 'i') }).click()
  await page.getByRole('button', { name: 'Execute Tool' }).click()
  await page.getByRole('heading', { name: 'Results' }).waitFor()
  const text = (await screen.textContent()) ?? ''
  await page.getByRole('button', { name: 'Close results' }).click()
  return text
}
