import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { clientV1, clientV2, connectV1, connectV2, pinned, type Target } from '../support/clients.ts'
import { Edited, editedServer, eventually, textOf } from '../support/dev.ts'
import { startFastmcp, times } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { openSession, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'

const weather = (version: string) => `server.registerTool('weather', {}, () => text('weather ${version}'))`

/** Serves over a transport, and tells where clients find it. */
async function served(transport: string): Promise<{ edited: Edited; target: Target } & AsyncDisposable> {
  const edited = new Edited(['-t', transport])
  const url = await edited.url()
  const target = transport === 'sse' ? { sse: url } : { http: url }
  return { edited, target, [Symbol.asyncDispose]: () => edited[Symbol.asyncDispose]() }
}

describe('a save reaches the client that is connected', () => {
  for (const transport of chosen(['streamable-http', 'sse'], 2)) {
    test(`SDK v1 over ${transport}`, async () => {
      await using server = await served(transport)
      const client = clientV1()
      const changed = new Promise<void>((resolve) => {
        client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve())
      })
      await connectV1(server.target, client)
      assert.equal(await textOf(client, 'version'), 'first')
      server.edited.save('second', weather('second'))
      await changed
      const { tools } = await client.listTools()
      assert.ok(tools.some(({ name }) => name === 'weather'))
      assert.equal(await textOf(client, 'weather'), 'weather second')
      await client.close()
    })

    rarely(`SDK v2, legacy, over ${transport}`, async () => {
      await using server = await served(transport)
      const client = clientV2()
      const changed = new Promise<void>((resolve) => {
        client.setNotificationHandler('notifications/tools/list_changed', () => resolve())
      })
      await connectV2(server.target, client)
      server.edited.save('second', weather('second'))
      await changed
      assert.equal(await textOf(client, 'weather'), 'weather second')
      await client.close()
    })
  }

  test('SDK v2, modern, listening, over streamable-http', async () => {
    await using server = await served('streamable-http')
    const client = clientV2('modern', pinned)
    const changed = new Promise<void>((resolve) => {
      client.setNotificationHandler('notifications/tools/list_changed', () => resolve())
    })
    await connectV2(server.target, client)
    const subscription = await client.listen({ toolsListChanged: true })
    assert.equal(await textOf(client, 'version'), 'first')
    server.edited.save('second', weather('second'))
    await changed
    assert.equal(await textOf(client, 'weather'), 'weather second')
    await server.edited.dev.until(/reload .*· 1 listener kept/)
    await subscription.close()
    await client.close()
  })

  for (const [name, mode] of [
    ['legacy', 'legacy'],
    ['modern', pinned],
  ] as const) {
    test(`SDK v2, ${name}, over stdio`, async () => {
      using project = new Project({ 'server.ts': editedServer('first') })
      const client = clientV2(name, mode)
      const changed = new Promise<void>((resolve) => {
        client.setNotificationHandler('notifications/tools/list_changed', () => resolve())
      })
      await connectV2({ stdio: ['dev', project.path('server.ts'), '-t', 'stdio'] }, client)
      if (name === 'modern') await client.listen({ toolsListChanged: true })
      assert.equal(await textOf(client, 'version'), 'first')
      project.write('server.ts', editedServer('second', weather('second')))
      await changed
      assert.equal(await textOf(client, 'weather'), 'weather second')
      await client.close()
    })
  }
})

test('without sessions, the next request is answered by the new code', async () => {
  await using edited = new Edited(['--stateless'])
  const client = await connectV2({ http: await edited.url() })
  assert.equal(await textOf(client, 'version'), 'first')
  edited.save('second')
  await edited.dev.until(/~version/)
  assert.equal(await textOf(client, 'version'), 'second')
  await client.close()
})

rarely('only lists that differ are announced', async () => {
  await using edited = new Edited()
  const client = clientV2()
  const heard: string[] = []
  for (const kind of ['tools', 'prompts', 'resources'] as const) {
    client.setNotificationHandler(`notifications/${kind}/list_changed`, () => void heard.push(kind))
  }
  await connectV2({ http: await edited.url() }, client)
  await edited.dev.until(/ready/)
  edited.save('first', '// the same for clients, but not the same text\nglobalThis.unused = 1')
  await edited.dev.until(/no change for clients/)
  edited.save('first', "server.registerPrompt('greet', {}, () => ({ messages: [] }))")
  await edited.dev.until(/\+greet/)
  // The first prompt of a server that had none: clients may ask because they were promised changes.
  const { prompts } = await client.listPrompts()
  assert.deepEqual(
    prompts.map(({ name }) => name),
    ['greet'],
  )
  assert.deepEqual(heard, ['prompts'])
  await client.close()
})

