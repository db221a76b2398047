import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { claimedVersion } from '../../src/protocol/protocol-versions.ts'

interface Message {
  id?: string | number | null
  method?: string
  params?: { _meta?: Record<string, unknown> }
}

/** A client's transport of the official SDK, connected to the server under test. */
export interface Wire {
  onmessage?: ((message: never) => void) | undefined
  start(): Promise<void>
  send(message: never): Promise<void>
  close(): Promise<void>
}

/**
 * Lets a suite that only speaks Streamable HTTP test another transport: messages pass as they are.
 * @param shared whether all sessions go over one wire, which a process for each would make slow.
 */
export async function bridge(open: () => Wire, shared: boolean): Promise<AsyncDisposable & { url: URL }> {
  const wires = new Map<string, Relay>()
  const wireOf = (session: string) => {
    const wire = (shared ? [...wires.values()][0] : undefined) ?? new Relay(open())
    wires.set(session, wire)
    return wire
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const asked = String(request.headers['mcp-session-id'] ?? '')
    if (request.method === 'DELETE') {
      if (!shared) await wires.get(asked)?.close()
      wires.delete(shared ? '' : asked)
      return 200
    }
    if (request.method !== 'POST') return 405
    const message = await messageOf(request)
    if (asked !== '') return wires.get(asked)?.pass(message, response) ?? 404
    if (claimedVersion(message) !== undefined) return wireOf('modern').pass(message, response)
    if (message.method !== 'initialize') return 400
    const session = randomUUID()
    response.setHeader('mcp-session-id', session)
    return wireOf(session).pass(message, response)
  }
  const server = createServer((request, response) => {
    const done = (status: number) => {
      if (!response.headersSent) response.writeHead(status).end()
    }
    answer(request, response).then(done, () => done(500))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await Promise.all([...wires.values()].map((wire) => wire.close()))
    },
  }
}

const messageOf = async (request: IncomingMessage) => JSON.parse(await text(request)) as Message

/** One wire, and the responses that wait for what comes over it. */
class Relay {
  readonly #wire: Wire
  readonly #started: Promise<void>
  readonly #waiting = new Map<number, { id: Message['id']; response: ServerResponse }>()
  #requests = 0
  #sessions = 0
  #introduced: (answer: Message) => void = () => undefined
  /** The answer to the first `initialize`. */
  readonly #about = new Promise<Message>((resolve) => {
    this.#introduced = resolve
  })

  constructor(wire: Wire) {
    this.#wire = wire
    wire.onmessage = (message) => this.#take(message)
    this.#started = wire.start()
  }

  async pass(message: Message, response: ServerResponse): Promise<number> {
    await this.#started
    if (message.method === 'initialize') return this.#introduce(message, response)
    if (message.method === 'notifications/initialized' && this.#sessions > 1) return 202
    return this.#forward(message, response)
  }

  /** The server hears of the first client only; the others of a shared wire are told what that one was. */
  async #introduce(message: Message, response: ServerResponse): Promise<number> {
    this.#sessions++
    if (this.#sessions === 1) {
      const capabilities = { sampling: {}, elicitation: {}, roots: {} }
      const introduced = { ...message, params: { ...message.params, capabilities } }
      return this.#forward(introduced, response)
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ...(await this.#about), id: message.id }))
    return 200
  }

  async #forward(message: Message, response: ServerResponse): Promise<number> {
    if (message.method === undefined || message.id === undefined) {
      await this.#wire.send(message as never)
      return 202
    }
    // Clients that share a wire must not share ids.
    const id = ++this.#requests
    this.#waiting.set(id, { id: message.id, response })
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.once('close', () => this.#left(id))
    await this.#wire.send({ ...message, id } as never)
    return 200
  }

  /** In the modern era a client cancels by leaving, which takes a message on other transports. */
  #left(requestId: number): void {
    if (!this.#waiting.delete(requestId)) return
    const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } }
    void this.#wire.send(cancelled as never).catch(() => undefined)
  }

  async close(): Promise<void> {
    for (const { response } of this.#waiting.values()) response.end()
    this.#waiting.clear()
    await this.#started
    return this.#wire.close()
  }

  /** What belongs to no request by its id belongs to the newest; the suite has one under way at a time. */
  #take(message: Message): void {
    const answered = message.method === undefined ? this.#waiting.get(Number(message.id)) : undefined
    const to = answered ?? [...this.#waiting.values()].at(-1)
    to?.response.write(`data: ${JSON.stringify(answered ? { ...message, id: answered.id } : message)}\n\n`)
    if (!answered) return
    if (message.id === 1) this.#introduced(message)
    this.#waiting.delete(Number(message.id))
    answered.response.end()
  }
}
