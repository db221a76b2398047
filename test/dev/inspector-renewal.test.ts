import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { editedServer, eventually } from '../support/dev.ts'
import { linkOf, startDev } from '../support/inspector.ts'
import { allowInstalls } from '../support/limits.ts'
import { Project } from '../support/project.ts'

allowInstalls()

const name = '@modelcontextprotocol/inspector'

/** A package that stands for the Inspector: its page is its version. */
const standIn = (version: string, folder: string) => ({
  [`${folder}/package.json`]: JSON.stringify({ name, version, bin: { 'mcp-inspector': 'page.cjs' } }),
  [`${folder}/page.cjs`]: `require('node:http')
  .createServer((_, response) => response.end('${version}'))
  .listen(Number(process.env.CLIENT_PORT), '127.0.0.1')
`,
})

/** A registry that has these versions; only the last can be fetched. */
async function registry(versions: readonly string[], tarball: Buffer) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url?.endsWith('.tgz')) return void response.end(tarball)
    const dist = { tarball: `${url}package.tgz` }
    const all = versions.map((version) => [version, { name, version, dist, bin: { x: 'page.cjs' } }])
    const latest = versions.at(-1)
    response.end(JSON.stringify({ name, 'dist-tags': { latest }, versions: Object.fromEntries(all) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`
  return { url, asked, [Symbol.dispose]: () => void server.close() }
}

test('the Inspector that is kept is used at once, and a newer one from the next start on', async () => {
  using project = new Project({
    'server.ts': editedServer('first'),
    ...standIn('2.3.0', `cache/inspector/_2.3.0/node_modules/${name}`),
    ...standIn('2.4.0', 'newer/package'),
  })
  spawnSync('tar', ['-czf', 'newer.tgz', '-C', 'newer', 'package'], { cwd: project.folder })
  using served = await registry(['2.3.0', '2.4.0', '3.0.0'], readFileSync(project.path('newer.tgz')))
  const env = {
    FASTMCP_CACHE_DIR: project.path('cache'),
    npm_config_registry: served.url,
    npm_config_cache: project.path('npm'),
  }
  const pageOf = async (link: string) => (await fetch(link)).text()
  const kept = () => readdirSync(project.path('cache/inspector')).filter((one) => one.startsWith('_2.3.0+'))
  {
    await using dev = startDev(project, [], env)
    assert.equal(await pageOf(await linkOf(dev)), '2.3.0')
    assert.doesNotMatch(dev.stderr, /installing/)
    await eventually(() => (kept().length > 0 ? true : undefined))
    assert.deepEqual(kept(), ['_2.3.0+2.4.0'])
    assert.equal(await pageOf(await linkOf(dev)), '2.3.0')
  }
  const asked = served.asked.length
  {
    await using dev = startDev(project, [], env)
    assert.equal(await pageOf(await linkOf(dev)), '2.4.0')
  }
  // It looked a moment ago.
  assert.equal(served.asked.length, asked)
})
