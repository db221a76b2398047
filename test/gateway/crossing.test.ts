import assert from 'node:assert/strict'
import { once } from 'node:events'
import { afterEach, describe, test } from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ProgressNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { connectV1, textOf } from '../support/clients.ts'
import { patience, root, Started, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { rarely } from '../support/whole.ts'

const file = `${root}test/fixtures/gateway/asking.mjs`
const command = (...args: string[]) => ({ command: process.execPath, args: [file, ...args] })

const open: (AsyncDisposable | Disposable)[] = []
const connected: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(connected.splice(0).map((client) => client.close()))
  for (const one of open.splice(0))
    await (Symbol.asyncDispose in one ? one[Symbol.asyncDispose]() : one[Symbol.dispose]())
})

/** Serves words of a command line over HTTP until the test ends. */
async function serve(words: readonly string[], env: Record<string, string> = {}, cwd = root) {
  const served = startFastmcp(['run', ...words, '-t', 'http', '-p', '0'], { env, cwd })
  open.push(served)
  const [, url = ''] = await served.until(/listening on (\S+)/)
  return Object.assign(served, { url: new URL(url) })
}

async function serveMap(mcpServers: Record<string, object>, env: Record<string, string> = {}) {
  const project = new Project({ 'mcp.json': JSON.stringify({ mcpServers }) })
  const served = await serve(['mcp.json'], env, project.folder)
  open.push(project)
  return served
}

/** The four ways that a server can be behind the gateway, and how its tools are called there. */
const ways: Record<string, () => Promise<{ url: URL; prefixes: string[] }>> = {
  'a program': async () => ({ ...(await pick(serve(['--exec', words('one')]))), prefixes: [''] }),
  'a remote server': async () => {
    const behind = await serve(['--exec', words('one')])
    return { ...(await pick(serve([behind.url.href]))), prefixes: [''] }
  },
  'a remote server on SSE': async () => {
    const behind = startFastmcp(['run', '--exec', words('one'), '-t', 'sse', '-p', '0'])
    open.push(behind)
    const [, url = ''] = await behind.until(/listening on (\S+)/)
    return { ...(await pick(serve([url]))), prefixes: [''] }
  },
  'several servers': async () => ({
    ...(await pick(serveMap({ a: command('one'), b: command('two') }))),
    prefixes: ['a_', 'b_'],
  }),
}

const words = (label: string) => `"${process.execPath}" "${file}" ${label}`
const pick = async (served: Promise<{ url: URL }>) => ({ url: (await served).url })

/** A client that answers whatever it is asked with its own name and what it was asked for. */
async function person(url: URL, name: string) {
  const client = new Client({ name, version: '1' }, { capabilities: { sampling: {}, elicitation: {} } })
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
    const [first] = params.messages
    const asked = first && 'text' in first.content ? first.content.text : ''
    const content = { type: 'text' as const, text: `${name} sampled ${asked}` }
    return { role: 'assistant' as const, model: 'none', content }
  })
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => ({
    action: 'accept' as const,
    content: { name: `${name} elicited ${params.message}` },
  }))
  await connectV1({ http: url }, client)
  connected.push(client)
  return client
}

const call = async (client: Client, name: string, args: Record<string, unknown> = {}) =>
  textOf(await client.callTool({ name, arguments: args }))

