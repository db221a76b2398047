import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openSource } from '../support/event-source.ts'
import { answerTo, call, callBody, callModern, wordsOf } from '../support/raw-calls.ts'
import { initialize, initializeAskable, mcpHeaders, send } from '../support/raw-http.ts'
import { redisSkip } from '../support/redis-server.ts'
import { rarely } from '../support/whole.ts'
import { type Headers, ReplicaServers } from './replica-servers.ts'

/** Milliseconds that a server of a busy machine gets for what should take two seconds at most. */
const soon = 30_000

/** What a client is answered that calls one replica. */
const statusAt = async (servers: ReplicaServers, headers: Headers, at: number): Promise<number> =>
  (await call(servers.urlOf(at), headers, 'pid')).status

/** While Redis does not work, what is held goes on, and nothing else is said to be gone. */
async function goesOn(servers: ReplicaServers, held: Headers, elsewhere: Headers): Promise<void> {
  assert.equal(await statusAt(servers, held, 0), 200)
  // A session of the other replica.
  const refused = await call(servers.urlOf(0), elsewhere, 'pid')
  assert.equal(refused.status, 503)
  const fresh = await send(servers.urlOf(0), { headers: mcpHeaders, body: initialize })
  assert.equal(fresh.status, 503)
  assert.equal(fresh.headers['retry-after'], '1')
  assert.match(wordsOf(await callModern(servers.urlOf(0), 'pid', {}, {})), /^\d+$/)
  const ready = await send(servers.urlOf(0), { method: 'GET', path: '/readyz' })
  assert.equal(ready.status, 200)
}

/** A session that one replica holds alone, as soon as it can be opened: what has hung may be connected to once more. */
async function openAt(servers: ReplicaServers, at: number): Promise<Headers> {
  let begun = await send(servers.urlOf(at), { headers: mcpHeaders, body: initializeAskable })
  await servers.until(async () => {
    if (begun.status === 503)
      begun = await send(servers.urlOf(at), { headers: mcpHeaders, body: initializeAskable })
    return begun.status !== 503
  }, soon)
  const headers = { ...mcpHeaders, 'mcp-session-id': String(begun.headers['mcp-session-id']) }
  assert.equal(await statusAt(servers, headers, at), 200)
  return headers
}

/** Asks the first replica for a session of the other until it has it, and is never told that there is none. */
const heals = (servers: ReplicaServers) => async (headers: Headers) => {
  const statuses = new Set<number>()
  await servers.until(async () => {
    const status = await statusAt(servers, headers, 0)
    statuses.add(status)
    return status === 200
  }, soon)
  assert.ok(!statuses.has(404), [...statuses].join())
}

/** Waits until Redis has what some session has counted. */
const kept = (servers: ReplicaServers, count: number) =>
  servers.until(async () => {
    const { client } = servers.redis
    const values = await Promise.all((await client.keys('*}:x')).map((key) => client.hvals(key)))
    return values.flat().includes(JSON.stringify(['count', String(count)]))
  }, soon)

