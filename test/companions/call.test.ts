import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fastmcp, serveHttp, serveSse, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen, rarely } from '../support/whole.ts'

const kinds = 'test/fixtures/companions/kinds.ts'
const weather = 'examples/weather.ts'

const echo = (...words: string[]) => fastmcp(['call', kinds, 'echo', ...words])

describe('arguments are read by the schema', () => {
  const rows: Record<string, [words: string[], args: unknown]> = {
    'a number stays text where text is asked for': [['text=1'], { text: '1' }],
    'a number becomes one': [['text=a', 'count=1.5'], { text: 'a', count: 1.5 }],
    'a switch': [['text=a', 'sure=true'], { text: 'a', sure: true }],
    'a choice': [['text=a', 'colour=green'], { text: 'a', colour: 'green' }],
    'a list with commas': [['text=a', 'tags=x,y'], { text: 'a', tags: ['x', 'y'] }],
    'a list by repetition': [['text=a', 'sizes=1', 'sizes=2'], { text: 'a', sizes: [1, 2] }],
    'a list as JSON': [['text=a', 'sizes=[3,4]'], { text: 'a', sizes: [3, 4] }],
    'one of several types': [['text=a', 'either=7'], { text: 'a', either: 7 }],
    'another of them': [['text=a', 'either=seven'], { text: 'a', either: 'seven' }],
    'an object': [['text=a', 'nested={"a":1}'], { text: 'a', nested: { a: 1 } }],
    'text that holds an equals sign': [['text=a=b'], { text: 'a=b' }],
    'JSON as it is': [['text:="1"', 'perhaps:=null'], { text: '1', perhaps: null }],
    'one object': [['--args', '{"text":"a","count":2}'], { text: 'a', count: 2 }],
    'words over the object': [['--args', '{"text":"a","count":2}', 'count=3'], { text: 'a', count: 3 }],
  }
  for (const [name, [words, args]] of chosen(Object.entries(rows), 4)) {
    test(name, async () => {
      const { code, stdout, stderr } = await echo(...words)
      assert.equal(code, 0, stderr)
      assert.deepEqual(JSON.parse(stdout), args)
    })
  }
  test('an object from standard input', async () => {
    const { stdout } = await fastmcp(['call', kinds, 'echo', '--input', '-'], { input: '{"text":"piped"}' })
    assert.deepEqual(JSON.parse(stdout), { text: 'piped' })
  })
})

describe('what cannot be called is named, with exit code 2', () => {
  const rows: Record<string, [args: string[], says: RegExp]> = {
    'an unknown tool': [
      ['forecst', 'city=Oslo'],
      /unknown tool "forecst"\. Did you mean forecast\?\n {2}it has forecast, survey/,
    ],
    'an unknown prompt': [['--prompt', 'pack'], /unknown prompt "pack"/],
    'no tool': [[], /name the tool to call/],
    'a refused argument': [['forecast', 'city=Oslo', 'days=two'], /days: must be integer, not "two"/],
    'an unknown argument': [['forecast', 'citty=Oslo'], /unknown argument "citty"\. Did you mean city\?/],
    'a missing argument': [['forecast'], /missing: city=…\n {2}it takes city=string \[days=integer\]/],
    'a word that is no argument': [['forecast', 'Oslo'], /"Oslo" is not an argument: write name=value/],
    'broken JSON after :=': [['forecast', 'city:=Oslo'], /city:= must be followed by JSON, not "Oslo"/],
    'broken JSON in --args': [['forecast', '--args', '{'], /--args is not valid JSON/],
    'a list in --args': [['forecast', '--args', '[]'], /--args must be a JSON object/],
    'an input file that is not there': [
      ['forecast', '--input', 'no.json'],
      /--input no\.json cannot be read/,
    ],
  }
  for (const [name, [args, says]] of chosen(Object.entries(rows), 4)) {
    test(name, async () => {
      const { code, stdout, stderr } = await fastmcp(['call', weather, ...args])
      assert.match(stderr, says)
      assert.equal(code, 2)
      assert.equal(stdout, '')
    })
  }
})

