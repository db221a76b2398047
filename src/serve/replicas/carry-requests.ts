import type { ServerResponse } from 'node:http'
import { isRecord, type JsonRpcMessage, usableId } from '../../protocol/jsonrpc.ts'
import type { RedisBus } from '../../store/redis/redis-bus.ts'
import { type Exchange, refuse } from '../../transports/http/http-reply.ts'
import { type Envelope, sealFor } from './envelope.ts'

/** A request as it travels. */
export interface CarriedRequest {
  readonly method: string
  readonly url: string
  /** Names and values, one after the other. */
  readonly headers: readonly string[]
  readonly body?: string | undefined
}

/** The beginning of an answer as it travels. */
export interface CarriedHead {
  readonly status: number
  readonly headers: readonly string[]
}

/** Milliseconds in which a process must take a request, or it is taken for one that hangs. */
const takeLimit = 2_000

interface Open {
  readonly to: string
  readonly response: ServerResponse
  readonly envelope: Envelope
  taken: boolean
  parts: number
  /** Answers it otherwise, while nothing has been answered yet. */
  fail(): void
}

/** Has other replicas answer requests, over the words that pass between all of them. */
export class CarryRequests {
  readonly #bus: RedisBus
  readonly #open = new Map<string, Open>()
  #count = 0

  constructor(bus: RedisBus) {
    this.#bus = bus
    bus.on('taken', (from, [id]) => {
      const open = this.#of(from, id)
      if (open) open.taken = true
    })
    bus.on('answer', (from, [id, sealed]) => this.#begin(this.#of(from, id), String(id), String(sealed)))
    bus.on('part', (from, [id, at, sealed]) => this.#part(from, String(id), Number(at), String(sealed)))
    bus.on('end', (from, [id, parts]) => {
      const open = this.#of(from, id)
      if (!open) return
      this.#open.delete(String(id))
      if (open.parts === parts) open.response.end()
      else open.fail()
    })
    bus.on('broken', (from, [id]) => this.#of(from, id)?.fail())
  }

  /**
   * @param message what the request has brought, if that has been read.
   * @param gone answers it here, because nobody is there.
   */
  async carry(
    { request, response }: Exchange,
    to: string,
    message: JsonRpcMessage | undefined,
    gone: () => Promise<void>,
  ): Promise<void> {
    const key = this.#bus.about(to)
    if (typeof key !== 'string') return gone()
    const id = String(++this.#count)
    const { ephemeral, ...envelope } = sealFor(key)
    const closed = new Promise<void>((resolve) => response.once('close', resolve))
    const fail = () => {
      this.#open.delete(id)
      if (response.headersSent) response.destroy()
      else refuse(response, 503, goneWords, { id: usableId(message), headers: { 'retry-after': '1' } })
    }
    const open: Open = { to, response, envelope, taken: false, parts: 0, fail }
    this.#open.set(id, open)
    const { method = 'GET', url = '/', rawHeaders: headers } = request
    const body = message === undefined ? undefined : JSON.stringify(message)
    const text = JSON.stringify({ method, url, headers, body } satisfies CarriedRequest)
    const heard = await this.#bus.tell(
      to,
      'request',
      id,
      ephemeral,
      envelope.close(Buffer.from(text), 'request'),
    )
    if (heard === 0) {
      this.#open.delete(id)
      this.#bus.gone(to)
      return gone()
    }
    const late = setTimeout(() => open.taken || open.fail(), takeLimit)
    await closed
    clearTimeout(late)
    if (this.#open.delete(id)) void this.#bus.tell(to, 'dropped', id)
  }

  #of(from: string, id: unknown): Open | undefined {
    const open = this.#open.get(String(id))
    return open?.to === from ? open : undefined
  }

  #begin(open: Open | undefined, id: string, sealed: string): void {
    if (!open) return
    try {
      const head: unknown = JSON.parse(open.envelope.open(sealed, `answer ${id}`).toString())
      if (!isHead(head)) return open.fail()
      open.response.writeHead(head.status, [...head.headers])
      // An answer that streams has to say so at once.
      open.response.flushHeaders()
    } catch {
      open.fail()
    }
  }

  #part(from: string, id: string, at: number, sealed: string): void {
    const open = this.#of(from, id)
    if (!open) return
    try {
      // One that is missing was said while nobody here could hear.
      if (at !== open.parts++) return open.fail()
      const bytes = open.envelope.open(sealed, `part ${id} ${at}`)
      const got = () => void this.#bus.tell(from, 'got', id, bytes.length)
      open.response.write(bytes, got)
    } catch {
      open.fail()
    }
  }
}

const goneWords = 'The process that had this request to answer does not answer'

const isHead = (value: unknown): value is CarriedHead =>
  isRecord(value) && Number.isInteger(value.status) && Array.isArray(value.headers)
