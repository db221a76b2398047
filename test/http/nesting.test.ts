import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deepestLevel, isTooDeep, jsonText } from '../../src/protocol/json-text.ts'
import { idIn } from '../../src/protocol/truncated-message.ts'
import { startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { openSession, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

const lists = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const ping = (id: string, depth: number) =>
  `{"jsonrpc":"2.0","id":"${id}","method":"ping","params":{"x":${lists(depth)}}}`

test('how deep a text goes', () => {
  const long = 'x'.repeat(2 * deepestLevel)
  for (const [text, deep] of [
    ['[]', false],
    [lists(deepestLevel), false],
    [lists(deepestLevel + 1), true],
    [`{"a":${lists(deepestLevel)}}`, true],
    // Brackets in strings are none, however the strings are written.
    [JSON.stringify('['.repeat(3 * deepestLevel)), false],
    [JSON.stringify(['"[\\', `${'['.repeat(3 * deepestLevel)}\\`, '"']), false],
    [`["\\\\",${lists(deepestLevel + 1)}]`, true],
    // Wide is not deep.
    [`[${'[],'.repeat(deepestLevel)}1]`, false],
    [`["${long}`, false],
    ['['.repeat(3 * deepestLevel), true],
  ] as const)
    assert.equal(isTooDeep(text), deep, text.slice(0, 20))
  let deep: unknown = 1
  for (let level = 0; level <= deepestLevel; level++) deep = { deep }
  assert.throws(() => jsonText(deep), RangeError)
})

const source = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
export const server = new McpServer({ name: 'deep', version: '1' })
server.registerTool('one', {}, () => ({ content: [{ type: 'text', text: 'one' }] }))
`

for (const command of chosen([['run'], ['dev', '--no-inspector']], 2)) {
  test(`${command[0]}: what is deep is answered, and what is too deep with an error for its id`, async () => {
    using project = new Project({ 'server.mjs': source })
    const [name = '', ...more] = command
    const words = [name, 'server.mjs', ...more]
    await using http = startFastmcp([...words, '-t', 'http', '-p', '0'], { cwd: project.folder })
    const [, address = ''] = await http.until(/listening on (\S+)/)
    const url = new URL(address)
    const headers = await openSession(url)
    const deep = await send(url, { headers, body: ping('deep', 20_000) })
    assert.match(deep.text, /"result":\{\}/)
    const deeper = await send(url, { headers, body: ping('deeper', 1_000_000) })
    assert.deepEqual([deeper.status, deeper.json?.id, deeper.json?.error?.code], [400, 'deeper', -32600])
    await using stdio = startFastmcp([...words, '-t', 'stdio'], { cwd: project.folder })
    const clientInfo = { name: 'deep', version: '1' }
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }
    const opening = JSON.stringify({ jsonrpc: '2.0', id: 'opening', method: 'initialize', params })
    stdio.child.stdin?.write(`${opening}\n`)
    await stdio.until(/"id":"opening"/, 'stdout')
    stdio.child.stdin?.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
    for (const [id, depth] of [
      ['deeper', 1_000_000],
      ['deep', 20_000],
    ] as const)
      stdio.child.stdin?.write(`${ping(id, depth)}\n`)
    await stdio.until(/\{[^\n]*"id":"deep"[^\n]*\}/, 'stdout')
    const answerTo = (id: string) =>
      stdio.stdout.split('\n').find((line) => line.includes(`"id":"${id}"`)) ?? ''
    assert.match(answerTo('deeper'), /-32600/)
    assert.match(answerTo('deep'), /"result":\{\}/)
  })
}

test('whoever sent what is too deep is found, however the id is written, and wherever', () => {
  const params = `"params":{"x":${lists(20_000)}}`
  const ids = { '7': 7, '"seven"': 'seven', '"a\\"b"': 'a"b', '70e-1': 7, '7.0': 7, '1e-400': 0, '-0': -0 }
  for (const [written, id] of Object.entries(ids)) {
    assert.equal(idIn(`{"jsonrpc":"2.0","id":${written},"method":"ping",${params}}`), id)
    assert.equal(idIn(`{"jsonrpc":"2.0","method":"ping",${params} , "id" : ${written} }\n`), id)
    assert.equal(idIn(`{"method":"ping","params":{"x":${lists(20_000)},"id":${written}}}`), null)
  }
  for (const written of ['7.5', '1e400', 'null', 'true', '[7]', '9007199254740993'])
    assert.equal(idIn(`{"jsonrpc":"2.0","id":${written},"method":"ping",${params}}`), null, written)
})
