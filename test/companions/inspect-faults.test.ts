import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { entryFaults, type Planted, schemaFaults } from '../support/faults.ts'
import { fastmcp, patience, serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen, rarely } from '../support/whole.ts'

/** What a client of no SDK would see. */
type Lists = Record<Planted['list'], unknown[]>

const planted = [...schemaFaults, ...entryFaults]
const entries = (list: Planted['list']) => planted.filter((one) => one.list === list).map((one) => one.entry)
const everything: Lists = {
  tools: entries('tools'),
  prompts: entries('prompts'),
  resources: entries('resources'),
  resourceTemplates: entries('resourceTemplates'),
}

/** A low-level server whose lists are in a file, and whose tool answers with its name. */
const sourceV1 = `
import { readFileSync } from 'node:fs'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, GetPromptRequestSchema, ListPromptsRequestSchema, ListResourceTemplatesRequestSchema, ListResourcesRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
const lists = JSON.parse(readFileSync(new URL('lists.json', import.meta.url), 'utf8'))
export const server = new Server({ name: 'faults', version: '1.0.0' }, { capabilities: { tools: {}, prompts: {}, resources: {} } })
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: lists.tools }))
server.setRequestHandler(ListPromptsRequestSchema, () => ({ prompts: lists.prompts }))
server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: lists.resources }))
server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: lists.resourceTemplates }))
server.setRequestHandler(GetPromptRequestSchema, ({ params }) => ({ messages: [{ role: 'user', content: { type: 'text', text: params.name } }] }))
server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({ content: [{ type: 'text', text: params.name }] }))
`
const sourceV2 = `
import { readFileSync } from 'node:fs'
import { Server } from '@modelcontextprotocol/server'
const lists = JSON.parse(readFileSync(new URL('lists.json', import.meta.url), 'utf8'))
export const server = new Server({ name: 'faults', version: '1.0.0' }, { capabilities: { tools: {}, prompts: {}, resources: {} } })
server.setRequestHandler('tools/list', () => ({ tools: lists.tools }))
server.setRequestHandler('prompts/list', () => ({ prompts: lists.prompts }))
server.setRequestHandler('resources/list', () => ({ resources: lists.resources }))
server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: lists.resourceTemplates }))
server.setRequestHandler('prompts/get', ({ params }) => ({ messages: [{ role: 'user', content: { type: 'text', text: params.name } }] }))
server.setRequestHandler('tools/call', ({ params }) => ({ content: [{ type: 'text', text: params.name }] }))
`
/** Without any SDK, so that nothing stands between the lists and the client. */
const raw = `
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
const lists = JSON.parse(readFileSync(new URL('lists.json', import.meta.url), 'utf8'))
const names = { 'tools/list': 'tools', 'prompts/list': 'prompts', 'resources/list': 'resources', 'resources/templates/list': 'resourceTemplates' }
const results = {
  initialize: () => ({ protocolVersion: '2025-06-18', capabilities: { tools: {}, prompts: {}, resources: {} }, serverInfo: { name: 'faults', version: '1.0.0' } }),
  'tools/call': ({ name }) => ({ content: [{ type: 'text', text: name }] }),
}
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line)
  if (id === undefined) return
  const page = Number(params.cursor ?? 0)
  const list = names[method]
  const paged = () => ({ [list]: lists[list].slice(page, page + 7), ...(page + 7 < lists[list].length && { nextCursor: String(page + 7) }) })
  const result = list ? paged() : results[method]?.(params)
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error: { code: -32601, message: 'none' } }) }))
})
`

const projectOf = (lists: Partial<Lists>) =>
  new Project({
    'v1.mjs': sourceV1,
    'v2.mjs': sourceV2,
    'raw.mjs': raw,
    'lists.json': JSON.stringify({ tools: [], prompts: [], resources: [], resourceTemplates: [], ...lists }),
  })

/** The check and the place of each finding. */
function placesOf(stdout: string): Set<string> {
  const { findings } = JSON.parse(stdout) as { findings: Record<'check' | 'subject' | 'path', string>[] }
  return new Set(findings.map(({ check, subject, path }) => `${check}: ${subject} ${path}`))
}

