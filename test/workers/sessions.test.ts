import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Project } from '../support/project.ts'
import { call, callBody } from '../support/raw-calls.ts'
import { initialize, mcpHeaders, send } from '../support/raw-http.ts'
import { WorkersServer } from './workers-server.ts'

describe('several processes serve the same sessions', () => {
  test('each answers calls of one session, whose state is the same in all', async () => {
    await using server = await WorkersServer.start('shared.ts', { args: ['-l', 'debug'] })
    const headers = await server.open()
    const counts = (await server.callAll(headers, 'count')).map((answer) => Number(answer.split(' ')[1]))
    assert.deepEqual(
      counts,
      counts.map((_, at) => at + 1),
    )
    assert.equal(server.running.stderr.match(/listening on \S+ with \d workers?$/gm)?.length, 1)

    // Many first requests at once open it once in each process, and end nothing.
    const other = await server.open()
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, id) =>
        call(server.url, { ...other, connection: 'close' }, 'pid', {}, id + 10),
      ),
    )
    assert.deepEqual([...new Set(statuses.map(({ status }) => status))], [200])

    // Its client ends it at one, and it has ended at all.
    const ended = await send(server.url, { method: 'DELETE', headers: { ...other, connection: 'close' } })
    assert.equal(ended.status, 204)
    for (let at = 0; at < 6; at++)
      assert.equal((await call(server.url, { ...other, connection: 'close' }, 'pid')).status, 404)

    server.running.kill('SIGTERM')
    assert.deepEqual(await server.running.exited, { code: 0, signal: null })
    assert.match(server.running.stderr, /words of workers: .*load/)
  })

  test('a plain call costs no word', async () => {
    await using server = await WorkersServer.start('shared.ts', { count: 2, args: ['-l', 'debug'] })
    const sessions = await Promise.all([server.open(), server.open()])
    for (const headers of sessions) await server.callAll(headers, 'pid')
    for (let at = 0; at < 100; at++) for (const headers of sessions) await server.call(headers, 'pid')
    server.running.kill('SIGTERM')
    await server.running.exited
    const [, said = ''] = /words of workers: (.*)/.exec(server.running.stderr) ?? []
    const words = new Map(said.split(', ').map((one) => [one.split(' ')[0], Number(one.split(' ')[1])]))
    // Two sessions were opened, saved, and adopted by the other process; their clients said that they were ready.
    const sum = [...words.values()].reduce((all, one) => all + one, 0)
    assert.ok(sum < 20, said)
    assert.equal(words.get('load'), 2)
  })

  test('one that is killed is replaced, and its sessions go on', async () => {
    await using server = await WorkersServer.start('shared.ts', { count: 2 })
    const headers = await server.open()
    const before = await server.callAll(headers, 'count')
    for (const answer of new Set(before.map((one) => one.split(' ')[0])))
      process.kill(Number(answer), 'SIGKILL')
    await server.until(/was killed by SIGKILL[\s\S]*was killed by SIGKILL/)
    const last = Number(before.at(-1)?.split(' ')[1])
    // Until one has come back, nobody listens.
    await server.until(/serves instead/)
    const next = await server.call(headers, 'count')
    assert.equal(Number(next.split(' ')[1]), last + 1)
    assert.ok(!before.some((one) => one.startsWith(next.split(' ')[0] ?? '')), next)
  })

  test('one that hangs is replaced', async () => {
    await using server = await WorkersServer.start('shared.ts', { count: 2, args: ['--worker-timeout', '5'] })
    const headers = await server.open()
    const hung = call(server.url, { ...headers, connection: 'close' }, 'hang').then(
      () => 'answered',
      () => 'failed',
    )
    await server.until(/has not responded for 5 s/)
    assert.equal(await hung, 'failed')
    await server.until(/serves instead/)
    await server.callAll(headers, 'pid')
  })

  test('they go on after all of them have been stopped, with a store', async () => {
    using project = new Project({})
    const store = ['--store', `file:${project.path('sessions.db')}`]
    const before = await WorkersServer.start('shared.ts', { count: 2, args: store })
    const headers = await before.open()
    assert.match(await before.call(headers, 'count'), / 1$/)
    assert.match(await before.call(headers, 'count'), / 2$/)
    before.running.kill('SIGKILL')
    await before.running.exited
    await using after = await WorkersServer.start('shared.ts', { count: 2, args: store })
    assert.match(await after.call(headers, 'count'), / 3$/)
    assert.match(await after.call(headers, 'count'), / 4$/)
  })

  test('a session is its own caller’s in every process', async () => {
    using project = new Project({ tokens: 'alice=alice-secret-1\nbob=bob-secret-22\n' })
    await using server = await WorkersServer.start('shared.ts', {
      count: 2,
      args: ['--token-file', project.path('tokens')],
    })
    const as = (token: string) => ({ authorization: `Bearer ${token}`, connection: 'close' })
    const begun = await send(server.url, {
      headers: { ...mcpHeaders, ...as('alice-secret-1') },
      body: initialize,
    })
    const session = { ...mcpHeaders, 'mcp-session-id': String(begun.headers['mcp-session-id']) }
    for (let at = 0; at < 4; at++) {
      const bob = await send(server.url, {
        headers: { ...session, ...as('bob-secret-22') },
        body: callBody('pid', {}),
      })
      const alice = await send(server.url, {
        headers: { ...session, ...as('alice-secret-1') },
        body: callBody('pid', {}),
      })
      assert.deepEqual([bob.status, alice.status], [404, 200])
    }
  })
})
