import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { connectV1 } from '../support/clients.ts'
import { root, serveHttp, serveSse } from '../support/program.ts'
import { chosen } from '../support/whole.ts'
import { callerV1 } from './caller.ts'
import { checkTwo, connections, examples, textOf } from './examples.ts'

for (const [at, transport] of (['streamable-http', 'sse'] as const).entries()) {
  for (const example of chosen(examples, 8, at)) {
    describe(`examples/${example.file} over ${transport}`, () => {
      let server: Awaited<ReturnType<typeof serveHttp>>
      before(async () => {
        server = await (transport === 'sse' ? serveSse : serveHttp)(`${root}examples/${example.file}`)
      })
      after(() => server[Symbol.asyncDispose]())

      for (const connection of connections) {
        if (connection.transport !== transport) continue
        test(`serves two clients at once: ${connection.client}`, () => {
          const target = transport === 'sse' ? { sse: server.url } : { http: server.url }
          return checkTwo(example, connection.era, connection.connect, target)
        })
      }
    })
  }
}

test('examples/factory.ts makes a server for each session', async () => {
  await using server = await serveHttp(`${root}examples/factory.ts`)
  const join = (name: string) => callerV1({ http: server.url }, name, 'Oslo')
  const [ann, bob] = await Promise.all([join('ann'), join('bob')])
  try {
    assert.equal(await textOf(ann, 'pack', { what: 'socks' }), 'socks')
    assert.equal(await textOf(bob, 'pack', { what: 'skis' }), 'skis')
    assert.equal(await textOf(ann, 'pack', { what: 'hat' }), 'socks, hat')
  } finally {
    await Promise.all([ann.close(), bob.close()])
  }
})

for (const file of ['weather.ts', 'weather-v1.ts', 'weather-v2.ts']) {
  test(`examples/${file} has a resource template and a prompt`, async () => {
    await using server = await serveHttp(`${root}examples/${file}`)
    const client = await connectV1({ http: server.url })
    try {
      const { resourceTemplates } = await client.listResourceTemplates()
      assert.deepEqual(
        resourceTemplates.map((one) => one.uriTemplate),
        ['weather://cities/{name}'],
      )
      const { contents } = await client.readResource({ uri: 'weather://cities/Oslo' })
      assert.match(JSON.stringify(contents), /Norway/)
      const prompt = await client.getPrompt({ name: 'packing', arguments: { city: 'Lisbon' } })
      assert.match(JSON.stringify(prompt.messages), /three days in Lisbon/)
    } finally {
      await client.close()
    }
  })
}

test('examples/weather.ts answers on its own route beside the MCP path', async () => {
  await using server = await serveHttp(`${root}examples/weather.ts`)
  const answer = await fetch(new URL('/cities/Oslo', server.url))
  assert.deepEqual(await answer.json(), { name: 'Oslo', country: 'Norway', days: [4, 6, 5, 3, 2] })
})