describe('when Redis does not work', { skip: redisSkip }, () => {
  test('hung, killed and empty: what is held goes on, and all is as before when it is back', async () => {
    // By way of a port that takes connections also while Redis does not, as balancers do.
    await using servers = await ReplicaServers.start('shared.ts', { wired: true })
    const [held, elsewhere] = [await openAt(servers, 0), await openAt(servers, 1)]
    assert.match(await servers.call(held, 'count', {}, 0), / 1$/)

    // A call that waits at the other for its client's answer.
    const asked = await callModern(servers.urlOf(1), 'ask', {}, {})
    const answer = () => callModern(servers.urlOf(0), 'ask', {}, answerTo(asked, { word: 'late' }))

    servers.redis.pause()
    await servers.running[0]?.until(/does not work: /)
    await goesOn(servers, held, elsewhere)
    // That one cannot be reached now, which does not end it.
    assert.equal((await answer()).status, 503)
    // What is set meanwhile counts here, and everywhere once that can be.
    assert.match(await servers.call(held, 'count', {}, 0), / 2$/)
    servers.redis.goOn()
    await heals(servers)(elsewhere)
    for (const one of servers.running) await one.until(/works again/)
    let late = await answer()
    await servers.until(async () => {
      if (late.status === 503) late = await answer()
      return late.status !== 503
    }, soon)
    assert.match(wordsOf(late), /said late$/)
    await kept(servers, 2)
    assert.match(await servers.call(held, 'count', {}, 1), / 3$/)

    // Nobody has a copy but those who hold it.
    await servers.redis.client.flushall()
    const third = await openAt(servers, 1)
    await heals(servers)(third)
    await kept(servers, 3)
    assert.match(await servers.call(held, 'count', {}, 0), / 4$/)
    assert.match(await servers.call(held, 'count', {}, 1), / 5$/)

    const alone = await openAt(servers, 1)
    const waits = await openSource(servers.urlOf(0), {
      method: 'POST',
      headers: held,
      body: callBody('ask', {}, 'waits'),
    })
    let question = await waits.next()
    while (question && !question.data.includes('elicitation/create')) question = await waits.next()
    await servers.redis.kill()
    await servers.until(async () => (await statusAt(servers, alone, 0)) === 503, soon)
    await goesOn(servers, held, alone)
    // What is accepted meanwhile for a call that waits elsewhere reaches it.
    const { id } = JSON.parse(question?.data ?? '{}')
    const result = { action: 'accept', content: { word: 'meanwhile' } }
    const body = JSON.stringify({ jsonrpc: '2.0', id, result })
    assert.equal((await send(servers.urlOf(1), { headers: held, body })).status, 202)
    await servers.redis.restart()
    assert.match((await waits.rest()).at(-1)?.data ?? '', /said meanwhile/)
    await heals(servers)(alone)
    await kept(servers, 5)
    assert.match(await servers.call(held, 'count', {}, 0), / 6$/)
    assert.match(await servers.call(held, 'count', {}, 1), / 7$/)
    // One that has ended stays so.
    assert.equal((await send(servers.urlOf(0), { method: 'DELETE', headers: alone })).status, 204)
    for (const at of [0, 1]) assert.equal(await statusAt(servers, alone, at), 404)
  })

  rarely('full, forbidden and slow', async () => {
    await using servers = await ReplicaServers.start('shared.ts')
    const [held, elsewhere] = [await openAt(servers, 0), await openAt(servers, 1)]
    await servers.redis.client.config('SET', 'maxmemory', '1')
    for (const one of servers.running) await one.until(/does not work: its memory is full/)
    await goesOn(servers, held, elsewhere)
    await servers.redis.client.config('SET', 'maxmemory', '0')
    await heals(servers)(elsewhere)
    for (const one of servers.running) await one.until(/works again/)

    const alone = await openAt(servers, 1)
    await servers.redis.client.call('ACL', 'SETUSER', 'default', '-hgetall', '-set')
    await servers.running[0]?.until(/does not work: the user may not use the command/)
    await goesOn(servers, held, alone)
    await servers.redis.client.call('ACL', 'SETUSER', 'default', '+@all')
    await heals(servers)(alone)

    // Half a second for each command is slow, and nothing is lost by it.
    for (let times = 0; times < 3; times++) {
      await servers.redis.client.call('CLIENT', 'PAUSE', '500', 'ALL')
      assert.equal(await statusAt(servers, held, 0), 200)
      assert.ok([200, 503].includes(await statusAt(servers, alone, 1)))
    }
    await heals(servers)(alone)
  })

  rarely('it was away at the start', async () => {
    await using servers = await ReplicaServers.start('shared.ts', { count: 1 })
    servers.running[0]?.kill('SIGKILL')
    await servers.running[0]?.exited
    await servers.redis.kill()
    await servers.again(0)
    assert.match(servers.running[0]?.stderr ?? '', /does not work: connection refused\. Until it does/)
    assert.match(wordsOf(await callModern(servers.urlOf(0), 'pid', {}, {})), /^\d+$/)
    assert.equal((await send(servers.urlOf(0), { headers: mcpHeaders, body: initialize })).status, 503)
    await servers.redis.restart()
    await servers.until(
      async () => (await send(servers.urlOf(0), { headers: mcpHeaders, body: initialize })).status === 200,
      soon,
    )
  })
})
