import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe } from 'node:test'
import { openSource } from '../support/event-source.ts'
import { listening, root, start } from '../support/program.ts'
import { answerTo, call, callBody, callModern, wordsOf } from '../support/raw-calls.ts'
import { initializeAskable, mcpHeaders, openSession, send } from '../support/raw-http.ts'
import { RedisServer, redisSkip } from '../support/redis-server.ts'
import { rarely } from '../support/whole.ts'
import { type RedisKind, withCluster, withSentinel, withTls, withUser } from './redis-kinds.ts'
import { type Headers, ReplicaServers } from './replica-servers.ts'

async function open(url: URL): Promise<Headers> {
  const begun = await send(url, { headers: mcpHeaders, body: initializeAskable })
  assert.equal(begun.status, 200, begun.text)
  const headers = { ...mcpHeaders, 'mcp-session-id': String(begun.headers['mcp-session-id']) }
  await send(url, { headers, body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }) })
  return headers
}

/** Resolves once a session can be opened at each: what is being found is not there yet, or no longer. */
async function ready(servers: ReplicaServers): Promise<void> {
  for (const at of [0, 1])
    await servers.until(async () => {
      const { status, text } = await send(servers.urlOf(at), { headers: mcpHeaders, body: initializeAskable })
      assert.ok([200, 503].includes(status), text)
      return status === 200
    })
}

/** What is kept, said, and handed on finds its way from one replica to the other. */
async function crosses(servers: ReplicaServers): Promise<Headers> {
  const [one, other] = [servers.urlOf(0), servers.urlOf(1)]
  // Several, which a cluster keeps at several nodes.
  for (let at = 0; at < 4; at++) {
    const session = await open(at % 2 === 0 ? one : other)
    for (let count = 1; count <= 4; count++)
      assert.match(await servers.call(session, 'count', {}, count % 2), new RegExp(` ${count}$`))
    assert.equal((await send(one, { method: 'DELETE', headers: session })).status, 204)
    assert.equal((await call(other, session, 'count')).status, 404)
  }
  const headers = await open(one)
  await servers.call(headers, 'count', {}, 1)
  const stream = await openSource(one, { method: 'POST', headers, body: callBody('ask', {}, 1) })
  let event = await stream.next()
  while (event && !event.data.includes('elicitation/create')) event = await stream.next()
  const { id } = JSON.parse(event?.data ?? '{}')
  const result = { action: 'accept', content: { word: 'across' } }
  await send(other, { headers, body: JSON.stringify({ jsonrpc: '2.0', id, result }) })
  assert.match((await stream.rest()).at(-1)?.data ?? '', /said across/)
  const asked = await callModern(one, 'ask', {}, {})
  assert.match(wordsOf(await callModern(other, 'ask', {}, answerTo(asked, { word: 'late' }))), /said late$/)
  return headers
}

/** The rules of the documentation. */
function documented(): string[] {
  const text = readFileSync(`${root}docs/notes/replicas.md`, 'utf8')
  return /ACL SETUSER (fastmcp .*)/.exec(text)?.[1]?.split(' ') ?? []
}

const kinds: Record<string, () => Promise<RedisKind>> = {
  'by TLS': withTls,
  'as a user who may do what is documented': () => withUser(documented()),
  'in a cluster': withCluster,
  'that sentinels name': withSentinel,
}

describe('replicas share their sessions in a Redis', { skip: redisSkip }, () => {
  for (const [name, make] of Object.entries(kinds))
    rarely(name, async () => {
      await using redis = await make()
      await using servers = await ReplicaServers.start('shared.ts', { at: redis })
      await ready(servers)
      const headers = await crosses(servers)
      if (!redis.failOver) return
      await redis.failOver()
      // Held sessions go on, and others as soon as another has taken its place.
      assert.equal((await call(servers.urlOf(0), headers, 'pid')).status, 200)
      await ready(servers)
      await servers.until(async () => (await call(servers.urlOf(1), headers, 'pid')).status === 200)
      await crosses(servers)
    })
})

rarely('run() of the library shares sessions in Redis', { skip: redisSkip }, async () => {
  await using redis = await RedisServer.start()
  const file = `${root}test/fixtures/workers/own-run.mjs`
  const one = () => listening(start(process.execPath, [file], { env: { SHARED: redis.url } }))
  await using first = await one()
  await using second = await one()
  const headers = await openSession(first.url)
  for (const [at, { url }] of [first, second, first].entries())
    assert.equal(wordsOf(await call(url, headers, 'count')).split(' ')[1], String(at + 1))
})