function assertAll(stdout: string, hidden: readonly string[] = []): void {
  const places = placesOf(stdout)
  const missing = planted
    .map(({ check, subject, path }) => `${check}: ${subject} ${path}`)
    // The only one that stands at another index among all others.
    .filter((place) => !place.startsWith('entry-form'))
    .filter((place) => !places.has(place) && !hidden.includes(place.split(':')[0] ?? ''))
  assert.deepEqual(missing, [])
  assert.ok([...places].some((place) => place.startsWith('entry-form: tool at index')))
}

describe('inspect --check of a server with every fault finds all of them', () => {
  let project: Project
  before(() => {
    project = projectOf(everything)
  })
  after(() => project[Symbol.dispose]())

  // SDK v2 shows clients of the legacy era an object in place of another output.
  for (const { name, args, hidden } of chosen(
    [
      { name: 'a file of SDK v1', args: ['v1.mjs'], hidden: [] },
      { name: 'a file of SDK v2', args: ['v2.mjs'], hidden: ['output-not-object'] },
      { name: 'a program', args: ['--exec', `${process.execPath} raw.mjs`], hidden: [] },
    ],
    2,
  ))
    test(name, async () => {
      const { code, stdout, stderr } = await fastmcp(['inspect', ...args, '--check', '--json'], {
        cwd: project.folder,
        limit: 2 * patience,
      })
      assertAll(stdout, hidden)
      assert.equal(code, 1)
      assert.match(
        stderr,
        /^error +tool array-without-items: \/inputSchema\/properties\/a is an array without items/m,
      )
      assert.match(stderr, /^fastmcp: \d+ errors, \d+ warnings found/m)
      assert.doesNotMatch(stderr, /"code"|invalid_type|invalid_value/)
    })

  for (const file of chosen(['v1.mjs', 'v2.mjs'], 2, 1))
    rarely(`${file} at a URL`, async () => {
      await using server = await serveHttp(file, [], { cwd: project.folder })
      const { code, stdout } = await fastmcp(['inspect', server.url.href, '--check', '--json'], {
        limit: 2 * patience,
      })
      // No faults in the modern era, in which a URL is asked.
      assertAll(stdout, ['output-not-object', 'task-support'])
      assert.equal(code, 1)
    })
})

describe('one tool that official clients cannot read', () => {
  const sound = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  const tools = [
    { name: 'good', description: 'Answers', inputSchema: sound },
    { name: 'bad', description: 'Answers', inputSchema: { properties: {} } },
    { name: 'odd', description: 5, inputSchema: sound },
  ]
  const prompts = [
    { name: 'good', description: 'Asks', arguments: [{ name: 'city' }, 'odd'] },
    { name: 'bad', description: 'Asks', arguments: 'none' },
  ]
  let project: Project
  before(() => {
    project = projectOf({ tools, prompts })
  })
  after(() => project[Symbol.dispose]())

  for (const spec of chosen(['v1.mjs', 'v2.mjs'], 2)) {
    test(`${spec} is checked with it`, async () => {
      const { code, stderr } = await fastmcp(['inspect', spec, '--check'], { cwd: project.folder })
      assert.match(
        stderr,
        /^error +tool bad: \/inputSchema must be of type "object".*until then they lose every tool/m,
      )
      assert.match(stderr, /^error +tool odd: \/description is 5, which must be a text/m)
      assert.match(stderr, /^error +prompt good: \/arguments\/1 has no name/m)
      assert.match(stderr, /^error +prompt bad: \/arguments is "none" and not a list/m)
      assert.match(stderr, /^fastmcp: 4 errors\b/m)
      assert.equal(code, 1)
    })

    rarely(`${spec} is listed with it, and told that clients do not`, async () => {
      const { code, stdout, stderr } = await fastmcp(['list', spec], { cwd: project.folder })
      assert.match(stdout, /^ {2}good city=string +Answers$/m)
      assert.match(stdout, /^ {2}bad +Answers$/m)
      assert.match(stdout, /^ {2}odd city=string$/m)
      const warned =
        /^fastmcp: clients built on the official SDKs reject tools\/list and prompts\/list; fastmcp inspect --check/m
      assert.match(stderr, warned)
      assert.equal(code, 0)
      const inspected = await fastmcp(['inspect', spec, '--json'], { cwd: project.folder })
      assert.deepEqual(JSON.parse(inspected.stdout).tools, tools)
      assert.match(inspected.stderr, warned)
      assert.equal(inspected.code, 0)
    })

    test(`${spec} answers calls of the others, and of itself`, async () => {
      for (const [words, text] of [
        [['good', 'city=Oslo'], 'good'],
        [['bad'], 'bad'],
        [['--prompt', 'good', 'city=Oslo'], 'user: good'],
        [['--prompt', 'bad'], 'user: bad'],
      ] as const) {
        const { code, stdout, stderr } = await fastmcp(['call', spec, ...words], { cwd: project.folder })
        assert.equal(stdout, `${text}\n`, stderr)
        assert.equal(code, 0)
      }
    })
  }

  rarely('at a URL, in the modern era', async () => {
    await using server = await serveHttp('v2.mjs', [], { cwd: project.folder })
    const called = await fastmcp(['call', server.url.href, 'good', 'city=Oslo'])
    assert.equal(called.stdout, 'good\n', called.stderr)
    const { code, stderr } = await fastmcp(['inspect', server.url.href, '--check'])
    assert.match(stderr, /^error +tool bad: \/inputSchema must be of type "object"/m)
    assert.equal(code, 1)
  })
})

