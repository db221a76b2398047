import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { clientV2, connectV1, connectV2, pinned, type Target } from '../support/clients.ts'
import { type Calls, Edited, editedServer, textOf } from '../support/dev.ts'
import { Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

/** `npm run test:soak` runs these with the full counts. */
const saves = Number(process.env.FASTMCP_SOAK_SAVES ?? 6)
const deaths = Number(process.env.FASTMCP_SOAK_DEATHS ?? 3)
const interval = 300

interface Tally {
  sent: number
  answered: number
  failures: unknown[]
}

/** Calls all clients in turn, twenty times a second, until told to stop. */
async function callAll(clients: readonly Calls[], stop: AbortSignal): Promise<Tally> {
  const tally: Tally = { sent: 0, answered: 0, failures: [] }
  const calls: Promise<void>[] = []
  for (let call = 0; !stop.aborted; call++) {
    const client = clients[call % clients.length]
    if (!client) break
    tally.sent++
    calls.push(
      textOf(client, 'slow', { ms: 100 }).then(
        () => void tally.answered++,
        (error: unknown) => void tally.failures.push(error),
      ),
    )
    await delay(50)
  }
  await Promise.all(calls)
  return tally
}

async function saveOften(edited: { write(name: string, text: string): void }): Promise<void> {
  for (let save = 0; save < saves; save++) {
    await delay(interval)
    edited.write('server.ts', editedServer(`save ${save}`))
  }
}

async function newest(client: Calls): Promise<string> {
  const last = `save ${saves - 1}`
  for (let look = 0; look < 200; look++) {
    if ((await textOf(client, 'version')) === last) return last
    await delay(50)
  }
  return textOf(client, 'version')
}

describe('saves while clients call lose nothing', () => {
  for (const transport of chosen(['streamable-http', 'sse'], 2)) {
    test(transport, async () => {
      await using edited = new Edited(['-t', transport])
      const url = await edited.url()
      const target: Target = transport === 'sse' ? { sse: url } : { http: url }
      const v1 = await connectV1(target)
      const v2 = await connectV2(target)
      const clients: Calls[] = [v1, v2]
      const modern = clientV2('modern', pinned)
      if (transport !== 'sse') clients.push(await connectV2(target, modern))
      const sessions = [v1.transport?.sessionId, v2.transport?.sessionId]
      const stop = new AbortController()
      const calls = callAll(clients, stop.signal)
      await saveOften(edited.project)
      stop.abort()
      const { sent, answered, failures } = await calls
      assert.deepEqual(failures, [])
      assert.equal(answered, sent)
      for (const client of clients) assert.equal(await newest(client), `save ${saves - 1}`)
      assert.deepEqual([v1.transport?.sessionId, v2.transport?.sessionId], sessions)
      await Promise.all([v1.close(), v2.close(), modern.close()])
    })
  }

  for (const [name, mode] of [
    ['legacy', 'legacy'],
    ['modern', pinned],
  ] as const) {
    test(`stdio, ${name}`, async () => {
      using project = new Project({ 'server.ts': editedServer('first') })
      const client = await connectV2(
        { stdio: ['dev', project.path('server.ts'), '-t', 'stdio'] },
        clientV2(name, mode),
      )
      const stop = new AbortController()
      const calls = callAll([client], stop.signal)
      await saveOften(project)
      stop.abort()
      const { sent, answered, failures } = await calls
      assert.deepEqual(failures, [])
      assert.equal(answered, sent)
      assert.equal(await newest(client), `save ${saves - 1}`)
      await client.close()
    })
  }
})

test('every call in flight is answered when its server is killed, and the session goes on', async () => {
  await using edited = new Edited()
  const client = await connectV2({ http: await edited.url() })
  for (let death = 0; death < deaths; death++) {
    const pid = Number(await textOf(client, 'pid'))
    const slow = [1, 2, 3].map(() => textOf(client, 'slow', { ms: 60_000 }))
    await textOf(client, 'version')
    process.kill(pid, 'SIGKILL')
    for (const outcome of await Promise.allSettled(slow)) assert.equal(outcome.status, 'rejected')
    assert.equal(await textOf(client, 'version'), 'first')
  }
  await client.close()
})
