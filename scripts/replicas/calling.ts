// Clients by hand of both eras that call, answer questions and lose their streams, over and over.
import { setTimeout as delay } from 'node:timers/promises'
import { answerTo, callModern, wordsOf } from '../../test/support/raw-calls.ts'
import { answerIn, RawSession, until } from '../workers/raw-session.ts'
import { oneOf } from './seeded.ts'

/** One call of one client, and why it failed, if it has. */
export interface Called {
  readonly client: string
  readonly what: string
  readonly began: number
  readonly ended: number
  readonly fault: string | undefined
}

/** What all clients have noticed. */
export class Noticed {
  readonly calls: Called[] = []
  /** Answers that were not what was asked for, and those among them that were for another client. */
  readonly wrong: string[] = []
  readonly others: string[] = []
  readonly lost: { readonly client: string; readonly at: number }[] = []

  /** @param said what the server said, which is to end with this word; what tools say begins with a number. */
  judge(client: string, what: string, said: string, word: string): string | undefined {
    if (said.endsWith(` ${word}`)) return undefined
    if (!/^\d+ (said|done|c\d)/.test(said)) return said
    this.wrong.push(`${client} ${what}: ${said} instead of ${word}`)
    if (/c\d+-\d+$/.test(said)) this.others.push(`${client}: ${said}`)
    return 'wrong'
  }
}

/** Calls until it is told to stop. */
export abstract class Caller {
  readonly #noticed: Noticed
  readonly name: string
  readonly #random: () => number
  #count = 0

  constructor(name: string, noticed: Noticed, random: () => number) {
    this.name = name
    this.#noticed = noticed
    this.#random = random
  }

  /** What it can do, and what the server is to say in the end. */
  abstract readonly does: Record<string, (word: string) => Promise<string>>
  abstract open(): Promise<void>

  async run(stopping: () => boolean): Promise<void> {
    await this.#timed('open', () => this.open().then(() => 'it is open'), 'open')
    const all = Object.keys(this.does) as [string, ...string[]]
    while (!stopping()) {
      const what = oneOf(all, this.#random)
      const word = `${this.name}-${++this.#count}`
      const fault = await this.#timed(
        what,
        () => this.does[what]?.(word) ?? Promise.resolve(''),
        what === 'cut' ? 'done' : word,
      )
      if (fault?.startsWith('404')) {
        this.#noticed.lost.push({ client: this.name, at: performance.now() })
        await this.open()
      }
      await delay(fault === undefined ? 20 : 100)
    }
  }

  async #timed(what: string, ask: () => Promise<string>, word: string): Promise<string | undefined> {
    const began = performance.now()
    const said = await ask().catch(
      (error: unknown) => `no answer: ${error instanceof Error ? error.message : error}`,
    )
    const fault = this.#noticed.judge(this.name, what, said, word)
    this.#noticed.calls.push({ client: this.name, what, began, ended: performance.now(), fault })
    return fault
  }
}

/** What is subscribed to, and milliseconds that word of a change of it may take. */
const [uri, wordLimit] = ['note://apples', 5_000]

/** A client of 2025-11-25. */
export class Legacy extends Caller {
  #session: RawSession | undefined
  readonly #url: URL

  constructor(url: URL, ...rest: ConstructorParameters<typeof Caller>) {
    super(...rest)
    this.#url = url
  }

  async open(): Promise<void> {
    // While Redis is away, no session can be opened.
    for (let tried = 0; tried < 600; tried++) {
      const session = await RawSession.open(this.#url).catch(() => undefined)
      this.#session = session
      if (session && session.headers['mcp-session-id'] !== 'undefined') return
      await delay(100)
    }
    throw new Error('no session could be opened')
  }

  get #own(): RawSession {
    if (!this.#session) throw new Error('it is not open')
    return this.#session
  }

  readonly does = {
    echo: (word: string) => this.#own.call('echo', { word }),
    ask: async (word: string) => {
      const { stream } = await this.#own.begin('ask')
      if (stream.status !== 200) return String(stream.status)
      const { id } = JSON.parse((await until(stream, 'elicitation/create')).data)
      const status = await this.#own.say({ id, result: { action: 'accept', content: { word } } })
      if (status !== 202) return String(status)
      const last = (await stream.rest()).at(-1)
      return last ? answerIn(last) : 'no answer: the stream ended'
    },
    watch: async (word: string) => {
      const stream = await this.#own.listen()
      if (stream.status !== 200) return String(stream.status)
      try {
        const subscribed = await this.#own.say({ id: word, method: 'resources/subscribe', params: { uri } })
        if (subscribed !== 200) return String(subscribed)
        const told = until(stream, 'resources/updated')
        told.catch(() => undefined)
        const touched = await this.#own.call('touch')
        if (!/^\d+$/.test(touched)) return touched
        const late = delay(wordLimit, undefined, { ref: false }).then(() => 'the word has not come')
        return await Promise.race([told.then(() => `${touched} done ${word}`), late])
      } finally {
        stream.cut()
      }
    },
    cut: async () => {
      const { stream } = await this.#own.begin('slow')
      if (stream.status !== 200) return String(stream.status)
      const begun = await until(stream, 'begun')
      stream.cut()
      const rest = await this.#own.listen(begun.id)
      const last = (await rest.rest()).filter(({ data }) => data !== '').at(-1)
      return last && rest.status === 200 ? answerIn(last) : String(rest.status)
    },
  }
}

/** A client of 2026-07-28, which has no session. */
export class Modern extends Caller {
  readonly #url: URL

  constructor(url: URL, ...rest: ConstructorParameters<typeof Caller>) {
    super(...rest)
    this.#url = url
  }

  async open(): Promise<void> {
    // There is nothing to open.
  }

  readonly does = {
    echo: async (word: string) => said(await callModern(this.#url, 'echo', { word })),
    ask: async (word: string) => {
      const asked = await callModern(this.#url, 'ask')
      if (asked.result?.requestState === undefined) return said(asked)
      return said(await callModern(this.#url, 'ask', {}, answerTo(asked, { word })))
    },
  }
}

type Answered = Awaited<ReturnType<typeof callModern>>

const said = (answer: Answered) =>
  answer.error ? `${answer.error.code} ${answer.error.message}` : wordsOf(answer)
