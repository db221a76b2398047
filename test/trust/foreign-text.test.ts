import assert from 'node:assert/strict'
import { test } from 'node:test'
import { continued, oneLine, painted, printable, safeJson } from '../../src/terminal/printable.ts'
import { clientV1, clientV2, connectV1, connectV2, pinned } from '../support/clients.ts'
import { fastmcp, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { atTerminal, noTerminal } from '../support/terminal.ts'
import { chosen } from '../support/whole.ts'

/** Moves the cursor, clears the screen, colours, ends the line in every way there is, and turns the direction. */
const hostile =
  'a\u001b[2J\u001b[1;1H\u001b[31m\rb\r\nfastmcp: forged\nforged\u0085\u2028c\u009b2Jd\u202ee\u0007'
const inSource = JSON.stringify(hostile).replaceAll('\u009b', '\\u009b')

const unsafe = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
const forged = /^(fastmcp: )?forged/m
const styles = /\u001b\[(1|2|22|31|36|39)m/g

const server = `
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, GetPromptRequestSchema, ListPromptsRequestSchema, ListResourcesRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
const odd = ${inSource}
export const server = new Server({ name: odd, version: odd }, { capabilities: { tools: {}, prompts: {}, resources: {}, logging: {} }, instructions: odd })
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: odd, description: odd, inputSchema: { type: 'object', properties: { [odd]: { type: odd, enum: [odd], description: odd } }, required: [odd] } }, { name: 'plain', inputSchema: { type: 'object' } }] }))
server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: [{ name: odd, arguments: [{ name: odd, required: true }] }] }))
server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [{ name: odd, uri: 'odd://' + odd, description: odd }] }))
server.setRequestHandler(GetPromptRequestSchema, () => { throw new Error(odd) })
server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
  await server.sendLoggingMessage({ level: 'error', logger: odd, data: odd })
  if (params.name === 'plain') throw new Error(odd)
  return { isError: true, content: [{ type: 'text', text: odd }] }
})
`

test('text of others, as a table', () => {
  for (const [shown, one] of [
    [printable(hostile), 'printable'],
    [oneLine(hostile), 'oneLine'],
    [continued(hostile), 'continued'],
    [painted(`\u001b[31m${hostile}\u001b[39m`).replace(styles, ''), 'painted'],
    [safeJson({ [hostile]: hostile }, 2), 'safeJson'],
  ] as const)
    assert.doesNotMatch(shown, unsafe, one)
  assert.doesNotMatch(oneLine(hostile), /[\n\t]/)
  assert.doesNotMatch(continued(hostile), forged)
  assert.deepEqual(JSON.parse(safeJson({ [hostile]: hostile })), { [hostile]: hostile })
  assert.equal(printable('a\tb\nc\r\nd – ü 漢 🙂'), 'a\tb\nc\nd – ü 漢 🙂')
})

for (const args of chosen<string[]>(
  [
    ['list', 'server.ts'],
    ['list', 'server.ts', '--schema'],
    ['list', 'server.ts', '--json'],
    ['inspect', 'server.ts'],
    ['inspect', 'server.ts', '--check'],
    ['inspect', 'server.ts', '--json'],
    ['call', 'server.ts', 'plain'],
    ['call', 'server.ts', hostile, '--args', JSON.stringify({ [hostile]: hostile })],
    ['call', 'server.ts', hostile, '--json', '--args', JSON.stringify({ [hostile]: hostile })],
    ['call', 'server.ts', '--prompt', hostile, `${hostile}=1`],
    ['call', 'server.ts', '--prompt', hostile],
    ['call', 'server.ts', 'no such', hostile],
    ['call', 'server.ts', `no such ${hostile}`],
    ['run', hostile],
    [`run${hostile}`],
    ['run', 'server.ts', `--${hostile}`],
    ['run', 'server.ts', '--host', hostile],
    ['install', 'cursor', 'server.ts', '--name', hostile, '--dry-run'],
  ],
  2,
)) {
  const words = args.map((arg) => arg.replaceAll(hostile, '<odd>').slice(0, 40)).join(' ')
  test(`fastmcp ${words} keeps the screen as it is`, async () => {
    using project = new Project({ 'server.ts': server })
    const { stdout, stderr } = await fastmcp(args, { cwd: project.folder, env: { FORCE_COLOR: '1' } })
    for (const text of [stdout, stderr]) {
      assert.doesNotMatch(text.replace(styles, ''), unsafe)
      assert.doesNotMatch(text, forged)
    }
    assert.notEqual(stdout + stderr, '')
  })
}

/** Both eras: a client with an odd name calls what is odd, and what there is not. */
async function callOddly(url: URL): Promise<void> {
  for (const connect of [
    () => connectV1({ http: url }, clientV1(hostile)),
    () => connectV2({ http: url }, clientV2(hostile, pinned)),
  ]) {
    const client = await connect()
    for (const name of [hostile, `no ${hostile}`, 'plain']) {
      await client.callTool({ name, arguments: {} }).catch(() => undefined)
    }
    await client.readResource({ uri: `odd://${hostile}` }).catch(() => undefined)
    await client.close()
  }
}

const logging = [
  ['dev', '--no-inspector'],
  ['dev', '--no-inspector', '--log-format', 'json'],
  ['run', '--log-level', 'debug'],
]
for (const args of chosen(logging, 3, 1)) {
  test(`${args.join(' ')} writes a line for a line`, async () => {
    using project = new Project({ 'server.ts': server })
    const [command = '', ...options] = args
    const words = [command, 'server.ts', '-t', 'http', '-p', '0', ...options]
    await using started = startFastmcp(words, { cwd: project.folder, env: { FORCE_COLOR: '1' } })
    const [, url = ''] = await started.until(/(http:\/\/127\.0\.0\.1:\d+\/mcp)/)
    await callOddly(new URL(url))
    if (command === 'dev') {
      await started.until(/resources\/read/)
      project.write('server.ts', server.replaceAll("name: 'plain'", `name: 'plain' + odd`))
      await started.until(/reload/)
      project.write('server.ts', `throw new Error(${inSource})`)
      await started.until(/still serving|"failed"/)
    }
    assert.doesNotMatch(started.stderr.replace(styles, ''), unsafe)
    assert.doesNotMatch(started.stderr, forged)
  })
}

test('the screen of dev at a terminal', { skip: noTerminal }, async () => {
  using project = new Project({ 'server.ts': server })
  await using dev = atTerminal(['dev', 'server.ts', '--no-inspector', '-p', '0'], { cwd: project.folder })
  const [, url = ''] = await dev.until(/(http:\/\/127\.0\.0\.1:\d+\/mcp)/, 'stdout')
  await callOddly(new URL(url))
  for (const key of ['t', 'i']) dev.press(key)
  await dev.until(/as a command[\s\S]*"args"/, 'stdout')
  const screen = dev.screen.replaceAll('\r\n', '\n').replace(/\u001b\[\d+m/g, '')
  assert.doesNotMatch(screen, unsafe)
  assert.doesNotMatch(screen, forged)
})
