import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { Edited } from '../support/dev.ts'
import { root, run } from '../support/program.ts'
import { chosen } from '../support/whole.ts'

// Installed by the tests of the Inspector, which are its other use.
const folder = join(root, '.cache', 'fastmcp', 'inspector', '_2.3.0', 'node_modules')
const manifest = join(folder, '@modelcontextprotocol', 'inspector', 'package.json')
const missing =
  !existsSync(manifest) && 'the Inspector is not installed here; the tests of the Inspector do that'

/** Runs one of the programs that come with the Inspector, with a home of its own. */
async function inspector(bin: string, args: readonly string[], home: string) {
  const { bin: bins } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> }
  const env = { HOME: home, MCP_STORAGE_DIR: join(home, 'storage'), MCP_INSPECTOR_SECRET_STORE: 'memory' }
  const script = join(dirname(manifest), bins[bin] ?? '')
  const { code, stdout, stderr } = await run(process.execPath, [script, ...args], { env, limit: 30_000 })
  assert.equal(code, 0, stderr)
  return stdout
}

describe('programs that others wrote, across a reload', { skip: missing }, () => {
  for (const era of chosen(['legacy', 'modern'], 2)) {
    test(`the Inspector's command line, ${era}`, async () => {
      await using edited = new Edited()
      const url = await edited.url()
      const home = edited.project.folder
      const call = ['--cli', '--transport', 'http', '--server-url', url.href, '--protocol-era', era]
      const version = [...call, '--method', 'tools/call', '--tool-name', 'version']
      assert.match(await inspector('mcp-inspector', version, home), /first/)
      edited.save('second')
      await edited.dev.until(/ reload /)
      assert.match(await inspector('mcp-inspector', version, home), /second/)
    })
  }

  test('mcpdo keeps one session over it', async () => {
    await using edited = new Edited()
    const url = await edited.url()
    const mcpdo = (...args: string[]) => inspector('mcpdo', args, edited.project.folder)
    try {
      await mcpdo('connect', url.href, '--connection', 't1')
      assert.match(await mcpdo('tools/call', 'version', '--connection', 't1'), /first/)
      edited.save('second', "server.registerTool('radar', {}, () => text('echo'))")
      await edited.dev.until(/\+radar/)
      assert.match(await mcpdo('tools/list', '--connection', 't1'), /radar/)
      assert.match(await mcpdo('tools/call', 'version', '--connection', 't1'), /second/)
      assert.equal(edited.dev.stderr.match(/initialize/g)?.length, 1)
    } finally {
      await mcpdo('daemon', 'stop')
    }
  })
})
