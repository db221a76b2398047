import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { describe, test } from 'node:test'
import { StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {
  CallToolResultSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { lineOf } from '../../src/store/file/log-line.ts'
import { sessionKey } from '../../src/store/session-key.ts'
import { clientV1, clientV2, textOf } from '../support/clients.ts'
import { openSource } from '../support/event-source.ts'
import { opened } from '../support/opened.ts'
import { patience } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { call, callBody, messageIn } from '../support/raw-calls.ts'
import { mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { rarely } from '../support/whole.ts'
import { KeptServer } from './kept-server.ts'

/** What a client has heard, and a way to wait for a word. */
class Words {
  readonly all: string[] = []
  #wake: () => void = () => undefined

  add(word: string): void {
    this.all.push(word)
    this.#wake()
  }

  until(word: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never heard ${word}: ${this.all}`)), patience)
      this.#wake = () => {
        if (!this.all.includes(word)) return
        clearTimeout(timer)
        resolve()
      }
      this.#wake()
    })
  }
}

/** One client, whichever SDK it is of, and what it has heard. */
interface Party extends AsyncDisposable {
  call(name: string): Promise<string>
  level(level: 'error'): Promise<unknown>
  subscribe(uri: string): Promise<unknown>
  readonly sessionId: string | undefined
  /** The data of log messages, and the URIs of resources that have changed. */
  readonly heard: Words
}

/** A machine that is busy takes longer to start a server than clients usually wait for one. */
const reconnectionOptions = {
  initialReconnectionDelay: 200,
  maxReconnectionDelay: 500,
  reconnectionDelayGrowFactor: 1,
  maxRetries: 100,
}

const clients: Record<string, (url: URL) => Promise<Party>> = {
  v1: async (url) => {
    const heard = new Words()
    const client = clientV1()
    client.setNotificationHandler(
      LoggingMessageNotificationSchema,
      ({ params }) => void heard.add(String(params.data)),
    )
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void heard.add(params.uri),
    )
    const transport = new HttpV1(url, { reconnectionOptions }) as Parameters<typeof client.connect>[0]
    await client.connect(transport)
    opened(client)
    return {
      call: async (name) =>
        textOf(
          await client.request({ method: 'tools/call', params: { name } }, CallToolResultSchema, {
            timeout: patience,
          }),
        ),
      level: (level) => client.setLoggingLevel(level),
      subscribe: (uri) => client.subscribeResource({ uri }),
      get sessionId() {
        return client.transport?.sessionId
      },
      heard,
      [Symbol.asyncDispose]: () => client.close(),
    }
  },
  v2: async (url) => {
    const heard = new Words()
    const client = clientV2()
    client.setNotificationHandler(
      'notifications/message',
      ({ params }) => void heard.add(String(params.data)),
    )
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void heard.add(params.uri),
    )
    await client.connect(new HttpV2(url, { reconnectionOptions }))
    opened(client)
    return {
      call: async (name) => textOf(await client.callTool({ name }, { timeout: patience })),
      level: (level) => client.setLoggingLevel(level),
      subscribe: (uri) => client.subscribeResource({ uri }),
      get sessionId() {
        return client.transport?.sessionId
      },
      heard,
      [Symbol.asyncDispose]: () => client.close(),
    }
  },
}

describe('a server that is killed and started again', () => {
  for (const [sdk, connect] of Object.entries(clients)) {
    test(`goes on with the sessions of clients of SDK ${sdk}`, async () => {
      await using server = await KeptServer.start()
      await using client = await connect(server.url)
      const { sessionId } = client
      assert.equal(await client.call('count'), '1')
      await client.level('error')
      await client.subscribe('note://apples')
      for (const count of ['2', '3']) {
        await server.restart()
        assert.equal(await client.call('count'), count)
      }
      assert.equal(client.sessionId, sessionId)
      await client.call('say')
      await client.call('touch')
      await client.heard.until('loudly')
      await client.heard.until('note://apples')
      assert.ok(!client.heard.all.includes('quietly'), client.heard.all.join())
    })

    test(`answers the calls of SDK ${sdk} that it was killed over with an error`, async () => {
      for (const fixture of ['kept.ts', 'kept-v1.ts']) {
        await using server = await KeptServer.start(fixture)
        await using client = await connect(server.url)
        const working = client.call('work').then(
          () => 'answered',
          (error: unknown) => error,
        )
        await client.heard.until('working')
        await server.restart()
        const outcome = await working
        assert.ok(outcome instanceof Error && 'code' in outcome, String(outcome))
        assert.equal(outcome.code, -32603)
        assert.match(
          outcome.message,
          /The server has restarted: the call may or may not have been carried out/,
        )
        assert.equal(await client.call('say'), 'said', fixture)
      }
    })
  }

  test('has what code kept without waiting for it, once the call was answered', async () => {
    await using server = await KeptServer.start()
    const headers = await openSession(server.url)
    await call(server.url, headers, 'careless')
    await server.restart()
    assert.equal(textOf((await call(server.url, headers, 'count')).result), '101')
  })

  test('stops cleanly all the same, and goes on after that, too', async () => {
    await using server = await KeptServer.start()
    const headers = await openSession(server.url)
    await call(server.url, headers, 'count')
    await server.restart('SIGTERM')
    assert.equal(textOf((await call(server.url, headers, 'count')).result), '2')
  })

  rarely('takes no answer to what the process before has asked', async () => {
    await using server = await KeptServer.start()
    const capabilities = { elicitation: {} }
    const clientInfo = { name: 'raw', version: '1' }
    const begun = await send(server.url, {
      headers: mcpHeaders,
      body: rpc('initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo }),
    })
    const headers = { ...mcpHeaders, 'mcp-session-id': String(begun.headers['mcp-session-id']) }
    const asked = async (id: number) => {
      const stream = await openSource(server.url, { method: 'POST', headers, body: callBody('ask', {}, id) })
      let event = await stream.next()
      while (event && !event.data.includes('elicitation/create')) event = await stream.next()
      return { stream, question: JSON.parse(event?.data ?? '{}').id as string }
    }
    const answer = (id: string, word: string) =>
      send(server.url, {
        headers,
        body: JSON.stringify({ jsonrpc: '2.0', id, result: { action: 'accept', content: { word } } }),
      })
    const before = await asked(1)
    await server.kill()
    await before.stream.rest().catch(() => undefined)
    await server.start()
    const { stream, question } = await asked(2)
    assert.notEqual(question, before.question)
    assert.match(question, /^[a-z0-9]{10}\.\d+$/)
    assert.equal((await answer(before.question, 'old')).status, 202)
    await answer(question, 'new')
    const last = (await stream.rest()).at(-1)
    assert.equal(textOf(JSON.parse(last?.data ?? '{}').result), 'said new')
  })

  test('has nothing of a session that its client has ended', async () => {
    await using server = await KeptServer.start()
    const [ended, other] = [await openSession(server.url), await openSession(server.url)]
    await call(server.url, ended, 'count')
    assert.equal((await send(server.url, { method: 'DELETE', headers: ended })).status, 204)
    await server.restart()
    assert.equal((await call(server.url, ended, 'count')).status, 404)
    assert.equal(textOf((await call(server.url, other, 'count')).result), '1')
    // A session that the process has not opened again can be ended, too.
    await server.restart()
    assert.equal((await send(server.url, { method: 'DELETE', headers: other })).status, 204)
    await server.restart()
    assert.equal((await call(server.url, other, 'count')).status, 404)
  })

  rarely('opens a session once for many first requests', async () => {
    await using server = await KeptServer.start()
    const headers = await openSession(server.url)
    await server.restart()
    const calls = Array.from({ length: 50 }, (_, id) => call(server.url, headers, 'count', {}, id + 10))
    const counts = (await Promise.all(calls)).map(({ status }) => status)
    assert.deepEqual([...new Set(counts)], [200])
    const stream = await openSource(server.url, { headers })
    assert.equal(stream.status, 200)
    stream.cut()
  })

  test('gives a session to nobody but whom it belongs to, and its file tells nobody of either', async () => {
    using project = new Project({ tokens: 'alice=alice-secret-1\nbob=bob-secret-22\n' })
    await using server = await KeptServer.start('kept.ts', { args: ['--token-file', project.path('tokens')] })
    const as = (token: string) => ({ authorization: `Bearer ${token}` })
    const begun = await send(server.url, {
      headers: { ...mcpHeaders, ...as('alice-secret-1') },
      body: rpc('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'raw', version: '1' },
      }),
    })
    const id = String(begun.headers['mcp-session-id'])
    const session = { ...mcpHeaders, 'mcp-session-id': id }
    await call(server.url, { ...session, ...as('alice-secret-1') }, 'count')
    const kept = readFileSync(server.file, 'utf8')
    for (const secret of [id, 'alice', 'secret']) assert.ok(!kept.includes(secret), secret)
    assert.equal(statSync(server.file).mode & 0o777, 0o600)
    project.write('tokens', 'alice=alice-renewed-3\nbob=bob-secret-22\n')
    await server.restart()
    const statuses = await Promise.all(
      ['bob-secret-22', 'alice-renewed-3', 'bob-secret-22'].map(async (token) => {
        const answer = await send(server.url, {
          headers: { ...session, ...as(token) },
          body: callBody('count', {}),
        })
        return [answer.status, answer.status === 200 ? textOf(messageIn(answer).result) : '']
      }),
    )
    assert.deepEqual(statuses, [
      [404, ''],
      [200, '2'],
      [404, ''],
    ])
    for (const method of ['GET', 'DELETE']) {
      const answer = await send(server.url, { method, headers: { ...session, ...as('bob-secret-22') } })
      assert.equal(answer.status, 404, method)
    }
  })

  test('forgets a session that was idle for too long', async () => {
    await using server = await KeptServer.start('kept.ts', { args: ['--session-timeout', '60'] })
    const [long, short] = [await openSession(server.url), await openSession(server.url)]
    await server.kill()
    const seconds = Math.floor(Date.now() / 1000)
    for (const [{ 'mcp-session-id': id = '' }, idle] of [
      [long, 92],
      [short, 10],
    ] as const)
      appendFileSync(
        server.file,
        lineOf({ kind: 'renewed', seconds: seconds - idle, keys: [sessionKey(id)] }),
      )
    await server.start()
    assert.equal((await call(server.url, long, 'count')).status, 404)
    assert.equal(textOf((await call(server.url, short, 'count')).result), '1')
  })
})