for (const [way, start] of Object.entries(ways)) {
  describe(`what crosses to ${way}`, () => {
    test('questions of many calls at once, each to the client that made the call', async () => {
      const { url, prefixes } = await start()
      const people = await Promise.all(['Ann', 'Bob'].map((name) => person(url, name)))
      const answers = await Promise.all(
        people.flatMap((client) =>
          prefixes.flatMap((prefix) =>
            Array.from({ length: 10 }, (_, index) => call(client, `${prefix}ask`, { who: `n${index}` })),
          ),
        ),
      )
      const labels = prefixes.length === 1 ? ['one'] : ['one', 'two']
      const expected = ['Ann', 'Bob'].flatMap((name) =>
        labels.flatMap((label) =>
          Array.from(
            { length: 10 },
            (_, index) => `${label}: ${name} sampled n${index}, ${name} elicited n${index}`,
          ),
        ),
      )
      assert.deepEqual(answers, expected)
    })

    test('progress of calls with equal tokens, each to its own client', async () => {
      const { url, prefixes } = await start()
      const people = await Promise.all(['Ann', 'Bob', 'Cy'].map((name) => person(url, name)))
      const heard = people.map((client) => {
        const steps: unknown[] = []
        client.setNotificationHandler(ProgressNotificationSchema, ({ params }) => {
          steps.push(`${params.progressToken} ${params.message} ${params.progress}`)
        })
        return steps
      })
      const prefix = prefixes.at(-1)
      const label = prefixes.length === 1 ? 'one' : 'two'
      await Promise.all(
        people.map((client) => {
          const params = { name: `${prefix}progress`, arguments: { steps: 5 }, _meta: { progressToken: 7 } }
          return client.callTool(params)
        }),
      )
      const all = [1, 2, 3, 4, 5].map((step) => `7 ${label} ${step}`)
      assert.deepEqual(heard, [all, all, all])
    })

    test('a change of its tools', async () => {
      const { url, prefixes } = await start()
      const client = await person(url, 'Ann')
      const changes = new EventTarget()
      client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
        changes.dispatchEvent(new Event('changed'))
      })
      const changed = once(changes, 'changed', { signal: AbortSignal.timeout(patience) })
      await call(client, `${prefixes[0]}change`)
      await changed
    })

    test('a cancellation, after which other calls are answered', async () => {
      const { url, prefixes } = await start()
      const client = await person(url, 'Ann')
      const abort = new AbortController()
      const name = `${prefixes[0]}sleep`
      const options = { signal: abort.signal }
      const sleeping = client.callTool({ name, arguments: {} }, undefined, options)
      const refused = assert.rejects(sleeping, /aborted|enough/)
      const others = Promise.all([1, 2, 3].map(() => call(client, `${prefixes[0]}pid`)))
      abort.abort('enough')
      await refused
      assert.equal(new Set(await others).size, 1)
      const [behind] = open.filter((one) => one instanceof Started)
      await behind?.until(/one heard of a cancellation/)
    })
  })
}

describe('a question whose server dies', () => {
  test('is withdrawn, and its late answer is not taken for that of the next server', async () => {
    const { url } = await serve(['--exec', words('one')])
    const client = new Client({ name: 'slow', version: '1' }, { capabilities: { elicitation: {} } })
    const questions = new EventTarget()
    const answers = new Map<string, (name: string) => void>()
    const withdrawn: AbortSignal[] = []
    client.setRequestHandler(ElicitRequestSchema, async ({ params }, { signal }) => {
      withdrawn.push(signal)
      const answer = new Promise<string>((resolve) => answers.set(params.message, resolve))
      questions.dispatchEvent(new Event(params.message))
      return { action: 'accept', content: { name: await answer } }
    })
    const asked = (who: string) => once(questions, who, { signal: AbortSignal.timeout(patience) })
    await connectV1({ http: url }, client)
    connected.push(client)
    const pid = Number(await call(client, 'pid'))
    const first = Promise.all([
      asked('first'),
      assert.rejects(call(client, 'elicit', { who: 'first' }), /was killed by SIGKILL$/),
    ])
    await asked('first')
    process.kill(pid, 'SIGKILL')
    await first
    const second = call(client, 'elicit', { who: 'second' })
    await asked('second')
    const [signal] = withdrawn
    if (signal && !signal.aborted) await once(signal, 'abort', { signal: AbortSignal.timeout(patience) })
    answers.get('first')?.('late')
    await client.ping()
    answers.get('second')?.('right')
    assert.equal(await second, 'right')
  })
})