test('a union that the SDK publishes as an empty object is found, where it is loaded', async () => {
  using project = new Project({
    'union.mjs': `
      import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
      import { z } from 'zod'
      export const server = new McpServer({ name: 'union', version: '1.0.0' })
      const a = z.object({ a: z.string() })
      const none = () => ({ content: [] })
      const register = (name, inputSchema) => server.registerTool(name, { description: 'Does it', inputSchema }, none)
      register('either', z.union([a, z.object({ b: z.string() })]))
      register('one', a)
      server.registerTool('none', { description: 'Does it' }, none)`,
  })
  const { code, stderr } = await fastmcp(['inspect', 'union.mjs', '--check'], { cwd: project.folder })
  assert.match(
    stderr,
    /^error +tool either: \/inputSchema says nothing of the arguments, .* kind union\. Register/m,
  )
  assert.match(stderr, /^fastmcp: 1 error\b/m)
  assert.equal(code, 1)
})

rarely('a list that is none is told in a line', async () => {
  using odd = projectOf({ tools: {} as unknown[] })
  const checked = await fastmcp(['inspect', 'v1.mjs', '--check'], { cwd: odd.folder })
  assert.match(
    checked.stderr,
    /^error +tools\/list: \/tools Invalid input: expected array.* \(rejected by clients/m,
  )
  assert.equal(checked.code, 1)
  using none = projectOf({ prompts: undefined as unknown as unknown[] })
  const listed = await fastmcp(['list', 'v1.mjs'], { cwd: none.folder })
  assert.equal(listed.stderr, 'fastmcp: v1.mjs: the result of prompts/list has no prompts\n')
  assert.equal(listed.code, 5)
})

rarely('a schema of 10,000 levels is checked, and printed as JSON', async () => {
  using project = new Project({
    'deep.mjs': `${sourceV1.replace(/^const lists.*$/m, 'let schema = { type: "string" }')}
      for (let level = 0; level < 10_000; level++) schema = { type: 'object', properties: { a: schema } }
      const lists = { tools: [{ name: 'deep', description: 'Deep', inputSchema: schema }], prompts: [], resources: [], resourceTemplates: [] }`,
  })
  const { code, stdout, stderr } = await fastmcp(['inspect', 'deep.mjs', '--check', '--json'], {
    cwd: project.folder,
  })
  assert.match(stderr, /^error +tool deep: \/inputSchema is nested deeper than 500 schemas/m)
  assert.equal(JSON.parse(stdout).tools.length, 1)
  assert.equal(code, 1)
})

test('inspect --json without --check has no findings', async () => {
  const { code, stdout } = await fastmcp(['inspect', 'examples/low-level.ts', '--json'])
  assert.equal('findings' in JSON.parse(stdout), false)
  assert.equal(code, 0)
})
