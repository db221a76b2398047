import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { examples } from '../examples/examples.ts'
import { clientV2, connectV2, pinned } from '../support/clients.ts'
import { fastmcp, program, root, serveHttp, serveSse } from '../support/program.ts'
import { Project, serverSource } from '../support/project.ts'
import { seenBy } from '../support/seen.ts'
import { chosen, rarely } from '../support/whole.ts'

const weather = 'examples/weather.ts'

describe('inspect --json says what a real client sees', () => {
  for (const { file } of chosen(examples, 12)) {
    test(file, async () => {
      const spec = `examples/${file}`
      const { code, stdout, stderr } = await fastmcp(['inspect', spec, '--json'])
      assert.equal(code, 0, stderr)
      const client = await connectV2({ stdio: ['run', spec] })
      const seen = await seenBy(client)
      await client.close()
      const { eras, ...said } = JSON.parse(stdout)
      assert.deepEqual(said, seen)
      assert.equal(eras.legacy, 'own')
    })

    test(`${file} over HTTP, in the modern era`, async () => {
      await using server = await serveHttp(`examples/${file}`)
      const { code, stdout, stderr } = await fastmcp(['inspect', server.url.href, '--json'])
      assert.equal(code, 0, stderr)
      const client = await connectV2({ http: server.url }, clientV2('pinned', pinned))
      const seen = await seenBy(client)
      await client.close()
      const { eras, ...said } = JSON.parse(stdout)
      assert.deepEqual(said, seen)
      assert.equal(said.protocolVersion, '2026-07-28')
      assert.deepEqual(eras, { legacy: 'own', modern: 'own' })
    })
  }

  rarely('over HTTP the same lists as of the file', async () => {
    await using server = await serveHttp(weather)
    const [file, url] = await Promise.all(
      [weather, server.url.href].map(async (spec) =>
        JSON.parse((await fastmcp(['list', spec, '--json'])).stdout),
      ),
    )
    assert.deepEqual(url, file)
  })
})

test('a server without prompts and resources is listed without a word on stdout about it', async () => {
  await using server = await serveHttp('examples/factory.ts')
  const { stdout } = await fastmcp(['list', server.url.href, '--json'])
  assert.deepEqual(JSON.parse(stdout).prompts, [])
})

test('inspect is readable for people, instructions and all', async () => {
  const { stdout } = await fastmcp(['inspect', 'examples/weather-v1.ts'])
  assert.match(stdout, /name +weather-v1\n +version +1\.2\.0/)
  assert.match(stdout, /modern \(bridged by fastmcp\)/)
  assert.match(stdout, /says +Forecasts for a few cities\./)
  assert.match(stdout, /forecast city=string \[days=integer\] +The weather/)
})

test('inspect writes its JSON to a file, in a folder that is made', async () => {
  using project = new Project({})
  const file = project.path('reports/weather.json')
  const { code, stdout } = await fastmcp(['inspect', weather, '--output', file])
  assert.equal(code, 0)
  assert.equal(stdout, '')
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).serverInfo.name, 'weather')
})

describe('the eras of a server that is not loaded here are tried', () => {
  const own = 'examples/weather-v1.ts'
  const erasOf = async (spec: string, cwd: string) => {
    const { code, stdout, stderr } = await fastmcp(['inspect', spec, '--json'], { cwd })
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout).eras
  }

  rarely('a program of SDK v1 speaks one, and the runner before it both', async () => {
    const before = [program, 'run', `${root}${own}`]
    using project = new Project({
      'v1.mjs': `
        import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
        ${serverSource()}
        await server.connect(new StdioServerTransport())`,
      'mcp.json': JSON.stringify({
        mcpServers: {
          plain: { command: process.execPath, args: ['v1.mjs'] },
          run: { command: process.execPath, args: before },
        },
      }),
    })
    assert.deepEqual(await erasOf('mcp.json:plain', project.folder), { legacy: 'own' })
    assert.deepEqual(await erasOf('mcp.json:run', project.folder), { legacy: 'own', modern: 'own' })
  })

  rarely('there is no modern era on SSE', async () => {
    await using server = await serveSse(weather)
    assert.deepEqual(await erasOf(server.url.href, root), { legacy: 'own' })
  })

  rarely('a program that says nothing to what it does not know keeps nobody waiting', async () => {
    using project = new Project({
      'deaf.mjs': `
        import { createInterface } from 'node:readline'
        const initialize = {
          protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'deaf', version: '1' } }
        createInterface({ input: process.stdin }).on('line', (line) => {
          const { id, method } = JSON.parse(line)
          if (method === 'initialize') console.log(JSON.stringify({ jsonrpc: '2.0', id, result: initialize }))
        })`,
      'mcp.json': JSON.stringify({
        mcpServers: { deaf: { command: process.execPath, args: ['deaf.mjs'] } },
      }),
    })
    assert.deepEqual(await erasOf('mcp.json', project.folder), { legacy: 'own' })
  })
})

