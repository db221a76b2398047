import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientV2, connectV1, connectV2, pinned, type Target } from './support/clients.ts'
import { root, serveHttp } from './support/program.ts'

const weather = `${root}examples/weather.ts`
const call = { name: 'forecast', arguments: { city: 'Oslo' } }
const expected = { city: 'Oslo', degrees: [4, 6, 5] }

async function twoClients(target: Target): Promise<void> {
  const [one, two] = await Promise.all([connectV1(target), connectV2(target)])
  try {
    const [first, second] = await Promise.all([one.callTool(call), two.callTool(call)])
    assert.deepEqual(first.structuredContent, expected)
    assert.deepEqual(second.structuredContent, expected)
    assert.equal((await one.listTools()).tools.length, 4)
  } finally {
    // A stdio server lives as long as its client, and a failure must not leave it behind.
    await Promise.all([one.close(), two.close()])
  }
}

test('the weather example serves two clients at once over Streamable HTTP', async () => {
  await using server = await serveHttp(weather)
  await twoClients({ http: server.url })
})

test('the weather example serves the modern era on the same path', async () => {
  await using server = await serveHttp(weather)
  const client = await connectV2({ http: server.url }, clientV2('modern', pinned))
  assert.deepEqual((await client.callTool(call)).structuredContent, expected)
  await client.close()
})

test('the weather example serves stdio, one process for each client', async () => {
  await twoClients({ stdio: ['run', weather] })
})