test('a list the server does not have is empty', async () => {
  await using edited = new Edited()
  const client = await connectV2({ http: await edited.url() })
  assert.deepEqual((await client.listPrompts()).prompts, [])
  assert.deepEqual((await client.listResources()).resources, [])
  assert.deepEqual((await client.listResourceTemplates()).resourceTemplates, [])
  await client.close()
})

test('a call is finished by the code that began it, and the next goes to the new', async () => {
  await using edited = new Edited()
  const client = await connectV2({ http: await edited.url() })
  const slow = textOf(client, 'slow', { ms: 1_500 })
  edited.save('second')
  await edited.dev.until(/reload/)
  assert.equal(await textOf(client, 'version'), 'second')
  assert.equal(await slow, 'first')
  await client.close()
})

test('a question of the old code is answered to the old code', async () => {
  await using edited = new Edited()
  const client = clientV2('asked', 'legacy', { elicitation: {} })
  let reload: Promise<unknown> | undefined
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    if (params.message === 'first?') {
      edited.save('second')
      reload = edited.dev.until(/reload/)
      await reload
      // The new code asks as well, with the same number as the old.
      assert.equal(await textOf(client, 'ask'), 'second accept')
    }
    return { action: 'accept' as const, content: {} }
  })
  await connectV2({ http: await edited.url() }, client)
  assert.equal(await textOf(client, 'ask'), 'first accept')
  assert.ok(reload)
  await client.close()
})

test('a stream that was open before a save is the same one afterwards', async () => {
  await using edited = new Edited()
  const url = await edited.url()
  const headers = await openSession(url)
  const left = new AbortController()
  const asStream = { headers: { ...headers, accept: 'text/event-stream' }, signal: left.signal }
  const stream = await fetch(url, asStream)
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  await edited.dev.until(/ready/)
  let heard = ''
  for (const version of ['second', 'third']) {
    edited.save(version)
    const before = heard.length
    while (!heard.slice(before).includes('tools/list_changed')) {
      const { done, value = '' } = (await reader?.read()) ?? { done: true }
      assert.ok(!done, 'the stream has ended')
      heard += value
    }
  }
  const listed = await send(url, { headers, body: rpc('tools/list', {}, 9) })
  assert.match(listed.text, /third/)
  left.abort()
})

rarely('a schema that has changed is a change of the tool', async () => {
  await using edited = new Edited()
  const client = await connectV2({ http: await edited.url() })
  const tool = (field: string) =>
    `server.registerTool('shaped', { inputSchema: { ${field}: z.string() } }, (args) => text(JSON.stringify(args)))`
  edited.save('first', tool('city'))
  await edited.dev.until(/\+shaped|ready.*5 tools/)
  edited.save('first', tool('place'))
  await edited.dev.until(/~shaped/)
  const { tools } = await client.listTools()
  const shaped = tools.find(({ name }) => name === 'shaped')
  assert.deepEqual(Object.keys(shaped?.inputSchema.properties ?? {}), ['place'])
  assert.equal(await textOf(client, 'shaped', { place: 'Oslo' }), '{"place":"Oslo"}')
  await client.close()
})

rarely(
  'of many reloads no process is left but the one that serves and the one that is next',
  {
    skip: process.platform !== 'linux' && 'processes are looked up in /proc',
  },
  async () => {
    await using edited = new Edited()
    const client = await connectV2({ http: await edited.url() })
    await edited.dev.until(/ready/)
    for (let save = 1; save <= 20; save++) {
      edited.save(`save ${save}`)
      await edited.dev.until(times('~version', save))
    }
    assert.equal(await textOf(client, 'version'), 'save 20')
    const pid = edited.dev.child.pid ?? 0
    await eventually(() => (generationsOf(pid) === 2 ? true : undefined))
    await client.close()
  },
)

/** Child processes that run user code, or are about to. */
function generationsOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  const isOne = (child: string) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('generation.js')
  return children.filter((child) => existsSync(`/proc/${child}`) && isOne(child)).length
}

rarely('what is listed slowly is listed all the same after a save', async () => {
  const slow = (word: string) => `
import { setTimeout as delay } from 'node:timers/promises'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
export const server = new Server({ name: 'slow', version: '1.0.0' }, { capabilities: { tools: {} } })
server.setRequestHandler(ListToolsRequestSchema, async () => {
  await delay(4_000)
  return { tools: [{ name: 'only', description: '${word}', inputSchema: { type: 'object' } }] }
})
`
  using project = new Project({ 'server.mjs': slow('first') })
  await using dev = startFastmcp(['dev', 'server.mjs', '--no-inspector', '-p', '0'], { cwd: project.folder })
  await dev.until(/ready {11}slow · server\.mjs:server · 1 tool /)
  project.write('server.mjs', slow('second'))
  await dev.until(/reload {10}~only /)
})
