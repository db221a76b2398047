import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { textOf } from '../support/clients.ts'
import { openSource } from '../support/event-source.ts'
import { patience } from '../support/program.ts'
import { answerTo, callBody, callModern, wordsOf } from '../support/raw-calls.ts'
import { initialize, initializeAskable, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { type Monitor, redisSkip } from '../support/redis-server.ts'
import { rarely } from '../support/whole.ts'
import { type Headers, ReplicaServers } from './replica-servers.ts'

const notify = (url: URL, headers: Headers, message: object) =>
  send(url, { headers, body: JSON.stringify({ jsonrpc: '2.0', ...message }) })

/** Reads a stream until an event has this in it. */
async function until(stream: Awaited<ReturnType<typeof openSource>>, word: string) {
  let event = await stream.next()
  while (event && !event.data.includes(word)) event = await stream.next()
  assert.ok(event, `the stream ended before ${word}`)
  return event
}

describe('what is said at one replica finds its way to the other', { skip: redisSkip }, () => {
  let servers: ReplicaServers
  let headers: Headers
  /** Everything that has gone through Redis. */
  let monitor: Monitor | undefined
  const [one, other] = [0, 1]

  before(async () => {
    servers = await ReplicaServers.start('shared.ts')
    monitor = await servers.redis.monitor()
    headers = await openSession(servers.url, initializeAskable)
    for (const at of [one, other]) await servers.call(headers, 'pid', {}, at)
  })

  after(async () => {
    monitor?.close()
    await servers?.[Symbol.asyncDispose]()
  })

  test('an answer to a question, progress, and a cancel', async () => {
    const asking = servers.urlOf(one)
    const stream = await openSource(asking, { method: 'POST', headers, body: callBody('ask', {}, 1) })
    const question = JSON.parse((await until(stream, 'elicitation/create')).data)
    const result = { action: 'accept', content: { word: 'across' } }
    const answered = await notify(servers.urlOf(other), headers, { id: question.id, result })
    assert.equal(answered.status, 202)
    const last = (await stream.rest()).at(-1)
    assert.match(textOf(JSON.parse(last?.data ?? '{}').result), /said across$/)

    const slowly = await openSource(asking, { method: 'POST', headers, body: callBody('ask-slowly', {}, 2) })
    const { id, params } = JSON.parse((await until(slowly, 'elicitation/create')).data)
    const { progressToken } = params._meta
    for (const progress of [1, 2])
      await notify(servers.urlOf(other), headers, {
        method: 'notifications/progress',
        params: { progressToken, progress },
      })
    await notify(servers.urlOf(other), headers, { id, result: { action: 'decline' } })
    assert.match(textOf(JSON.parse((await slowly.rest()).at(-1)?.data ?? '{}').result), /heard 1,2$/)

    const working = await openSource(asking, { method: 'POST', headers, body: callBody('work', {}, 11) })
    await until(working, 'working')
    const cancel = { method: 'notifications/cancelled', params: { requestId: 11 } }
    await notify(servers.urlOf(other), headers, cancel)
    await working.rest()
    await servers.running[one]?.until(/cancelled in/)
  })

  test('a stream that was cut goes on at the other, without a loss', async () => {
    const stream = await openSource(servers.urlOf(one), {
      method: 'POST',
      headers,
      body: callBody('slow', {}, 21),
    })
    const begun = await until(stream, 'begun')
    stream.cut()
    const resumed = { ...headers, 'last-event-id': begun.id ?? '' }
    const rest = await openSource(servers.urlOf(other), { headers: resumed })
    const events = (await rest.rest()).filter(({ data }) => data !== '')
    assert.equal(events.length, 1, JSON.stringify(events))
    assert.match(textOf(JSON.parse(events[0]?.data ?? '{}').result), /done$/)
  })

  test('a call of the modern era goes on where it waits', async () => {
    const asked = await callModern(servers.urlOf(one), 'ask', {}, {})
    assert.match(String(asked.result?.requestState), /^fastmcp\.[a-z0-9]{10}\./)
    const token = { authorization: 'Bearer a-token-of-nobody' }
    const answered = await callModern(
      servers.urlOf(other),
      'ask',
      {},
      answerTo(asked, { word: 'late' }),
      token,
    )
    assert.match(wordsOf(answered), /said late$/)
  })

  test('what a client is told travels to its stream, once, and waits where there is none', async () => {
    const [url, away] = [servers.urlOf(one), servers.urlOf(other)]
    await send(away, { headers, body: rpc('resources/subscribe', { uri: 'note://apples' }, 31) })
    await send(away, { headers, body: rpc('logging/setLevel', { level: 'error' }, 32) })
    const heard: string[] = []
    const count = (word: string) => heard.filter((data) => data.includes(word)).length
    const heardOf = async (word: string, times: number) => {
      const end = Date.now() + patience
      while (count(word) < times && Date.now() < end) await delay(20)
      assert.equal(count(word), times, `${word} in ${heard.join()}`)
    }
    // Nobody listens yet.
    await servers.call(headers, 'say', {}, other)
    await servers.call(headers, 'touch', {}, other)
    const listen = async (at: URL) => {
      const stream = await openSource(at, { headers })
      void (async () => {
        for (let event = await stream.next(); event; event = await stream.next()) heard.push(event.data)
      })().catch(() => undefined)
      return stream
    }
    const first = await listen(url)
    await heardOf('loudly', 1)
    await heardOf('note://apples', 1)
    await servers.call(headers, 'say', {}, other)
    await heardOf('loudly', 2)
    await servers.call(headers, 'say', {}, one)
    await heardOf('loudly', 3)
    for (const [at, times] of [
      [other, 1],
      [one, 2],
    ] as const) {
      await servers.call(headers, 'more', {}, at)
      await heardOf('tools/list_changed', times)
    }
    // The newest stream wins, and the one before ends.
    const second = await listen(away)
    await servers.call(headers, 'say', {}, one)
    await heardOf('loudly', 4)
    assert.equal(count('quietly'), 0)
    for (const stream of [first, second]) stream.cut()
  })

  test('neither tokens nor session ids have passed by Redis, or stand there', async () => {
    const kept = await servers.redis.dump()
    assert.match(kept, /fastmcp:\{[\w-]{22}\}:s/)
    const all = `${monitor?.seen()}\n${kept}`
    assert.match(all, /"request"/)
    for (const secret of [String(headers['mcp-session-id']), 'a-token-of-nobody'])
      assert.ok(!all.includes(secret), secret)
  })
})

test('messages of the older transport find its stream', { skip: redisSkip }, async () => {
  await using servers = await ReplicaServers.start('separate.ts', { args: ['-t', 'sse'] })
  const stream = await openSource(new URL('/sse', servers.urlOf(0)), { headers: mcpHeaders })
  const path = (await stream.next())?.data ?? ''
  assert.match(path, /session_id=[a-z0-9]{10}\./)
  const answers: string[] = []
  for (const [at, body] of [initialize, callBody('count', {}, 2), callBody('count', {}, 3)].entries()) {
    const posted = await send(servers.urlOf(at % 2), { path, headers: mcpHeaders, body })
    assert.equal(posted.status, 202, posted.text)
    answers.push((await stream.next())?.data ?? '')
  }
  assert.deepEqual(
    answers.slice(1).map((data) => textOf(JSON.parse(data).result)),
    ['1', '2'],
  )
  stream.cut()
  await servers.until(async () => {
    const late = await send(servers.urlOf(1), { path, headers: mcpHeaders, body: callBody('count', {}, 4) })
    return late.status === 404
  })
})

describe('servers with a memory of their own', { skip: redisSkip }, () => {
  rarely('a session of a factory has one owner, and another when that is killed', async () => {
    await using servers = await ReplicaServers.start('separate.ts')
    const headers = await servers.open()
    for (let count = 1; count <= 6; count++) assert.equal(await servers.call(headers, 'count'), String(count))
    const owner = await servers.call(headers, 'pid')
    const at = servers.running.findIndex(({ child }) => String(child.pid) === owner)
    servers.running[at]?.kill('SIGKILL')
    await servers.running[at]?.exited
    let counted = ''
    // What waited for it is answered 503 at most once.
    await servers.until(async () => {
      counted = await servers.call(headers, 'count').catch(() => '')
      return counted !== ''
    })
    // What it held is lost, as after a restart, and nothing else is.
    assert.equal(counted, '1')
    assert.equal(await servers.call(headers, 'count'), '2')
  })
})
