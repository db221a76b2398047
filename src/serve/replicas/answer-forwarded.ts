import { request as ask, type ClientRequest, type IncomingMessage } from 'node:http'
import { isRecord } from '../../protocol/jsonrpc.ts'
import type { RedisBus } from '../../store/redis/redis-bus.ts'
import type { ProcessAddress } from '../../store/siblings.ts'
import { hopByHop } from '../../transports/http/hop-by-hop.ts'
import { peerHeaders } from '../../transports/peers/forward.ts'
import type { Envelope, EnvelopeKey } from './envelope.ts'
import type { ForwardedRequest } from './forward-requests.ts'

/** Maximum forwarded requests at a time. */
const maxRequests = 1_000

/** Maximum unacknowledged bytes of a response. */
const maxUnacknowledged = 1024 * 1024

/** Maximum bytes of one chunk. */
const chunkSize = 64 * 1024

/** Milliseconds that an accepted request waits for its `go`. */
const confirmLimit = 5_000

interface Waiting {
  readonly envelope: Envelope
  readonly request: ForwardedRequest
}

interface Answering {
  readonly from: string
  readonly asked: ClientRequest
  answer: IncomingMessage | undefined
  unacknowledged: number
}

/** Answers requests that other replicas forward, with the same checks as requests that arrive here directly. */
export class ForwardedRequests {
  readonly #bus: RedisBus
  readonly #key: EnvelopeKey
  readonly #waiting = new Map<string, Waiting>()
  readonly #open = new Map<string, Answering>()
  /** The local address that answers them; undefined until this process serves. */
  address: ProcessAddress | undefined

  constructor(bus: RedisBus, key: EnvelopeKey) {
    this.#bus = bus
    this.#key = key
    bus.on('request', (from, [id, ephemeral, sealed]) =>
      this.#take(from, String(id), String(ephemeral), String(sealed)),
    )
    bus.on('go', (from, [id]) => this.#begin(from, String(id)))
    bus.on('dropped', (from, [id]) => this.#end(from, String(id)))
    bus.on('got', (from, [id, bytes]) => this.#got(from, String(id), Number(bytes)))
  }

  /** Accepts a request without starting it: the sender confirms with `go` if it is still waiting. */
  #take(from: string, id: string, ephemeral: string, sealed: string): void {
    if (!this.address || this.#open.size + this.#waiting.size >= maxRequests)
      return void this.#bus.tell(from, 'broken', id)
    const envelope = this.#key.openFor(ephemeral)
    const request: unknown = JSON.parse(envelope.open(sealed, 'request').toString())
    if (!isRequest(request)) return
    const key = keyOf(from, id)
    this.#waiting.set(key, { envelope, request })
    setTimeout(() => this.#waiting.delete(key), confirmLimit).unref()
    void this.#bus.tell(from, 'taken', id)
  }

  #begin(from: string, id: string): void {
    const { address } = this
    const waiting = this.#waiting.get(keyOf(from, id))
    this.#waiting.delete(keyOf(from, id))
    if (!address || !waiting) return void this.#bus.tell(from, 'broken', id)
    const { envelope, request } = waiting
    const { method, url: path, headers, body } = request
    const asked = ask({
      ...{ host: '127.0.0.1', port: address.port, method, path, agent: false },
      headers: peerHeaders(headers, address, body),
    })
    const answering: Answering = { from, asked, answer: undefined, unacknowledged: 0 }
    this.#open.set(keyOf(from, id), answering)
    asked.on('response', (answer) => this.#send(answering, id, envelope, answer))
    asked.on('error', () => this.#broken(answering, id))
    asked.end(body)
  }

  #send(answering: Answering, id: string, envelope: Envelope, answer: IncomingMessage): void {
    const { from } = answering
    answering.answer = answer
    const head = JSON.stringify({ status: answer.statusCode, headers: endToEnd(answer.rawHeaders) })
    void this.#bus.tell(from, 'answer', id, envelope.close(Buffer.from(head), `answer ${id}`))
    let parts = 0
    answer.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += chunkSize) {
        const some = bytes.subarray(at, at + chunkSize)
        void this.#bus.tell(from, 'part', id, parts, envelope.close(some, `part ${id} ${parts}`))
        parts++
      }
      answering.unacknowledged += bytes.length
      if (answering.unacknowledged > maxUnacknowledged) answer.pause()
    })
    answer.on('end', () => {
      this.#open.delete(keyOf(from, id))
      void this.#bus.tell(from, 'end', id, parts)
    })
    answer.on('error', () => this.#broken(answering, id))
  }

  #got(from: string, id: string, bytes: number): void {
    const answering = this.#open.get(keyOf(from, id))
    if (!answering) return
    answering.unacknowledged -= bytes
    if (answering.unacknowledged <= maxUnacknowledged) answering.answer?.resume()
  }

  #broken({ from }: Answering, id: string): void {
    if (this.#open.delete(keyOf(from, id))) void this.#bus.tell(from, 'broken', id)
  }

  /** The client has disconnected, so nothing reads the response. */
  #end(from: string, id: string): void {
    this.#waiting.delete(keyOf(from, id))
    const answering = this.#open.get(keyOf(from, id))
    this.#open.delete(keyOf(from, id))
    answering?.asked.destroy()
  }
}

const keyOf = (from: string, id: string) => `${from} ${id}`

/** Headers without hop-by-hop ones, which do not apply to the client's connection. */
function endToEnd(headers: readonly string[]): string[] {
  const forwarded: string[] = []
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const [name = '', value = ''] = [headers[at], headers[at + 1]]
    if (!hopByHop.has(name.toLowerCase()) && name.toLowerCase() !== 'date') forwarded.push(name, value)
  }
  return forwarded
}

const isRequest = (value: unknown): value is ForwardedRequest =>
  isRecord(value) &&
  typeof value.method === 'string' &&
  typeof value.url === 'string' &&
  value.url.startsWith('/') &&
  Array.isArray(value.headers)