describe('several servers under awkward names', () => {
  test('are called by names that every client accepts, and each call finds its own', async () => {
    const long = 'a-name-that-goes-on-and-on-'.repeat(4)
    const served = await serveMap({
      'my server.v2': command('dots'),
      'my-server-v2': command('dashes'),
      'ünï/cödé': command('letters'),
      '...': command('nothing'),
      [long]: command('long'),
      a: command('short', 'b_c'),
      a_b: command('longer', 'c'),
    })
    const client = await person(served.url, 'Ann')
    const names = (await client.listTools()).tools.map(({ name }) => name)
    for (const name of names) assert.match(name, /^[A-Za-z0-9_-]{1,64}$/)
    assert.equal(new Set(names).size, names.length)
    const labels: string[] = []
    for (const name of names.filter((one) => one.endsWith('_ask'))) {
      labels.push((await call(client, name, { who: 'x' })).split(':')[0] ?? '')
    }
    assert.deepEqual(labels, ['dots', 'dashes', 'letters', 'nothing', 'long', 'short', 'longer'])
    // Listed as the first one's, and so it is the first one's.
    assert.equal(await call(client, 'a_b_c'), 'short')
  })

  test('get the variables of their entries', async () => {
    const env = { WHO: '$' + '{WHO}', ELSE: '$' + '{NOT_SET:-otherwise}' }
    const { url } = await serveMap({ a: { ...command('a'), env }, b: command('b') }, { WHO: 'somebody' })
    const client = await person(url, 'Ann')
    assert.equal(await call(client, 'a_variable', { name: 'WHO' }), 'somebody')
    assert.equal(await call(client, 'a_variable', { name: 'ELSE' }), 'otherwise')
    assert.equal(await call(client, 'b_variable', { name: 'ELSE' }), 'not set')
  })

  test('one whose program is not there is said at the start, and the others are served', async () => {
    const served = await serveMap({ lost: { command: 'no-such-program' }, b: command('b') })
    assert.match(served.stderr, /lost: program not found: no-such-program\n/)
    const client = await person(served.url, 'Ann')
    assert.ok((await client.listTools()).tools.every(({ name }) => name.startsWith('b_')))
    await assert.rejects(call(client, 'lost_x'), /lost cannot be reached at present/)
  })
})

describe('one of several servers that lets the client wait', { concurrency: true }, () => {
  test('with its introduction appears when it has made it', async () => {
    const slow = { ...command('slow'), env: { LATE: '25000' } }
    const project = new Project({ 'mcp.json': JSON.stringify({ mcpServers: { slow, b: command('b') } }) })
    await using front = startFastmcp(['run', 'mcp.json', '-t', 'http', '-p', '0'], { cwd: project.folder })
    const [, url = ''] = await front.until(/listening on (\S+)/)
    const client = new Client({ name: 'waiting', version: '1' })
    const changes = new EventTarget()
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      changes.dispatchEvent(new Event('changed'))
    })
    const changed = once(changes, 'changed', { signal: AbortSignal.timeout(60_000) })
    await connectV1({ http: new URL(url) }, client)
    const has = async () => (await client.listTools()).tools.some(({ name }) => name === 'slow_pid')
    assert.equal(await has(), false)
    await changed
    assert.equal(await has(), true)
    await client.close()
    project[Symbol.dispose]()
  })

  rarely('with its list is left out of the list', async () => {
    const mute = { ...command('mute'), env: { MUTE: '1' } }
    const project = new Project({ 'mcp.json': JSON.stringify({ mcpServers: { mute, b: command('b') } }) })
    await using front = startFastmcp(['run', 'mcp.json', '-t', 'http', '-p', '0'], { cwd: project.folder })
    const [, url = ''] = await front.until(/listening on (\S+)/)
    const client = await connectV1({ http: new URL(url) })
    const { tools } = await client.listTools()
    assert.ok(tools.length > 0 && tools.every(({ name }) => name.startsWith('b_')))
    await client.close()
    project[Symbol.dispose]()
  })
})
