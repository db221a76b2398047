// Clients of both SDKs that count on and on, whatever happens to their server, and what they have noticed of that.
import { setTimeout as delay } from 'node:timers/promises'
import { StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { clientV1, clientV2, textOf } from '../test/support/clients.ts'

/** Milliseconds after a kill within which calls may fail. */
export const near = 1_000

/** Milliseconds that a client waits for an answer. */
const timeout = 20_000

export interface CountingClient {
  readonly name: string
  call(tool: string): Promise<string>
  /** What the server has confirmed last, and the calls since that it may have carried out. */
  counted: number
  unsure: number
}

interface Call {
  readonly began: number
  readonly ended: number
  readonly fault: string | undefined
}

/** When a server, or a part of it, was killed, and when it was there again. */
export interface Kill {
  readonly from: number
  readonly to: number
}

export async function countingClient(url: URL, at: number): Promise<CountingClient> {
  const about = { counted: 0, unsure: 0 }
  if (at % 2 === 0) {
    const client = clientV1()
    await client.connect(new HttpV1(url) as Parameters<typeof client.connect>[0])
    const call = async (name: string) => textOf(await client.callTool({ name }, undefined, { timeout }))
    return { name: `v1-${at}`, call, ...about }
  }
  const client = clientV2()
  await client.connect(new HttpV2(url))
  const call = async (name: string) => textOf(await client.callTool({ name }, { timeout }))
  return { name: `v2-${at}`, call, ...about }
}

export const countingClients = (url: URL, count: number): Promise<CountingClient[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => countingClient(url, at)))

const shown = (at: number) => `${(at / 1000).toFixed(1)} s`

/** Counts with clients until it is told to stop. */
export class Counting {
  readonly calls: Call[] = []
  readonly wrong: string[] = []
  /** What would be wrong, but for something that excuses it. */
  readonly excused: string[] = []
  readonly #clients: readonly CountingClient[]
  readonly #counting: Promise<unknown>
  readonly #excuses: (since: number) => boolean
  #stopping = false

  /**
   * @param valueIn the number in what the tool `count` says.
   * @param excuses whether something that went on from then on lets a value be another.
   */
  constructor(
    clients: readonly CountingClient[],
    valueIn: (text: string) => number,
    excuses: (since: number) => boolean = () => false,
  ) {
    this.#clients = clients
    this.#excuses = excuses
    this.#counting = Promise.all(clients.map((client) => this.#count(client, valueIn)))
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await this.#counting
  }

  /** What the server says must be one more than before, or as many more as calls got no answer. */
  async #count(client: CountingClient, valueIn: (text: string) => number): Promise<void> {
    while (!this.#stopping) {
      const began = performance.now()
      let fault: string | undefined
      try {
        const value = valueIn(await client.call('count'))
        if (!(value > client.counted && value <= client.counted + client.unsure + 1))
          (this.#excuses(began) ? this.excused : this.wrong).push(
            `${client.name}: ${value} after ${client.counted}, ${client.unsure} unsure, ${shown(began)} to ${shown(performance.now())}`,
          )
        client.counted = value
        client.unsure = 0
      } catch (error) {
        fault = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
        client.unsure++
      }
      this.calls.push({ began, ended: performance.now(), fault })
      await delay(fault === undefined ? 5 : 50)
    }
  }

  /** What came of it: sessions that were lost, and the calls that no kill excuses. */
  summary(kills: readonly Kill[]) {
    const failed = this.calls.filter(({ fault }) => fault !== undefined)
    const gone = failed.filter(({ fault }) => /404|not found|not initialized/i.test(fault ?? ''))
    const stuck = this.#clients.filter(({ counted }) => counted === 0 || Number.isNaN(counted))
    const isNear = ({ began, ended }: Call) =>
      kills.some(({ from, to }) => ended >= from && began <= to + near)
    const far = this.calls.filter((one) => !isNear(one))
    const farFailed = far.filter(({ fault }) => fault !== undefined)
    const right = far.length === 0 ? 1 : 1 - farFailed.length / far.length
    return { failed: failed.length, lost: stuck.length + gone.length, far, farFailed, right }
  }

  /** Prints why calls failed, and what was wrong. */
  printFaults(): void {
    const reasons = new Map<string, number>()
    for (const { fault } of this.calls)
      if (fault !== undefined) reasons.set(fault, (reasons.get(fault) ?? 0) + 1)
    for (const [reason, times] of reasons) console.log(`  ${times} × ${reason}`)
    for (const one of this.wrong) console.log(`  wrong: ${one}`)
  }
}
