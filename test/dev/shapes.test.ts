import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { connectV2 } from '../support/clients.ts'
import { Edited, editedServer, textOf } from '../support/dev.ts'
import { root, startFastmcp } from '../support/program.ts'

const examples = ['weather.ts', 'weather-v1.ts', 'weather-v2.ts', 'factory.ts', 'low-level.ts', 'weather.cjs']

describe('every example can be developed as it stands', () => {
  for (const example of [...examples, 'workspace/server/src/server.ts']) {
    test(example, async () => {
      const file = join(root, 'examples', example)
      await using dev = startFastmcp(['dev', file, '--no-inspector', '-p', '0'])
      const [, url = ''] = await dev.until(/listening on (\S+)/)
      const client = await connectV2({ http: new URL(url) })
      const { tools } = await client.listTools()
      assert.ok(tools.length > 0)
      await client.close()
    })
  }
})

test('a file that starts itself is reloaded, its session kept', async () => {
  const starting = (word: string) =>
    `${editedServer(word).replace('export const server', 'const server')}
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
async function main() {
  await server.connect(new StdioServerTransport())
}
main().catch(() => process.exit(1))
`
  await using edited = new Edited([], { file: 'server.ts', files: { 'server.ts': starting('first') } })
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'version'), 'first')
  edited.project.write('server.ts', starting('second'))
  await edited.dev.until(/~version/)
  assert.equal(await textOf(client, 'version'), 'second')
  await client.close()
})

test('a file with nothing but a port is refused in one clear line', async () => {
  const file = join(root, 'test/fixtures/shapes/express-app.mjs')
  await using dev = startFastmcp(['dev', file, '--no-inspector', '-p', '0'])
  await dev.until(/"listen\(\)" serves itself, which only fastmcp run can do/)
})

for (const [name, convert] of [
  ['server.js', (source: string) => source],
  [
    'server.cjs',
    (source: string) =>
      source
        .replace(/import (\{.*\}) from '(.*)'/g, "const $1 = require('$2')")
        .replace('export const server', 'const server = exports.server'),
  ],
] as const) {
  test(`${name} is reloaded as TypeScript is`, async () => {
    const files = { 'package.json': '{ "type": "module" }', [name]: convert(editedServer('first')) }
    await using edited = new Edited([], { file: name, files })
    const client = await connectV2({ http: await edited.url() })
    assert.equal(await textOf(client, 'version'), 'first')
    edited.project.write(name, convert(editedServer('second')))
    await edited.dev.until(/~version/)
    assert.equal(await textOf(client, 'version'), 'second')
    edited.project.write(name, 'export const server = (;')
    await edited.dev.until(/still serving/)
    assert.equal(await textOf(client, 'version'), 'second')
    await client.close()
  })
}

test('--no-cache keeps nothing', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'fastmcp-no-cache-'))
  try {
    await using edited = new Edited(['--no-cache'], { env: { FASTMCP_CACHE_DIR: cache } })
    const client = await connectV2({ http: await edited.url() })
    edited.save('second')
    await edited.dev.until(/~version/)
    assert.equal(await textOf(client, 'version'), 'second')
    assert.deepEqual(readdirSync(cache), [])
    await client.close()
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
})
