import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { type } from 'arktype'
import { connect, FastMCP, ToolError } from 'fastmcp-cli'
import * as v from 'valibot'
import { z } from 'zod'
import { z as z3 } from 'zod3'
import { fastmcp, serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'

const server = () => new FastMCP({ name: 'definitions' })
const eras = ['legacy', 'modern'] as const

/** Calls one tool of a server and gives what comes back. */
async function call(
  mcp: FastMCP,
  name: string,
  args: Record<string, unknown> = {},
  era: (typeof eras)[number] = 'modern',
) {
  await using client = await connect(mcp, { era })
  return await client.callTool({ name, arguments: args })
}

describe('a schema of', () => {
  const schemas = {
    'zod 4': z.object({ city: z.string().min(2), days: z.number().default(3) }),
    valibot: v.object({ city: v.pipe(v.string(), v.minLength(2)), days: v.optional(v.number(), 3) }),
    'valibot, as its JSON Schema package wraps it': toStandardJsonSchema(
      v.object({ city: v.pipe(v.string(), v.minLength(2)), days: v.optional(v.number(), 3) }),
    ),
    arktype: type({ city: 'string >= 2', days: 'number = 3' }),
  }
  for (const [name, input] of Object.entries(schemas)) {
    test(`${name} is shown to clients, checks arguments and fills in defaults`, async () => {
      const mcp = server()
      mcp.tool({ name: 'forecast', input }, (args) => args)
      await using client = await connect(mcp)
      const { tools } = await client.listTools()
      const { properties, required } = tools[0]?.inputSchema ?? {}
      assert.deepEqual(Object.keys(properties ?? {}).sort(), ['city', 'days'])
      assert.ok(required?.includes('city'))
      const good = await client.callTool({ name: 'forecast', arguments: { city: 'Oslo' } })
      assert.deepEqual(good.content, [{ type: 'text', text: '{"city":"Oslo","days":3}' }])
      const bad = await client.callTool({ name: 'forecast', arguments: { city: 'O' } })
      assert.equal(bad.isError, true)
      assert.match(JSON.stringify(bad.content), /city/)
    })
  }

  test('valibot asks a person, too', async () => {
    const mcp = server()
    mcp.tool(
      { name: 'ask' },
      async (_args, ctx) => (await ctx.elicit('?', v.object({ sure: v.boolean() }))).data?.sure,
    )
    await using client = await connect(mcp, { elicit: () => ({ action: 'accept', content: { sure: true } }) })
    const result = await client.callTool({ name: 'ask', arguments: {} })
    assert.deepEqual(result.content, [{ type: 'text', text: 'true' }])
  })
})

/** Definitions that cannot work: each is refused when it is registered, naming what it is about. */
const refused: Record<string, { define: (mcp: FastMCP) => unknown; says: RegExp }> = {
  'a schema of zod 3': {
    define: (mcp) => mcp.tool({ name: 'old', input: z3.object({ a: z3.string() }) }, () => 1),
    says: /^tool "old": input is a zod 3 schema, which has no JSON Schema: use zod 4$/,
  },
  'a bare shape': {
    define: (mcp) => mcp.tool({ name: 'bare', input: { a: z.string() } as never }, () => 1),
    says: /^tool "bare": input is a bare shape: wrap it, as in z\.object/,
  },
  'a JSON Schema': {
    define: (mcp) => mcp.tool({ name: 'json', output: { type: 'object' } as never }, (() => 1) as never),
    says: /^tool "json": output is not a Standard Schema/,
  },
  'a schema that only checks': {
    define: (mcp) => {
      const input = {
        '~standard': { version: 1, vendor: 'homemade', validate: (value: unknown) => ({ value }) },
      } as const
      mcp.prompt({ name: 'checks', input }, () => 'a')
    },
    says: /^prompt "checks": input is of homemade, which cannot tell/,
  },
  'a name with a space': {
    define: (mcp) => mcp.tool({ name: 'two words' }, () => 1),
    says: /^tool name "two words": use/,
  },
  'an empty name': { define: (mcp) => mcp.prompt({ name: '' }, () => 'a'), says: /^prompt name "": use/ },
  'a name that is too long': {
    define: (mcp) => mcp.tool({ name: 'x'.repeat(129) }, () => 1),
    says: /use 1 to 128/,
  },
  'no name': { define: (mcp) => mcp.tool({} as never, () => 1), says: /^tool name undefined: use/ },
  'a function, as in Python': {
    define: (mcp) => mcp.tool(function hello() {} as never, undefined as never),
    says: /^the definition comes first: mcp\.tool\(\{ name: 'hello' \}, handler\)$/,
  },
  'a name before the handler': {
    define: (mcp) => mcp.prompt('ask' as never, () => 'a'),
    says: /mcp\.prompt\(\{ name: 'ask' \}, handler\)$/,
  },
  'a URI before the handler': {
    define: (mcp) => mcp.resource('notes://{id}' as never, () => 'a'),
    says: /mcp\.resource\(\{ uri: 'notes:\/\/\{id\}' \}, handler\)$/,
  },
  nothing: {
    define: (mcp) => mcp.tool(undefined as never, () => 1),
    says: /mcp\.tool\(\{ name: 'hello' \}, handler\)$/,
  },
  'no handler': {
    define: (mcp) => mcp.tool({ name: 'idle' }, undefined as never),
    says: /^tool "idle" has no handler/,
  },
  'a tool twice': {
    define: (mcp) => {
      mcp.tool({ name: 'twin' }, () => 1)
      mcp.tool({ name: 'twin' }, () => 2)
    },
    says: /twin is already registered/,
  },
  'a prompt twice': {
    define: (mcp) => {
      mcp.prompt({ name: 'twin' }, () => 'a')
      mcp.prompt({ name: 'twin' }, () => 'b')
    },
    says: /twin is already registered/,
  },
  'a resource twice': {
    define: (mcp) => {
      mcp.resource({ uri: 'twin://a' }, () => 'a')
      mcp.resource({ uri: 'twin://a' }, () => 'b')
    },
    says: /twin:\/\/a is already registered/,
  },
  'a timeout of nothing': {
    define: (mcp) => mcp.tool({ name: 'late', timeout: 0 }, () => 1),
    says: /^tool "late": timeout/,
  },
  'a timeout in words': {
    define: (mcp) => mcp.tool({ name: 'late', timeout: '5 s' as never }, () => 1),
    says: /^tool "late": timeout must be milliseconds/,
  },
  'a path as URI': {
    define: (mcp) => mcp.resource({ uri: 'notes/today' }, () => 'a'),
    says: /^resource "notes\/today": use a URI/,
  },
  'a template without end': {
    define: (mcp) => mcp.resource({ uri: 'notes://{id' }, () => 'a'),
    says: /^resource "notes:\/\/\{id"/,
  },
  'completion of what is not there': {
    define: (mcp) => mcp.resource({ uri: 'notes://{id}', complete: { name: () => [] } as never }, () => 'a'),
    says: /^resource "notes:\/\/\{id\}" completes name, which is not in its URI$/,
  },
}

describe('refused when it is registered:', () => {
  for (const [name, { define, says }] of Object.entries(refused)) {
    test(name, () => assert.throws(() => define(server()), { message: says }))
  }

  test('and fastmcp run says so in one line, with the place', async () => {
    const source = (name: string) => `
      import { FastMCP } from 'fastmcp-cli'
      export const mcp = new FastMCP({ name: 'bad' })
      mcp.tool({ name: 'good' }, () => 1)
      mcp.tool({ name: '${name}' }, () => 1)`
    using project = new Project({ 'invalid.ts': source('not good'), 'twice.ts': source('good') })
    const words = {
      'invalid.ts': /tool name "not good": use 1 to 128/,
      'twice.ts': /good is already registered/,
    }
    for (const [file, says] of Object.entries(words)) {
      const outcome = await fastmcp(['run', project.path(file)])
      assert.equal(outcome.code, 3)
      assert.match(outcome.stderr, says)
      assert.match(outcome.stderr, new RegExp(`${file}:5:\\d+`))
      assert.doesNotMatch(outcome.stderr, /node_modules|dist\//)
    }
  })
})

const text = (words: string) => [{ type: 'text', text: words }]

/** What a tool returns, and what travels. */
const values: Record<string, { returns: unknown; content: unknown }> = {
  text: { returns: 'hello', content: text('hello') },
  'an empty text': { returns: '', content: text('') },
  'a number': { returns: 42, content: text('42') },
  'a truth value': { returns: false, content: text('false') },
  nothing: { returns: undefined, content: [] },
  null: { returns: null, content: [] },
  'an object': { returns: { a: [1, { b: null }] }, content: text('{"a":[1,{"b":null}]}') },
  'a list': { returns: [1, 'two'], content: text('[1,"two"]') },
  'an empty list': { returns: [], content: text('[]') },
  'a large number': { returns: { big: 2n ** 64n }, content: text('{"big":"18446744073709551616"}') },
  'a date': { returns: new Date(0), content: text('"1970-01-01T00:00:00.000Z"') },
  bytes: {
    returns: new Uint8Array([1, 2, 3]),
    content: [
      {
        type: 'resource',
        resource: {
          uri: 'data:application/octet-stream',
          mimeType: 'application/octet-stream',
          blob: 'AQID',
        },
      },
    ],
  },
  'a content block': {
    returns: { type: 'image', mimeType: 'image/png', data: 'AA==' },
    content: [{ type: 'image', mimeType: 'image/png', data: 'AA==' }],
  },
  'content blocks': {
    returns: [
      { type: 'text', text: 'see' },
      { type: 'resource_link', uri: 'notes://a', name: 'a' },
    ],
    content: [
      { type: 'text', text: 'see' },
      { type: 'resource_link', uri: 'notes://a', name: 'a' },
    ],
  },
  'what only looks like a block': { returns: { type: 'text' }, content: text('{"type":"text"}') },
  'a result of the SDK': { returns: { content: [{ type: 'text', text: 'own' }] }, content: text('own') },
}

describe('a tool may return', () => {
  for (const era of eras) {
    for (const [name, { returns, content }] of Object.entries(values)) {
      test(`${name}, ${era}`, async () => {
        const mcp = server()
        mcp.tool({ name: 'give' }, () => returns)
        const result = await call(mcp, 'give', {}, era)
        assert.deepEqual(result.content, content)
        assert.equal(result.isError ?? false, false)
      })
    }
  }

  test('nothing that JSON has no form for: the model is told what it was', async () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    for (const returns of [() => 1, Symbol('s'), circle, new Map(), [new Set()]]) {
      const mcp = server()
      mcp.tool({ name: 'give' }, () => returns)
      const result = await call(mcp, 'give')
      assert.equal(result.isError, true)
      assert.match(JSON.stringify(result.content), /cannot be sent|holds itself/)
    }
  })
})

describe('structured output', () => {
  const output = z.object({ degrees: z.array(z.number()) })
  for (const era of eras) {
    test(`travels beside its text, ${era}`, async () => {
      const mcp = server()
      mcp.tool({ name: 'forecast', output }, async () => ({ degrees: [1, 2] }))
      const result = await call(mcp, 'forecast', {}, era)
      assert.deepEqual(result.structuredContent, { degrees: [1, 2] })
      assert.deepEqual(result.content, text('{"degrees":[1,2]}'))
    })

    test(`that does not fit is an error that says what, ${era}`, async () => {
      const mcp = server()
      mcp.tool({ name: 'forecast', output }, () => ({ degrees: ['warm'] }) as never)
      mcp.tool({ name: 'nothing', output }, () => undefined as never)
      const result = await call(mcp, 'forecast', {}, era)
      assert.equal(result.isError, true)
      assert.match(JSON.stringify(result.content), /forecast.*degrees/)
      assert.equal((await call(mcp, 'nothing', {}, era)).isError, true)
    })

    test(`need not be an object, ${era}`, async () => {
      const mcp = server()
      mcp.tool({ name: 'count', output: z.number() }, () => 7)
      const result = await call(mcp, 'count', {}, era)
      // Until 2025-11-25 it had to be an object, so the official SDK wraps it for those clients.
      assert.deepEqual(result.structuredContent, era === 'legacy' ? { result: 7 } : 7)
      assert.deepEqual(result.content, text('7'))
    })
  }
})

describe('an error', () => {
  for (const era of eras) {
    test(`of a tool reaches the model as its message alone, ${era}`, async () => {
      const mcp = server()
      mcp.tool({ name: 'advice' }, () => {
        throw new ToolError('try a smaller number')
      })
      mcp.tool({ name: 'bug' }, async () => {
        throw new Error('there is a bug')
      })
      mcp.tool({ name: 'odd' }, () => {
        throw 'a string'
      })
      assert.deepEqual(await call(mcp, 'advice', {}, era).then(plain), {
        content: text('try a smaller number'),
        isError: true,
      })
      assert.deepEqual(await call(mcp, 'bug', {}, era).then(plain), {
        content: text('there is a bug'),
        isError: true,
      })
      assert.deepEqual(await call(mcp, 'odd', {}, era).then(plain), {
        content: text('a string'),
        isError: true,
      })
    })
  }
})

test('an error of a tool is reported on stderr with the stack of the user alone', async () => {
  using project = new Project({
    'bug.ts': `import { FastMCP } from 'fastmcp-cli'
      export const mcp = new FastMCP({ name: 'bug' })
      mcp.tool({ name: 'bug' }, function broken() { throw new Error('there is a bug') })`,
  })
  await using started = await serveHttp(project.path('bug.ts'))
  await using client = await connect(started.url)
  await client.callTool({ name: 'bug', arguments: {} })
  await started.until(/tool bug failed: Error: there is a bug\n\s+at (Object\.)?broken .*bug\.ts:3/)
  assert.doesNotMatch(started.stderr, /dist\//)
})

const plain = ({ content, isError }: { content?: unknown; isError?: boolean | undefined }) => ({
  content,
  isError,
})

describe('what was added', () => {
  for (const era of eras) {
    test(`can be changed, hidden and taken away, and clients hear of it, ${era}`, async () => {
      const mcp = server()
      const handles = {
        tools: mcp.tool(
          { name: 'one', description: 'first', input: z.object({ a: z.number() }) },
          ({ a }) => a,
        ),
        prompts: mcp.prompt({ name: 'one', description: 'first' }, () => 'first'),
        resources: mcp.resource({ uri: 'notes://one', description: 'first' }, () => 'first'),
      }
      const heard: string[] = []
      let wake: () => void = () => undefined
      const note = (kind: string) => () => {
        heard.push(kind)
        wake()
      }
      const watch = (kind: string) => ({ autoRefresh: false, debounceMs: 0, onChanged: note(kind) })
      await using client = await connect(mcp, {
        era,
        client: {
          listChanged: { tools: watch('tools'), prompts: watch('prompts'), resources: watch('resources') },
        },
      })
      const list = {
        tools: async () => (await client.listTools({}, { cacheMode: 'refresh' })).tools,
        prompts: async () => (await client.listPrompts({}, { cacheMode: 'refresh' })).prompts,
        resources: async () => (await client.listResources({}, { cacheMode: 'refresh' })).resources,
      }
      for (const kind of ['tools', 'prompts', 'resources'] as const) {
        const handle = handles[kind]
        const after = async (act: () => void) => {
          heard.length = 0
          const told = new Promise<void>((resolve) => {
            wake = resolve
          })
          act()
          await told
          assert.deepEqual([...new Set(heard)], [kind])
          return list[kind]()
        }
        assert.equal((await after(() => handle.update({ description: 'second' })))[0]?.description, 'second')
        assert.deepEqual(await after(() => handle.disable()), [])
        assert.equal(handle.enabled, false)
        assert.equal((await after(() => handle.enable())).length, 1)
        assert.deepEqual(await after(() => handle.remove()), [])
      }
      mcp.tool({ name: 'one' }, () => 'again')
      assert.equal((await list.tools())[0]?.name, 'one')
    })
  }

  test('can get another handler, schema, name and time limit', async () => {
    const mcp = server()
    const handle = mcp.tool(
      { name: 'one', input: z.object({ a: z.number() }), timeout: 10_000 },
      ({ a }) => a,
    )
    handle.update({ handler: ({ a }) => a * 2 })
    assert.deepEqual((await call(mcp, 'one', { a: 2 })).content, text('4'))
    handle.update({ name: 'two', input: z.object({ a: z.number().min(3) }) })
    assert.equal((await call(mcp, 'two', { a: 2 })).isError, true)
    handle.update({ timeout: 20, handler: () => new Promise(() => undefined) })
    assert.deepEqual((await call(mcp, 'two', { a: 3 })).content, text('two did not finish in 0.02 s'))
    assert.throws(() => handle.update({ name: 'not good' }), /tool name "not good"/)
    handle.update({ handler: ({ a }) => a, timeout: 1000 })
    assert.deepEqual((await call(mcp, 'two', { a: 3 })).content, text('3'))
    const late = () => new Promise((resolve) => setTimeout(resolve, 20, 'late'))
    handle.update({ handler: late, timeout: Number.POSITIVE_INFINITY })
    assert.deepEqual((await call(mcp, 'two', { a: 3 })).content, text('late'))
    const prompt = mcp.prompt({ name: 'p' }, () => 'old')
    prompt.update({ handler: () => 'new' })
    const note = mcp.resource({ uri: 'notes://{id}', name: 'note' }, () => 'old')
    note.update({ handler: ({ id }) => `new ${id}`, mimeType: 'text/markdown' })
    await using client = await connect(mcp)
    assert.match(JSON.stringify(await client.getPrompt({ name: 'p' })), /"new"/)
    assert.deepEqual((await client.readResource({ uri: 'notes://7' })).contents, [
      { uri: 'notes://7', mimeType: 'text/markdown', text: 'new 7' },
    ])
  })
})

describe('a resource', () => {
  test('may return text, bytes, data or a result of the SDK', async () => {
    const mcp = server()
    const contents = [{ uri: 'r://sdk', text: 'own' }]
    mcp.resource({ uri: 'r://text' }, () => 'text')
    mcp.resource({ uri: 'r://bytes', mimeType: 'image/png' }, () => new Uint8Array([1]))
    mcp.resource({ uri: 'r://data' }, () => ({ a: 1 }))
    mcp.resource({ uri: 'r://list' }, () => [1, 2])
    mcp.resource({ uri: 'r://sdk' }, () => ({ contents }))
    await using client = await connect(mcp)
    const read = async (uri: string) => (await client.readResource({ uri })).contents[0]
    assert.deepEqual(await read('r://text'), { uri: 'r://text', mimeType: 'text/plain', text: 'text' })
    assert.deepEqual(await read('r://bytes'), { uri: 'r://bytes', mimeType: 'image/png', blob: 'AQ==' })
    assert.deepEqual(await read('r://data'), {
      uri: 'r://data',
      mimeType: 'application/json',
      text: '{"a":1}',
    })
    assert.deepEqual(await read('r://list'), { uri: 'r://list', mimeType: 'application/json', text: '[1,2]' })
    assert.deepEqual(await read('r://sdk'), contents[0])
  })

  test('may be a template, whose parameters are completed', async () => {
    const mcp = server()
    const complete = {
      org: (typed: string) => ['acme', 'apex'].filter((one) => one.startsWith(typed)),
      id: async () => ['7'],
    }
    mcp.resource({ uri: 'users://{org}/{id}', name: 'user', complete }, ({ org, id }) => `${id} of ${org}`)
    await using client = await connect(mcp)
    assert.deepEqual(
      (await client.listResourceTemplates()).resourceTemplates[0]?.uriTemplate,
      'users://{org}/{id}',
    )
    const { contents } = await client.readResource({ uri: 'users://acme/7' })
    assert.match(JSON.stringify(contents), /7 of acme/)
    const ref = { type: 'ref/resource' as const, uri: 'users://{org}/{id}' }
    const values = async (name: string, value: string) =>
      (await client.complete({ ref, argument: { name, value } })).completion.values
    assert.deepEqual(await values('org', 'ac'), ['acme'])
    assert.deepEqual(await values('id', ''), ['7'])
  })
})

test('annotations, icons and _meta reach the client', async () => {
  const mcp = server()
  const about = {
    title: 'A tool',
    icons: [{ src: 'https://example.com/a.png' }],
    _meta: { 'example.com/x': 1 },
  }
  mcp.tool({ name: 'a', ...about, annotations: { readOnlyHint: true } }, () => 1)
  mcp.prompt({ name: 'a', ...about }, () => 'a')
  mcp.resource({ uri: 'r://a', ...about }, () => 'a')
  await using client = await connect(mcp)
  const [tool, prompt, resource] = [
    (await client.listTools()).tools[0],
    (await client.listPrompts()).prompts[0],
    (await client.listResources()).resources[0],
  ]
  assert.equal(tool?.annotations?.readOnlyHint, true)
  for (const one of [tool, prompt, resource]) {
    assert.deepEqual({ title: one?.title, icons: one?.icons, _meta: one?._meta }, about)
  }
})

describe('what is thrown reaches the model in words', () => {
  const thrown: Record<string, [thrown: unknown, words: string]> = {
    'an error with a cause': [
      new Error('fetch failed', { cause: new Error('connect ECONNREFUSED') }),
      'fetch failed: connect ECONNREFUSED',
    ],
    'an object': [{ code: 404, reason: 'not here' }, '{"code":404,"reason":"not here"}'],
    nothing: [undefined, 'undefined was thrown'],
    'a number beyond JSON': [12n, '12'],
  }
  for (const [name, [what, words]] of Object.entries(thrown)) {
    test(name, async () => {
      const mcp = server()
      mcp.tool({ name: 'fail' }, () => {
        throw what
      })
      for (const era of eras) {
        const { content, isError } = await call(mcp, 'fail', {}, era)
        assert.deepEqual([content, isError], [[{ type: 'text', text: words }], true])
      }
    })
  }
})

test('a server may be made by its name alone, as in Python', async () => {
  const mcp = new FastMCP('by name', { version: '2.0.0' })
  await using client = await connect(mcp)
  assert.deepEqual(client.getServerVersion(), { name: 'by name', version: '2.0.0' })
  for (const wrong of ['', undefined, null, {}, { name: 1 }, 12])
    assert.throws(() => new FastMCP(wrong as never), {
      name: 'TypeError',
      message: "a server needs a name: new FastMCP({ name: 'my-server' })",
    })
})
