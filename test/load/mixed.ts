import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { openSource } from '../support/event-source.ts'
import { answerTo, call, callBody, callModern, meta, modernHeaders, wordsOf } from '../support/raw-calls.ts'
import { openSession, send } from '../support/raw-http.ts'
import { expect } from './each.ts'
import { read } from './read.ts'

/** What one client does in turn; every one of them counts as a call. */
type Act = (client: Client, index: number) => Promise<void>

/** A client of both eras, who opens a new session now and then. */
export class Client {
  readonly url: URL
  headers: Record<string, string> = {}
  #turn = 0

  constructor(url: URL) {
    this.url = url
  }

  async open(): Promise<void> {
    this.headers = await openSession(this.url)
  }

  async end(): Promise<void> {
    await send(this.url, { method: 'DELETE', headers: this.headers })
  }

  /** @param index tells its calls apart. */
  async act(index: number): Promise<void> {
    const act = acts[this.#turn++ % acts.length]
    await act?.(this, index)
  }
}

const legacy: Act = async ({ url, headers }, index) => {
  expect(wordsOf(await call(url, headers, 'echo', { word: `${index}` }, index)) === `${index}`, 'no echo')
}

const modern: Act = async ({ url }, index) => {
  expect(wordsOf(await callModern(url, 'echo', { word: `${index}` })) === `${index}`, 'no modern echo')
}

const asked: Act = async ({ url }, index) => {
  const text = `${index}`
  const question = await callModern(url, 'ask', { text })
  const done = await callModern(url, 'ask', { text }, answerTo(question, { name: 'Ann' }))
  expect(wordsOf(done) === `Ann ${text.length}`, `a question: ${wordsOf(done)}`)
}

/** A cancellation that comes before its call is about nothing, so it is said again until the call has ended. */
const cancelled: Act = async ({ url, headers }, index) => {
  let over = false
  const held = read(url, { headers, body: callBody('hold', {}, index) })
    .catch(() => 0)
    .finally(() => {
      over = true
    })
  const params = { requestId: index, reason: 'enough' }
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params })
  while (!over) {
    await send(url, { headers, body })
    await Promise.race([held, delay(10)])
  }
}

const dropped: Act = async ({ url, headers }, index) => {
  await read(url, { headers, body: callBody('stream', { size: 2_000 }, index) }, 1)
}

/** In the modern era whoever leaves has cancelled. */
const left: Act = ({ url }, index) =>
  new Promise((resolve) => {
    const sent = request(url, { method: 'POST', headers: modernHeaders('tools/call', 'hold'), agent: false })
    sent.on('error', () => resolve())
    sent.end(callBody('hold', {}, index, { _meta: meta }))
    setTimeout(() => sent.destroy(), 5)
    sent.once('close', () => resolve())
  })

const resumed: Act = async ({ url, headers }, index) => {
  const body = callBody('stream', { size: 2_000 }, index)
  const first = await openSource(url, { method: 'POST', headers, body })
  const id = (await first.next())?.id
  first.cut()
  if (id === undefined) return
  const again = await openSource(url, { headers: { ...headers, 'last-event-id': id } })
  expect([200, 204].includes(again.status), `resuming: ${again.status}`)
  // The log comes before the answer, which ends the stream.
  await again.rest()
}

const renewed: Act = async (client) => {
  await client.end()
  await client.open()
}

/** Whoever is gone for good leaves a session that ends by itself. */
const abandoned: Act = (client) => client.open()

const acts: readonly Act[] = [
  ...[legacy, modern, legacy, modern, legacy, asked],
  ...[legacy, cancelled, modern, dropped, legacy, left],
  ...[legacy, resumed, modern, legacy, renewed, legacy],
  ...[legacy, modern, abandoned, legacy],
]
