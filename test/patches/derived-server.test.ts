// The private names of the SDKs by which a server is derived for each session (src/sessions/derived).
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { describe, test } from 'node:test'
import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport as StdioV1 } from '@modelcontextprotocol/sdk/server/stdio.js'
import { CreateMessageRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import { StdioServerTransport as StdioV2 } from '@modelcontextprotocol/server/stdio'
import type { Channel } from '../../src/protocol/channel.ts'
import { isGuarded } from '../../src/serve/modern/ordinary-request.ts'
import { instanceSource } from '../../src/sessions/derived/instance-source.ts'
import {
  coreOf,
  countsOf,
  isClient,
  isSdkServer,
  isStdio,
  sdkOf,
} from '../../src/sessions/derived/sdk-shape.ts'

const about = { name: 'a', version: '1' }
const capabilities = { capabilities: { logging: {}, tools: { listChanged: true } } }

/** Used in the same way, and typed differently. */
const makeV2 = () => new McpServerV2(about, capabilities) as unknown as McpServerV1

const sdks = {
  v1: { make: () => new McpServerV1(about, capabilities), client: new ClientV1(about), stdio: new StdioV1() },
  v2: { make: makeV2, client: new ClientV2(about), stdio: new StdioV2() },
}

/** The state of an exported server, as far as it can be told: its private fields, and how much is in them. */
const stateOf = (core: object) =>
  Object.getOwnPropertyNames(core)
    .filter((name) => name.startsWith('_'))
    .map((name) => {
      const value: unknown = Reflect.get(core, name)
      return [name, value instanceof Map || value instanceof Set ? value.size : value] as const
    })

for (const [sdk, { make, client, stdio }] of Object.entries(sdks)) {
  describe(`SDK ${sdk}`, () => {
    test('a server, a client and a transport on stdio are told from others', () => {
      const server = make()
      assert.equal(coreOf(server), server.server)
      assert.equal(sdkOf(server.server as never), sdk)
      assert.deepEqual([server, server.server, {}].map(isSdkServer), [true, true, false])
      assert.deepEqual([isClient(client), isClient(server.server)], [true, false])
      assert.deepEqual([isStdio(stdio), isStdio(InMemoryTransport.createLinkedPair()[0])], [true, false])
    })

    test('a transport on stdio that somebody has written is told by its text', () => {
      const { stdin } = process
      const written: Record<string, object> = {
        'an object': { start: () => process.stdin.on('data', () => undefined), send() {} },
        'a class above': new (class extends class {
          start() {
            process.stdin.resume()
          }
        } {})(),
        'the stream by its own name': new (class {
          start() {
            stdin.on('data', () => undefined)
          }
        })(),
        'a stream that it is given': new (class {
          readonly input: unknown
          constructor(input: unknown) {
            this.input = input
          }
        })(process.stdin),
      }
      for (const [what, one] of Object.entries(written)) assert.equal(isStdio(one), true, what)
      const others = {
        'a comment': new (class {
          start() {
            // unlike process.stdin
          }
        })(),
        'a stream of a program': { start: (child: ChildProcess) => child.stdin?.end() },
      }
      for (const [what, one] of Object.entries(others)) assert.equal(isStdio(one), false, what)
    })

    test('what has been registered is counted', () => {
      const server = make()
      server.registerTool('t', {}, () => ({ content: [] }))
      server.registerPrompt('p', {}, () => ({ messages: [] }))
      server.registerResource('r', 'test://r', {}, () => ({ contents: [] }))
      assert.deepEqual(
        [...countsOf(server)],
        [
          ['tool', 1],
          ['resource', 1],
          ['prompt', 1],
        ],
      )
    })

    test('what a session brings along stays with its own server', async () => {
      const server = make()
      server.registerTool('ask', {}, async () => {
        const asked = server.server.createMessage({ messages: [], maxTokens: 1 })
        return { content: [{ type: 'text' as const, text: (await asked).model }] }
      })
      const source = instanceSource(server)
      await openClient(source, 'before')
      const before = stateOf(server.server)
      const [one, other] = [await openClient(source, 'one'), await openClient(source, 'other')]
      await one.setLoggingLevel('error')
      const texts = await Promise.all(
        [one, other].map(async (each) => (await each.callTool({ name: 'ask', arguments: {} })).content),
      )
      assert.deepEqual(texts, [[{ type: 'text', text: 'one' }], [{ type: 'text', text: 'other' }]])
      await Promise.all([one.close(), other.close()])
      assert.deepEqual(stateOf(server.server), before)
    })
  })
}

/** A client, in a session with a server derived for it, that answers with its name what it is asked. */
async function openClient(source: ReturnType<typeof instanceSource>, name: string): Promise<ClientV1> {
  const [here, there] = InMemoryTransport.createLinkedPair()
  const opened = await source.open({ era: 'legacy', longLived: true })
  await opened.connect(there as unknown as Channel)
  const client = new ClientV1({ name, version: '1' }, { capabilities: { sampling: {} } })
  client.setRequestHandler(CreateMessageRequestSchema, () => ({
    model: name,
    role: 'assistant',
    content: { type: 'text', text: 'yes' },
  }))
  await client.connect(here)
  return client
}

test('rights that a tool asks for are seen, and where they cannot be seen the SDK looks', () => {
  const server = new McpServerV2(about)
  const guarded = { scopeChallenge: () => undefined }
  server.registerTool('open', {}, () => ({ content: [] }))
  server.registerTool('guarded', guarded as object, () => ({ content: [] }))
  const asked = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } }) as const
  assert.deepEqual([isGuarded(server, asked('open')), isGuarded(server, asked('guarded'))], [false, true])
  const renamed = { registerTool: () => undefined, server: server.server }
  assert.equal(isGuarded(renamed, asked('open')), true)
  assert.equal(isGuarded(server.server, asked('open')), false)
})
