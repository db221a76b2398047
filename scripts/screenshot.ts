// Takes the picture of the README, docs/inspector.png: npm run docs:picture (needs Chromium, see test/support/chromium.ts)
//
// It is what a person sees who types `fastmcp dev server.ts`, clicks on Tools, saves the file with one tool more,
// and calls that.
import { readFileSync } from 'node:fs'
import { installedLink, openInspector, startDev } from '../test/support/inspector.ts'
import { root } from '../test/support/program.ts'
import { Project } from '../test/support/project.ts'

const server = readFileSync(`${root}examples/weather.ts`, 'utf8')
const radar = `
mcp.tool({ name: 'radar', description: 'What the radar shows at the moment', annotations: { readOnlyHint: true } }, () => 'A shower in the west, moving away')
`

const cities = readFileSync(`${root}examples/data/cities.json`, 'utf8')
using project = new Project({ 'server.ts': server, 'data/cities.json': cities })
await using dev = startDev(project)
const link = await installedLink(dev)
if (link === undefined) throw new Error('there is no Inspector here, and none can be installed')
const [, count = ''] = await dev.until(/(\d+) tools/)
await using inspector = await openInspector(link)
const { page } = inspector
await page.setViewportSize({ width: 1440, height: 680 })
await inspector.showsTools(Number(count))
project.write('server.ts', server.replace('if (isMain', `${radar}if (isMain`))
await inspector.showsTools(Number(count) + 1)
await page
  .getByTestId('tools-screen')
  .getByRole('button', { name: /^radar/i })
  .click()
await page.getByRole('button', { name: 'Execute Tool' }).click()
await page.getByRole('heading', { name: 'Results' }).waitFor()
await page.evaluate('document.fonts.ready')
await page.screenshot({ path: `${root}docs/inspector.png`, animations: 'disabled' })
