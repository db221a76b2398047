import type { ServerResponse } from 'node:http'
import { now } from '../../process/clock.ts'
import { isRecord, type JsonRpcMessage, usableId } from '../../protocol/jsonrpc.ts'
import type { RedisBus } from '../../store/redis/redis-bus.ts'
import { type Exchange, refuse } from '../../transports/http/http-reply.ts'
import { type Envelope, sealFor } from './envelope.ts'

/** A request as it is forwarded. */
export interface ForwardedRequest {
  readonly method: string
  readonly url: string
  /** Alternating names and values. */
  readonly headers: readonly string[]
  readonly body?: string | undefined
}

/** The head of a forwarded response. */
export interface ForwardedHead {
  readonly status: number
  readonly headers: readonly string[]
}

/** Milliseconds within which a process must accept a request; after that it counts as unresponsive. */
const acceptLimit = 2_000

/** Milliseconds between checks that the processes that accepted requests are still alive. */
const watchInterval = 500

interface Open {
  readonly to: string
  readonly response: ServerResponse
  readonly envelope: Envelope
  /** When it was forwarded, on the clock of `now()`. */
  readonly at: number
  /** Whether its handler may have started: after that, a refusal could make the client retry and run it twice. */
  begun: boolean
  parts: number
  /** Refuses the request if it has not started, otherwise aborts its response. */
  fail(): void
}

/** Forwards requests to other replicas over the message bus. */
export class RequestForwarder {
  readonly #bus: RedisBus
  readonly #open = new Map<string, Open>()
  #count = 0
  #watching: NodeJS.Timeout | undefined

  constructor(bus: RedisBus) {
    this.#bus = bus
    bus.on('taken', (from, [id]) => void this.#go(from, String(id)))
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
   * @param message the request's body, if it has been read already.
   * @param gone answers it here, because the other process is gone.
   */
  async forward(
    { request, response }: Exchange,
    to: string,
    message: JsonRpcMessage | undefined,
    gone: () => Promise<void>,
  ): Promise<void> {
    const key = this.#bus.about(to)
    const busy = () =>
      refuse(response, 503, goneWords, { id: usableId(message), headers: { 'retry-after': '1' } })
    if (this.#bus.deaf) return busy()
    if (typeof key !== 'string') return this.#bus.unsure ? busy() : gone()
    const id = String(++this.#count)
    const { ephemeral, ...envelope } = sealFor(key)
    const closed = new Promise<void>((resolve) => response.once('close', resolve))
    const fail = () => {
      this.#open.delete(id)
      if (response.headersSent || open.begun) response.destroy()
      else busy()
    }
    const open: Open = { to, response, envelope, at: now(), begun: false, parts: 0, fail }
    this.#open.set(id, open)
    const { method = 'GET', url = '/', rawHeaders: headers } = request
    const body = message === undefined ? undefined : JSON.stringify(message)
    const text = JSON.stringify({ method, url, headers, body } satisfies ForwardedRequest)
    const heard = await this.#bus.tell(
      to,
      'request',
      id,
      ephemeral,
      envelope.close(Buffer.from(text), 'request'),
    )
    // If the message was not delivered for certain, its receiver may still be alive.
    if (heard === undefined || (heard === 0 && this.#bus.unsure)) return fail()
    if (heard === 0) {
      this.#open.delete(id)
      this.#bus.gone(to)
      return gone()
    }
    const late = setTimeout(() => open.begun || open.fail(), acceptLimit)
    this.#watching ??= setInterval(() => this.#watch(), watchInterval).unref()
    await closed
    clearTimeout(late)
    if (this.#open.delete(id)) void this.#bus.tell(to, 'dropped', id)
  }

  /**
   * It was accepted, and starts only on this message: an offer that was stuck in a hanging Redis may arrive when the
   * request has long been sent elsewhere.
   */
  async #go(from: string, id: string): Promise<void> {
    const open = this.#of(from, id)
    if (!open) return void this.#bus.tell(from, 'dropped', id)
    open.begun = true
    if (!(await this.#bus.tell(from, 'go', id))) open.fail()
  }

  /**
   * Messages were lost, maybe the ends of responses with them: aborts those, so that clients reconnect for the rest.
   */
  breakOff(): void {
    for (const open of this.#open.values()) if (open.at <= this.#bus.since) open.fail()
  }

  /** A killed process sends no error. */
  #watch(): void {
    for (const open of this.#open.values()) if (!this.#bus.unsure && !this.#bus.lives(open.to)) open.fail()
    if (this.#open.size > 0) return
    clearInterval(this.#watching)
    this.#watching = undefined
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
      // The head of a streamed response must not be delayed.
      open.response.flushHeaders()
    } catch {
      open.fail()
    }
  }

  #part(from: string, id: string, at: number, sealed: string): void {
    const open = this.#of(from, id)
    if (!open) return
    try {
      // A missing chunk was sent while this process was disconnected.
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

const isHead = (value: unknown): value is ForwardedHead =>
  isRecord(value) && Number.isInteger(value.status) && Array.isArray(value.headers)