describe('what comes back', () => {
  test('structured content is printed as such, and is JSON when piped', async () => {
    const { stdout } = await fastmcp(['call', weather, 'forecast', 'city=Oslo', 'days=2'])
    assert.deepEqual(JSON.parse(stdout), { city: 'Oslo', degrees: [4, 6] })
  })

  rarely('with --json the whole result, although the server prints on stdout', async () => {
    const { stdout, stderr } = await fastmcp(['call', kinds, 'noisy', '--json'])
    assert.deepEqual(JSON.parse(stdout).content, [{ type: 'text', text: 'done' }])
    assert.match(stderr, /noise on stdout while loading/)
    assert.match(stderr, /noise on stdout in a tool/)
  })

  test('log messages and progress go to stderr', async () => {
    const { stdout, stderr } = await fastmcp(['call', weather, 'survey'])
    assert.equal(stdout, 'Nairobi is the warmest, fastmcp\n')
    assert.match(
      stderr,
      /\[info\] looked at Oslo\n\[progress\] 1\/\d Oslo\n[\s\S]*\[info\] looked at Sapporo/,
    )
    assert.match(stderr, /\[progress\] (\d)\/\1 /)
  })

  test('a tool that fails is exit code 5, its words on stderr', async () => {
    const { code, stdout, stderr } = await fastmcp(['call', kinds, 'fail'])
    assert.equal(code, 5)
    assert.equal(stdout, '')
    assert.match(stderr, /^fastmcp: fail failed: the reactor is cold$/m)
  })

  test('an error of the server is exit code 5, with its code', async () => {
    const { code, stderr } = await fastmcp(['call', weather, 'weather://nowhere'])
    assert.equal(code, 5)
    assert.match(stderr, /^fastmcp: weather:\/\/nowhere: .*\(-32\d+\)$/m)
  })

  test('what is called connect keeps its name', async () => {
    const { stderr } = await fastmcp(['call', weather, '--resource', 'connect'])
    assert.match(stderr, /^fastmcp: connect: .*\(-32\d+\)$/m)
  })

  rarely('no answer in time is exit code 1', async () => {
    const { code, stderr } = await fastmcp(['call', kinds, 'wait', '--timeout', '1'])
    assert.match(stderr, /wait did not respond within 1 s\. Allow more with --timeout/)
    assert.equal(code, 1)
  })

  rarely('a prompt and a resource', async () => {
    const prompt = await fastmcp(['call', weather, '--prompt', 'packing', 'city=Oslo'])
    assert.match(prompt.stdout, /^user: What should I pack for three days in Oslo\?/)
    const resource = await fastmcp(['call', weather, '--resource', 'weather://cities/Oslo'])
    assert.equal(JSON.parse(resource.stdout).name, 'Oslo')
  })

  test('a question that needs a person says what to do', async () => {
    await using server = await serveHttp(weather)
    for (const spec of [weather, server.url.href]) {
      const { code, stderr } = await fastmcp(['call', spec, 'trip'])
      const says =
        'trip asks a question, which cannot be answered without a terminal. Run this command at one.'
      assert.ok(stderr.endsWith(`fastmcp: ${says}\n`), stderr)
      assert.equal(code, 5)
    }
  })
})

test('Ctrl-C cancels the call and ends with 130', async () => {
  await using started = startFastmcp(['call', kinds, 'wait'])
  await started.until(/^waiting$/m)
  started.kill('SIGINT')
  const { code } = await started.exited
  assert.match(started.stderr, /^cancelled$/m)
  assert.equal(code, 130)
})

rarely('Ctrl-C cancels a call over HTTP at the server', async () => {
  await using server = await serveHttp(kinds)
  await using started = startFastmcp(['call', server.url.href, 'wait'])
  await server.until(/^waiting$/m)
  started.kill('SIGINT')
  assert.equal((await started.exited).code, 130)
  await server.until(/^cancelled$/m)
})

describe('every place a server can be', () => {
  const call = (spec: string, cwd?: string) =>
    fastmcp(['call', spec, 'forecast', 'city=Oslo', 'days=2', '--json'], cwd === undefined ? {} : { cwd })
  const expected = { city: 'Oslo', degrees: [4, 6] }

  test('Streamable HTTP', async () => {
    await using server = await serveHttp(weather)
    assert.deepEqual(JSON.parse((await call(server.url.href)).stdout).structuredContent, expected)
  })

  rarely('SSE', async () => {
    await using server = await serveSse(weather)
    assert.deepEqual(JSON.parse((await call(server.url.href)).stdout).structuredContent, expected)
  })

  test('an mcp.json', async () => {
    await using server = await serveHttp(weather)
    using project = new Project({
      'mcp.json': JSON.stringify({ mcpServers: { weather: { url: server.url.href } } }),
    })
    assert.deepEqual(JSON.parse((await call('mcp.json', project.folder)).stdout).structuredContent, expected)
  })

  test('an mcp.json of several servers, one of which is none', async () => {
    using project = new Project({ 'mcp.json': '{ "mcpServers": { "a": {}, "b": {} } }' })
    const { code, stderr } = await call('mcp.json', project.folder)
    assert.equal(code, 2)
    assert.equal(stderr, 'fastmcp: a has neither a command nor a url\n')
  })

  rarely('an installed package', async () => {
    using project = new Project({
      'node_modules/answers/package.json': '{ "name": "answers", "type": "module", "exports": "./main.js" }',
      'node_modules/answers/main.js': `
        import { McpServer } from '@modelcontextprotocol/server'
        export const server = new McpServer({ name: 'answers', version: '1.0.0' })
        server.registerTool('answer', {}, () => ({ content: [{ type: 'text', text: '42' }] }))`,
    })
    const { stdout, stderr } = await fastmcp(['call', 'answers', 'answer'], { cwd: project.folder })
    assert.equal(stdout, '42\n', stderr)
  })

  test('nowhere, which is exit code 4', async () => {
    const { code, stderr } = await call('http://127.0.0.1:45671/mcp')
    assert.equal(code, 4)
    assert.match(stderr, /cannot connect to http:\/\/127\.0\.0\.1:45671\/mcp: connection refused/)
  })

  test('a file without a server, which is exit code 3', async () => {
    using project = new Project({ 'plain.js': 'export const config = {}' })
    assert.equal((await call('plain.js', project.folder)).code, 3)
  })
})

test('an address without its scheme is told from a file', async () => {
  const { code, stderr } = await fastmcp(['list', '127.0.0.1:8000/mcp'])
  assert.equal(code, 2)
  assert.match(
    stderr,
    /127\.0\.0\.1:8000\/mcp is not a file\. Did you mean http:\/\/127\.0\.0\.1:8000\/mcp\?/,
  )
})
