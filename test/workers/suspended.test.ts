import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { KeptServer } from '../store/kept-server.ts'
import { root, serveHttp } from '../support/program.ts'
import { answerTo, callModern, wordsOf } from '../support/raw-calls.ts'
import { WorkersServer } from './workers-server.ts'

const apart = { connection: 'close' }

/** Calls a tool that asks its client; the answer goes to what comes of that. */
async function asked(url: URL) {
  const question = await callModern(url, 'ask', {}, {}, apart)
  return (at: URL) => callModern(at, 'ask', {}, answerTo(question, { word: 'late' }), apart)
}

describe('a call that waits for its client in the modern era', () => {
  test('ends with its worker, and its retry is told so', async () => {
    await using server = await WorkersServer.start('shared.ts', { count: 2 })
    const { url } = server
    const pids = new Set<string>()
    const retries: Awaited<ReturnType<typeof asked>>[] = []
    while (pids.size < 2) {
      pids.add(wordsOf(await callModern(url, 'pid', {}, {}, apart)))
      retries.push(await asked(url), await asked(url))
    }
    const [killed = ''] = pids
    process.kill(Number(killed), 'SIGKILL')
    await server.until(/serves instead/)
    const outcomes = { lost: 0, answered: 0 }
    for (const retry of retries) {
      const { error, ...answer } = await retry(url)
      if (!error) {
        // Its handler has gone on where it waited, once.
        assert.match(wordsOf(answer), /said late$/)
        assert.ok(!wordsOf(answer).startsWith(killed))
        assert.match(String((await retry(url)).error?.message), /^Invalid or expired requestState$/)
        outcomes.answered++
      } else {
        assert.match(error.message, /requestState: the process in which the call waited has exited/)
        outcomes.lost++
      }
    }
    assert.ok(outcomes.lost > 0 && outcomes.answered > 0, JSON.stringify(outcomes))
  })

  test('ends with its server, also where sessions are kept, and its retry is told so', async () => {
    await using server = await KeptServer.start()
    const retry = await asked(server.url)
    await server.restart()
    const { error } = await retry(server.url)
    assert.equal(error?.code, -32_602)
    assert.match(error.message, /requestState: .*was lost when a process restarted/)
  })

  test('is told what processes need that do not know of each other', async () => {
    const file = `${root}test/fixtures/workers/shared.ts`
    await using one = await serveHttp(file, ['-p', '0', '--stateless'])
    await using other = await serveHttp(file, ['-p', '0', '--stateless'])
    const retry = await asked(one.url)
    const { error } = await retry(other.url)
    assert.match(String(error?.message), /waits in another process of this server.*--workers/)
    assert.match(wordsOf(await retry(one.url)), /said late$/)
  })
})
