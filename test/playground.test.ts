import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { listening, root, run, start } from './support/program.ts'
import { chosen } from './support/whole.ts'

const readme = readFileSync(`${root}playground/README.md`, 'utf8')
const listed = 'http://127.0.0.1:8000/mcp'

const spans = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '')

/** The rows of the README's tables: a command, and what it shows. */
const rows = readme
  .split('\n')
  .filter((line) => line.startsWith('|') && line.includes('`node '))
  .map((line) => {
    const [sees = '', command = ''] = line.split('|').slice(1, -1).reverse()
    return { command: spans(command)[0] ?? '', sees: spans(sees) }
  })

const words = (command: string) =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')

/** The commands are what a shell would start; the port is any free one, and no browser is opened. */
const options = { env: { FASTMCP_PORT: '0', FASTMCP_INSPECTOR: 'false' } }

function assertSees(stdout: string, sees: readonly string[]): void {
  assert.ok(sees.length > 0)
  for (const one of sees) assert.ok(stdout.includes(one), `"${one}" is not in:\n${stdout}`)
}

describe('what the README of the playground says', () => {
  for (const { command, sees } of chosen(rows, 3)) {
    const [node, ...args] = words(command)
    test(command, async () => {
      assert.equal(node, 'node')
      if (['run', 'dev'].includes(args[1] ?? '')) {
        await using server = await listening(start(process.execPath, args, options))
        assert.equal(server.url.href.replace(server.url.port, '8000'), listed)
        const { stdout } = await run(process.execPath, ['bin/fastmcp.js', 'list', server.url.href])
        assertSees(stdout, sees)
      } else {
        const { code, stdout, stderr } = await run(process.execPath, args, options)
        assert.equal(code, 0, stderr)
        assertSees(stdout, sees)
      }
    })
  }

  test('each of its files is started, and no command is left out', () => {
    const commands = rows.map(({ command }) => command)
    for (const file of readdirSync(`${root}playground`).filter((name) => name !== 'README.md'))
      assert.ok(
        commands.some((command) => command.includes(`playground/${file}`)),
        file,
      )
    const told = spans(readme).filter((code) => code.startsWith('node '))
    assert.deepEqual(
      told,
      told.filter((code) => commands.includes(code) || code.endsWith(` ${listed}`)),
    )
    assert.equal(told.length, commands.length + 1)
  })
})
