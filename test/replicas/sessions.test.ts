import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Project } from '../support/project.ts'
import { call, callBody } from '../support/raw-calls.ts'
import { initialize, mcpHeaders, send } from '../support/raw-http.ts'
import { redisSkip } from '../support/redis-server.ts'
import { ReplicaServers } from './replica-servers.ts'

describe('replicas share their sessions in Redis', { skip: redisSkip }, () => {
  test('any of them answers any call, which costs Redis nothing, and they outlive it', async () => {
    await using servers = await ReplicaServers.start('shared.ts', { kept: true })
    const headers = await servers.open()
    const answers: string[] = []
    for (let at = 0; at < 6; at++) answers.push(await servers.call(headers, 'count'))
    assert.deepEqual(
      answers.map((answer) => Number(answer.split(' ')[1])),
      [1, 2, 3, 4, 5, 6],
    )
    assert.equal(new Set(answers.map((answer) => answer.split(' ')[0])).size, 2)

    // What goes on without any call is the sign of life of each: two commands and a word.
    const idle = new Set(['set', 'exists', 'publish', 'info', 'del'])
    await servers.settled()
    const before = await servers.redis.commands()
    for (let at = 0; at < 200; at++) await servers.call(headers, 'pid')
    const after = await servers.redis.commands()
    const used = [...after].filter(([name, count]) => count !== before.get(name) && !idle.has(name))
    assert.deepEqual(used, [])
    const published = (after.get('publish') ?? 0) - (before.get('publish') ?? 0)
    assert.ok(published < 50, `${published} words for 200 calls`)

    // Many first requests at once open it once.
    const other = await servers.open()
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, id) => call(servers.url, other, 'pid', {}, id + 10)),
    )
    assert.deepEqual([...new Set(statuses.map(({ status }) => status))], [200])

    // Its client ends it at one, and it has ended at all.
    assert.equal((await send(servers.url, { method: 'DELETE', headers: other })).status, 204)
    for (let at = 0; at < 4; at++) assert.equal((await call(servers.url, other, 'pid')).status, 404)

    // Neither session ids nor what opens one stand in Redis.
    const id = String(headers['mcp-session-id'])
    for (const key of await servers.redis.client.keys('*')) assert.ok(!key.includes(id), key)

    // They outlive the replica that has opened them, and the one after.
    servers.running[0]?.kill('SIGKILL')
    await servers.running[0]?.exited
    for (let count = 7; count <= 9; count++)
      assert.match(await servers.call(headers, 'count'), new RegExp(` ${count}$`))
    await servers.again(0)
    assert.match(await servers.call(headers, 'count', {}, 0), / 10$/)
    servers.running[1]?.kill('SIGTERM')
    assert.deepEqual(await servers.running[1]?.exited, { code: 0, signal: null })
    assert.match(await servers.call(headers, 'count'), / 11$/)
  })

  test('a session is its own caller’s, and nothing of his stands in Redis', async () => {
    using project = new Project({ tokens: 'alice=alice-secret-1\nbob=bob-secret-22\n' })
    await using servers = await ReplicaServers.start('shared.ts', {
      args: ['--token-file', project.path('tokens'), '--cluster-key-env', 'KEY'],
      env: { KEY: 'a secret of all replicas' },
    })
    const as = (token: string) => ({ authorization: `Bearer ${token}` })
    const begun = await send(servers.url, {
      headers: { ...mcpHeaders, ...as('alice-secret-1') },
      body: initialize,
    })
    const session = { ...mcpHeaders, 'mcp-session-id': String(begun.headers['mcp-session-id']) }
    for (let at = 0; at < 4; at++) {
      const [bob, alice] = await Promise.all(
        ['bob-secret-22', 'alice-secret-1'].map((token) =>
          send(servers.url, { headers: { ...session, ...as(token) }, body: callBody('count', {}, at) }),
        ),
      )
      assert.deepEqual([bob?.status, alice?.status], [404, 200])
    }
    const text = await servers.redis.dump()
    assert.match(text, /fastmcp:\{[\w-]{22}\}:s/)
    for (const secret of ['secret-1', 'secret-22', session['mcp-session-id'], 'clientInfo', 'count'])
      assert.ok(!text.includes(secret), `${secret} in ${text}`)
  })
})
