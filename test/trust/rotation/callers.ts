import { setTimeout as delay } from 'node:timers/promises'
import { StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { clientV1, clientV2, pinned, textOf } from '../../support/clients.ts'
import { ask, bearer } from '../guarded-roads.ts'
import type { Ledger } from './ledger.ts'

/** Milliseconds between two calls of one client. */
const pace = 10

/** What callers need to know of the guard. */
export interface Tokens {
  /** The token that somebody holds now. */
  of(name: string): string
  /** Tokens that nobody may come in with, by now. */
  bad(): readonly string[]
}

/** Clients of both eras that call without a pause, and strangers that try tokens that are good no more, or never were. */
export class Callers {
  readonly sessions = { kept: 0, lost: 0 }
  readonly #url: URL
  readonly #tokens: Tokens
  readonly #ledger: Ledger
  #stopping = false
  #all: Promise<void>[] = []

  constructor(url: URL, tokens: Tokens, ledger: Ledger) {
    this.#url = url
    this.#tokens = tokens
    this.#ledger = ledger
  }

  /** @param names whom the clients belong to; every other one is of the modern era. */
  async start(names: readonly string[]): Promise<void> {
    const clients = await Promise.all(names.map((name, at) => this.#connect(name, at % 2 === 0)))
    this.#all = [
      ...clients.map((call) => this.#calling(call)),
      this.#trying('legacy'),
      this.#trying('modern'),
    ]
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#all)
  }

  /** A session of the legacy era is opened once, and outlives its tokens. */
  async #connect(name: string, legacy: boolean): Promise<() => Promise<string>> {
    const options = { fetch: this.#fetchAs(name) }
    if (legacy) {
      const client = clientV1()
      await client.connect(new HttpV1(this.#url, options) as Parameters<typeof client.connect>[0])
      return async () => textOf(await client.callTool({ name: 'whoami', arguments: {} }))
    }
    const client = clientV2('rotating', pinned)
    await client.connect(new HttpV2(this.#url, options))
    return async () => textOf(await client.callTool({ name: 'whoami', arguments: {} }))
  }

  #fetchAs(name: string): typeof fetch {
    return async (input, init) => {
      const token = this.#tokens.of(name)
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${token}`)
      const began = performance.now()
      const response = await fetch(input, { ...init, headers })
      this.#ledger.note({ token, began, ended: performance.now(), status: response.status })
      return response
    }
  }

  async #calling(call: () => Promise<string>): Promise<void> {
    while (!this.#stopping) {
      // What a call has failed with, its requests have told already.
      const text = await call().catch(() => undefined)
      if (text === 'token') this.sessions.kept++
      else if (text !== undefined) this.sessions.lost++
      await delay(pace)
    }
  }

  async #trying(era: 'legacy' | 'modern'): Promise<void> {
    while (!this.#stopping) {
      for (const token of this.#tokens.bad()) {
        if (this.#stopping) return
        const began = performance.now()
        const { status } = await ask(this.#url, bearer(token), era)
        this.#ledger.note({ token, began, ended: performance.now(), status })
        await delay(pace)
      }
      await delay(pace)
    }
  }
}
