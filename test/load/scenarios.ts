import { answerTo, call, callBody, callModern, wordsOf } from '../support/raw-calls.ts'
import { initialize, mcpHeaders, openSession, rpc, send } from '../support/raw-http.ts'
import { each, expect } from './each.ts'
import { answeredQuestion } from './question.ts'
import { read } from './read.ts'
import type { Scenario } from './scenario.ts'

const million = 1_000_000
/**
 * The other caller asks for what takes 50 ms, as most tools do that look something up. The attackers are few at once,
 * so that what is measured is the server, and not two cores that everybody shares.
 */
const heavy = { server: { fixture: 'http/heavy.ts' }, echo: ['lookup', 'word'] } as const

/** Every other one reads all of it; the others leave in the middle. None of them ends its session. */
const streams: Scenario = {
  ...heavy,
  name: 'streams',
  title: '1,000 clients stream 3 MB and leave',
  attack: (url, wrong) =>
    each(
      1_000,
      1,
      async (index) => {
        const headers = await openSession(url)
        const body = callBody('stream', { size: 3 * million })
        const length = await read(url, { headers, body }, index % 2 === 0 ? 1 : undefined)
        expect(index % 2 === 0 || length > 3 * million, 'an answer that is not whole')
      },
      wrong,
    ),
}

const questions: Scenario = {
  ...heavy,
  name: 'questions',
  title: '2 x 1,000 questions with 1 MB, answered',
  attack: async (url, wrong) => {
    const text = 'x'.repeat(million)
    await each(
      1_000,
      1,
      async () => {
        const asked = await callModern(url, 'ask', { text })
        const done = await callModern(url, 'ask', { text }, answerTo(asked, { name: 'Ann' }))
        expect(wordsOf(done) === `Ann ${million}`, `modern: ${wordsOf(done)}`)
      },
      wrong,
    )
    await each(
      1_000,
      1,
      async () => {
        const words = await answeredQuestion(url, 'ask', { text }, { name: 'Bob' })
        expect(words === `Bob ${million}`, `legacy: ${words}`)
      },
      wrong,
    )
  },
}

const sessions: Scenario = {
  ...heavy,
  name: 'sessions',
  title: '10,000 sessions opened by one caller',
  attack: (url, wrong) =>
    // A few more than there may be, or the last of the others would still find room.
    each(
      10_200,
      2,
      async () => {
        const opened = await send(url, { headers: mcpHeaders, body: initialize })
        expect(opened.status === 200, `status ${opened.status}`)
      },
      wrong,
    ),
}

/** Just within what may be asked, just beyond it, and far beyond; in the shape that templates take longest for. */
const lengths = [4_000, 4_000, 4_000, 5_000]
const farBeyond = 300_000
const parts = ['x', '/', '?start=', '%20', ',', '{x}', '\u{1f600}']

const uris = (example: string): Scenario => ({
  name: `uris ${example}`,
  title: `10,000 long URIs, ${example}`,
  server: { example },
  echo: ['forecast', 'city'],
  attack: async (url, wrong) => {
    const headers = await openSession(url)
    await each(
      10_000,
      2,
      async (index) => {
        const part = parts[index % parts.length] ?? ''
        const length = index % 100 === 99 ? farBeyond : (lengths[index % lengths.length] ?? 0)
        const times = Math.floor(length / Buffer.byteLength(part))
        const uri = `weather://cities/${part.repeat(times)}`
        const answer = await send(url, { headers, body: rpc('resources/read', { uri }, index) })
        const words = answer.json?.error?.message ?? ''
        const refused = /^uri is longer than 4 KiB$/.test(words)
        const fits = Buffer.byteLength(uri) <= 4096
        expect(
          fits ? words !== '' && !refused : refused,
          `a URI of ${length} bytes is not answered as it should be`,
        )
      },
      wrong,
    )
  },
})

/** As JSON, as an event, packed, announced, as a page of an error, and as a log before the answer. */
const huge = ['hugeJson', 'hugeEvent', 'hugePacked', 'hugeAnnounced', 'hugeFault', 'hugeLog']

const remote: Scenario = {
  name: 'remote',
  title: 'a remote answers 300 MB, 60 times',
  server: 'remote',
  echo: ['lookup', 'word'],
  attack: async (url, wrong) => {
    const headers = await openSession(url)
    await each(
      60,
      1,
      async (index) => {
        const answer = await call(url, headers, huge[index % huge.length] ?? '', {}, index)
        expect(
          /dropped|responded with status 500|after the log/.test(wordsOf(answer)),
          wordsOf(answer).slice(0, 60),
        )
      },
      wrong,
    )
  },
}

export const scenarios: readonly Scenario[] = [
  streams,
  questions,
  sessions,
  uris('weather.ts'),
  uris('weather-v1.ts'),
  uris('weather-v2.ts'),
  remote,
]