test('a report or a build where no folder can be made ends with the reason', {
  skip: process.platform !== 'linux' && 'there is no /proc',
}, async () => {
  for (const [command, option] of [
    ['inspect', '--output'],
    ['build', '--out'],
  ] as const) {
    const { code, stderr } = await fastmcp([command, weather, option, '/proc/x/y/weather'])
    assert.match(stderr, /fastmcp: --out.*ENOENT.*'\/proc\/x'/)
    assert.equal(code, 1)
  }
})

test('inspect --check finds nothing in the examples', async () => {
  const { code, stderr } = await fastmcp(['inspect', weather, '--check'])
  // How long a start takes is the machine's matter here.
  assert.doesNotMatch(stderr, /^(error|warning) +(?! |server: it takes)/m)
  assert.match(stderr, /found; started in \d+ ms/)
  assert.equal(code, 0)
})

test('inspect --check names what clients reject, where it is and what to do, and fails for errors', async () => {
  using project = new Project({
    'odd.js': `
      import { Server } from '@modelcontextprotocol/server'
      export const server = new Server({ name: 'odd', version: '1.0.0' }, { capabilities: { tools: {} } })
      const tool = (name, inputSchema) => ({ name, inputSchema })
      server.setRequestHandler('tools/list', () => ({ tools: [
        tool('with space', { type: 'object' }),
        tool('twice', { type: 'object' }),
        tool('twice', { type: 'object' }),
        tool('union', { type: 'object', anyOf: [{}] }),
        tool('away', { type: 'object', properties: { a: { $ref: 'https://example.com/a.json' } } }),
        tool('list', { type: 'object', properties: { 'a/b': { type: 'array' } } }),
      ] }))`,
  })
  const { code, stderr } = await fastmcp(['inspect', 'odd.js', '--check'], { cwd: project.folder })
  assert.match(stderr, /^error +tool with space: the name must be at most 64/m)
  assert.match(stderr, /^error +tool twice: there is more than one tool of this name/m)
  assert.match(
    stderr,
    /^error +tool union: \/inputSchema has anyOf at the root \(rejected by Claude and OpenAI\)\. Put all/m,
  )
  assert.match(
    stderr,
    /^error +tool away: \/inputSchema\/properties\/a refers to https:\/\/example\.com\/a\.json/m,
  )
  assert.match(
    stderr,
    /^error +tool list: \/inputSchema\/properties\/a~1b is an array without items \(rejected by VS/m,
  )
  assert.match(
    stderr,
    /^warning +tool with space, tool twice, tool union and 2 more: missing description.*6 times/m,
  )
  assert.equal(code, 1)
})

test('inspect --check counts what a module prints while it loads, which is a warning', async () => {
  const { code, stderr } = await fastmcp(['inspect', 'test/fixtures/companions/kinds.ts', '--check'])
  assert.match(stderr, /^warning +module: 1 line printed to stdout while loading/m)
  assert.equal(code, 0)
})

rarely('inspect --check warns of a server that clients may not wait for', async () => {
  using project = new Project({
    'slow.js': `await new Promise((resolve) => setTimeout(resolve, 5000))\n${serverSource()}`,
  })
  const { code, stderr } = await fastmcp(['inspect', 'slow.js', '--check'], { cwd: project.folder })
  assert.match(
    stderr,
    /^warning +server: it takes \d+ s to start, and some clients wait no longer than 10 s/m,
  )
  assert.equal(code, 0)
})

/** Its resources come from somewhere that cannot be reached. */
const halfServer = `
  import { Server } from '@modelcontextprotocol/sdk/server/index.js'
  import { ListResourcesRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
  export const server = new Server({ name: 'half', version: '1.0.0' }, { capabilities: { tools: {}, resources: {} } })
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: 'one', inputSchema: { type: 'object' } }] }))
  server.setRequestHandler(ListResourcesRequestSchema, () => { throw new Error('fetch failed') })`

for (const command of ['list', 'inspect']) {
  test(`${command} shows the lists that a server has, names the one that fails, and ends with 5`, async () => {
    using project = new Project({ 'server.mjs': halfServer })
    const { code, stdout, stderr } = await fastmcp([command, 'server.mjs', '--json'], { cwd: project.folder })
    assert.match(stderr, /^fastmcp: resources\/list: fetch failed \(-32603\)$/m)
    assert.equal(code, 5)
    const { tools, resources } = JSON.parse(stdout)
    assert.deepEqual([tools.length, resources], [1, []])
  })
}

test('a server that fails for each list it has is an error, and nothing else', async () => {
  const source = halfServer.replace('tools: {}, ', '').replace(/.*ListToolsRequestSchema, .*/, '')
  using project = new Project({ 'server.mjs': source })
  const { code, stdout, stderr } = await fastmcp(['list', 'server.mjs', '--json'], { cwd: project.folder })
  assert.deepEqual([code, stdout], [5, ''])
  assert.match(stderr, /fetch failed \(-32603\)/)
})
