import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openSource } from '../support/event-source.ts'
import { root } from '../support/program.ts'
import { callBody } from '../support/raw-calls.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { WorkersServer } from './workers-server.ts'

const separate = `${root}test/fixtures/workers/separate.ts`

describe('servers with a memory of their own', () => {
  test('a session of a factory has one owner, and another when that is killed', async () => {
    await using server = await WorkersServer.start('separate.ts', { count: 3 })
    const headers = await server.open()
    for (let count = 1; count <= 9; count++) assert.equal(await server.call(headers, 'count'), String(count))
    const owner = await server.call(headers, 'pid')
    process.kill(Number(owner), 'SIGKILL')
    await server.running.until(/was killed by SIGKILL/)
    const next = await server.call(headers, 'pid').catch(() => server.call(headers, 'pid'))
    assert.notEqual(next, owner)
    // What it held is lost, as after a restart, and nothing else is.
    for (let count = 1; count <= 4; count++) assert.equal(await server.call(headers, 'count'), String(count))
  })

  test('with --sessions anywhere any process serves it', async () => {
    await using server = await WorkersServer.start('separate.ts', {
      count: 2,
      args: ['--sessions', 'anywhere'],
    })
    await server.callAll(await server.open(), 'pid')
  })

  test('a program is started once for a session', async () => {
    const exec = ['--exec', `${process.execPath} ${root}bin/fastmcp.js run ${separate}`]
    await using server = await WorkersServer.run(exec, 2)
    const headers = await server.open()
    for (let count = 1; count <= 6; count++) assert.equal(await server.call(headers, 'count'), String(count))
  })

  test('messages of the older transport find its stream', async () => {
    await using server = await WorkersServer.start('separate.ts', { count: 2, args: ['-t', 'sse'] })
    const stream = await openSource(server.url, { headers: { accept: 'text/event-stream' } })
    const path = (await stream.next())?.data ?? ''
    assert.match(path, /session_id=[a-z0-9]{10}\./)
    const post = (body: string) =>
      send(server.url, { path, headers: { ...mcpHeaders, connection: 'close' }, body })
    const answers: string[] = []
    for (const body of [initialize, ...[2, 3, 4, 5].map((id) => callBody('count', {}, id))]) {
      assert.equal((await post(body)).status, 202)
      answers.push((await stream.next())?.data ?? '')
    }
    assert.deepEqual(
      answers.slice(1).map((data) => JSON.parse(data).result.content[0].text),
      ['1', '2', '3', '4'],
    )
    stream.cut()
  })
})

test('a stop lets calls in every process end, and is one stop', async () => {
  await using server = await WorkersServer.start('shared.ts', { count: 2 })
  const headers = await openSession(server.url)
  await server.callAll(headers, 'pid')
  const slow = await Promise.all(
    [11, 12].map((id) => openSource(server.url, { method: 'POST', headers, body: callBody('slow', {}, id) })),
  )
  for (const stream of slow) await stream.next()
  server.running.kill('SIGTERM')
  const ends = await Promise.all(slow.map((stream) => stream.rest()))
  for (const events of ends) assert.match(events.at(-1)?.data ?? '', /done/)
  assert.deepEqual(await server.running.exited, { code: 0, signal: null })
})

test('without sessions any process answers', async () => {
  await using server = await WorkersServer.start('shared.ts', { count: 2, args: ['--stateless'] })
  const pids = new Set<string>()
  for (let id = 0; id < 6; id++) {
    const body = rpc('tools/call', { name: 'pid', arguments: {} }, id)
    const { json } = await send(server.url, { headers: { ...mcpHeaders, connection: 'close' }, body })
    pids.add(JSON.stringify(json?.result))
  }
  assert.equal(pids.size, 2)
})
