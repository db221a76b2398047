import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { textOf } from '../support/clients.ts'
import { openSource } from '../support/event-source.ts'
import { callBody } from '../support/raw-calls.ts'
import { openSession } from '../support/raw-http.ts'
import { KeptServer } from './kept-server.ts'

const starts: Record<string, readonly string[]> = { 'one process': [], 'two workers': ['--workers', '2'] }

describe('a server that stops in order leaves what its clients have not received', () => {
  for (const [name, args] of Object.entries(starts))
    test(`of ${name}: the answer to a call whose stream was cut`, async () => {
      await using server = await KeptServer.start('kept.ts', { args })
      const { url } = server
      const headers = { ...(await openSession(url)), connection: 'close' }
      const call = (id: number) =>
        openSource(url, { method: 'POST', headers, body: callBody('late', {}, id) })
      const [cut, whole] = [await call(5), await call(6)]
      const first = await cut.next()
      assert.match(first?.id ?? '', /^[a-z0-9]{10}\.\d+-0\./)
      cut.cut()
      // The calls are being carried out, and the stop waits for them.
      const stopped = server.kill('SIGTERM')
      const answered = (await whole.rest()).at(-1)
      assert.match(textOf(JSON.parse(answered?.data ?? '{}').result), /^late$/)
      await stopped
      await server.start()
      const resume = (id = '') => openSource(url, { headers: { ...headers, 'last-event-id': id } })
      const left = (await (await resume(first?.id)).rest()).filter(({ data }) => data !== '')
      assert.deepEqual(
        left.map(({ data }) => JSON.parse(data).id),
        [5],
      )
      assert.match(textOf(JSON.parse(left[0]?.data ?? '').result), /^late$/)
      // Nothing comes behind it, and nothing is carried out again.
      assert.equal((await resume(left[0]?.id)).status, 204)
    })
})
