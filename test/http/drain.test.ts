import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { clientV1, clientV2, connectV1, connectV2, pinned } from '../support/clients.ts'
import { root, serveHttp, serveSse } from '../support/program.ts'
import { mcpHeaders, rpc, send } from '../support/raw-http.ts'
import { chosen } from '../support/whole.ts'

type Server = Awaited<ReturnType<typeof serveHttp>>

/** Tells the server to stop, and waits until it has begun to. */
async function beginToStop(server: Server): Promise<void> {
  server.kill('SIGTERM')
  const health = () => send(server.url, { method: 'GET', path: '/health' })
  while ((await health()).status !== 503) await new Promise((resolve) => setTimeout(resolve, 10))
}

for (const [at, sdk] of ['v1', 'v2'].entries()) {
  for (const [transport, serve] of chosen(Object.entries({ http: serveHttp, sse: serveSse }), 2, at)) {
    describe(`the drain after SIGTERM over ${transport}, SDK ${sdk}`, () => {
      const started = () => serve(`${root}test/fixtures/sessions/torture-${sdk}.ts`, ['--health'])
      const targetOf = (server: Server) => (transport === 'http' ? { http: server.url } : { sse: server.url })
      const stopped = { code: 0, signal: null }

      test('the answer to a question of a call in flight reaches it, new requests do not', async () => {
        await using server = await started()
        const client = clientV1('ann', { elicitation: {} })
        let refused: unknown
        client.setRequestHandler(ElicitRequestSchema, async () => {
          await beginToStop(server)
          refused = await client.listTools().catch((error: Error) => error)
          return { action: 'accept', content: { answer: 'late but here' } }
        })
        await connectV1(targetOf(server), client)
        const result = await client.callTool({ name: 'ask', arguments: { word: 'who?' } })
        assert.deepEqual(result.content, [{ type: 'text', text: 'late but here' }])
        assert.match(String(refused), /shutting down/)
        assert.deepEqual(await server.exited, stopped)
        await client.close()
      })

      test('a call in flight may still ask', async () => {
        await using server = await started()
        const client = clientV1('ann', { elicitation: {} })
        let asked = 0
        client.setRequestHandler(ElicitRequestSchema, async () => {
          asked++
          if (asked === 1) await beginToStop(server)
          return { action: 'accept', content: { answer: `answer ${asked}` } }
        })
        await connectV1(targetOf(server), client)
        const result = await client.callTool({ name: 'askTwice', arguments: { word: 'who?' } })
        assert.deepEqual(result.content, [{ type: 'text', text: 'answer 1, answer 2' }])
        assert.deepEqual(await server.exited, stopped)
        await client.close()
      })

      test('a call that is cancelled holds nobody up', async () => {
        await using server = await started()
        const client = await connectV1(targetOf(server))
        const abort = new AbortController()
        const call = client.callTool({ name: 'hold', arguments: { word: '60000' } }, undefined, {
          signal: abort.signal,
        })
        await server.until(/holding/)
        await beginToStop(server)
        abort.abort('enough')
        await assert.rejects(call)
        assert.deepEqual(await server.exited, stopped)
        await client.close()
      })

      test('nobody new is let in', async () => {
        await using server = await started()
        const client = await connectV1(targetOf(server))
        const call = client.callTool({ name: 'hold', arguments: { word: '1500' } })
        await server.until(/holding/)
        await beginToStop(server)
        const first =
          transport === 'http'
            ? { method: 'POST', headers: mcpHeaders, body: rpc('server/discover') }
            : { method: 'GET' }
        const { status, headers, json } = await send(server.url, first)
        assert.deepEqual([status, headers.connection], [503, 'close'])
        assert.equal(json?.error?.message, 'The server is shutting down')
        assert.deepEqual((await call).content, [{ type: 'text', text: 'held' }])
        assert.deepEqual(await server.exited, stopped)
        await client.close()
      })
    })
  }

  test(`who listens is told of the end, after the last call, SDK ${sdk}`, async () => {
    await using server = await serveHttp(`${root}test/fixtures/sessions/torture-${sdk}.ts`, ['--health'])
    const client = await connectV2({ http: server.url }, clientV2('eve', pinned))
    const stream = await client.listen({ toolsListChanged: true })
    const call = client.callTool({ name: 'hold', arguments: { word: '500' } })
    await server.until(/holding/)
    await beginToStop(server)
    assert.deepEqual((await call).content, [{ type: 'text', text: 'held' }])
    assert.equal(await stream.closed, 'graceful')
    assert.deepEqual(await server.exited, { code: 0, signal: null })
    await client.close()
  })
}
