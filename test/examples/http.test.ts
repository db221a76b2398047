import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Client as ClientV2 } from '@modelcontextprotocol/client'
import type { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import {
  clientV1,
  clientV2,
  connectV1,
  connectV2,
  type Mode,
  pinned,
  type Target,
} from './support/clients.ts'
import { root, serveHttp, serveSse } from './support/program.ts'

interface Example {
  file: string
  /** A call and a word of its answer. */
  call: { name: string; arguments: Record<string, unknown> }
  answers: RegExp
  asks: boolean
}

const forecast = { name: 'forecast', arguments: { city: 'Oslo' } }
const examples: Example[] = [
  { file: 'weather.ts', call: forecast, answers: /"degrees":\[4,6,5\]/, asks: true },
  { file: 'weather-v1.ts', call: forecast, answers: /"degrees":\[4,6,5\]/, asks: true },
  { file: 'weather-v2.ts', call: forecast, answers: /"degrees":\[4,6,5\]/, asks: true },
  {
    file: 'factory.ts',
    call: { name: 'pack', arguments: { what: 'socks' } },
    answers: /^socks$/,
    asks: false,
  },
  { file: 'low-level.ts', call: forecast, answers: /^4 degrees$/, asks: false },
  { file: 'weather.cjs', call: forecast, answers: /^4 degrees$/, asks: false },
  {
    file: 'workspace',
    call: { name: 'forecast', arguments: { city: 'Oslo', unit: 'F' } },
    answers: /^39 °F$/,
    asks: false,
  },
]

type AnyClient = ClientV1 | ClientV2

/** Each client that can exist, and how it is made: with a name, and the city it wants to go to. */
const clients: {
  name: string
  modes: ('stdio' | 'http' | 'sse')[]
  connect: (target: Target, name: string, city: string) => Promise<AnyClient>
}[] = [
  { name: 'SDK v1', modes: ['stdio', 'http', 'sse'], connect: connectAskableV1 },
  {
    name: 'SDK v2',
    modes: ['stdio', 'http', 'sse'],
    connect: (...args) => connectAskableV2('legacy', ...args),
  },
  { name: 'SDK v2, auto', modes: ['stdio', 'http'], connect: (...args) => connectAskableV2('auto', ...args) },
  {
    name: 'SDK v2, pinned',
    modes: ['stdio', 'http'],
    connect: (...args) => connectAskableV2(pinned, ...args),
  },
]

function connectAskableV1(target: Target, name: string, city: string): Promise<ClientV1> {
  const client = clientV1(name, { elicitation: {} })
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { city } }))
  return connectV1(target, client)
}

function connectAskableV2(mode: Mode, target: Target, name: string, city: string): Promise<ClientV2> {
  const client = clientV2(name, mode, { elicitation: {} })
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { city } }))
  return connectV2(target, client)
}

async function call(client: AnyClient, request: Example['call']): Promise<string> {
  const result = await client.callTool(request)
  const [first] = result.content as { text: string }[]
  return first?.text ?? ''
}

for (const example of examples) {
  describe(`examples/${example.file}`, () => {
    const file = `${root}examples/${example.file}`
    const targets: Partial<Record<'stdio' | 'http' | 'sse', Target>> = { stdio: { stdio: ['run', file] } }
    const servers: AsyncDisposable[] = []
    before(async () => {
      const [http, sse] = await Promise.all([serveHttp(file), serveSse(file)])
      servers.push(http, sse)
      targets.http = { http: http.url }
      targets.sse = { sse: sse.url }
    })
    after(() => Promise.all(servers.map((server) => server[Symbol.asyncDispose]())))

    for (const { name, modes, connect } of clients) {
      for (const mode of modes) {
        test(`serves ${name} over ${mode}, two at once, each as itself`, async () => {
          const target = targets[mode]
          assert.ok(target)
          const [ann, bob] = await Promise.all([
            connect(target, 'ann', 'Lisbon'),
            connect(target, 'bob', 'Sapporo'),
          ])
          assert.ok((await ann.listTools()).tools.some((tool) => tool.name === example.call.name))
          assert.match(await call(ann, example.call), example.answers)
          const who = { name: 'whoami', arguments: {} }
          assert.deepEqual(await Promise.all([call(ann, who), call(bob, who)]), ['ann', 'bob'])
          // SDK v2 has no way to ask on its own in the modern era; `FastMCP` and the bridge for v1 have.
          const cannotAsk = name !== 'SDK v1' && name !== 'SDK v2' && example.file === 'weather-v2.ts'
          if (example.asks && !cannotAsk) {
            const trip = { name: 'trip', arguments: {} }
            assert.deepEqual(await Promise.all([call(ann, trip), call(bob, trip)]), [
              '19 degrees',
              '-2 degrees',
            ])
          }
          await Promise.all([ann.close(), bob.close()])
        })
      }
    }
  })
}

for (const file of ['weather.ts', 'weather-v1.ts', 'weather-v2.ts']) {
  test(`examples/${file} reports progress to whoever asked for it`, async () => {
    await using server = await serveHttp(`${root}examples/${file}`)
    const seen: number[] = []
    const client = await connectV1({ http: server.url })
    await client.callTool({ name: 'survey', arguments: {} }, undefined, {
      onprogress: ({ progress }) => seen.push(progress),
    })
    assert.deepEqual(seen, [1, 2, 3, 4])
    await client.close()
  })
}
