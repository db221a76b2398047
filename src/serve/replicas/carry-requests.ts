import type { ServerResponse } from 'node:http'
import { now } from '../../process/clock.ts'
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

/** Milliseconds between two looks at whether those that have taken requests are still there. */
const look = 500

interface Open {
  readonly to: string
  readonly response: ServerResponse
  readonly envelope: Envelope
  /** When it was handed over, on the clock of `now()`. */
  readonly at: number
  /** Whether it may have been begun: what is refused from then on might be sent again, and be done twice. */
  begun: boolean
  parts: number
  /** Refuses it where it has not been begun, and else breaks its answer off. */
  fail(): void
}

/** Has other replicas answer requests, over the words that pass between all of them. */
export class CarryRequests {
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
    const text = JSON.stringify({ method, url, headers, body } satisfies CarriedRequest)
    const heard = await this.#bus.tell(
      to,
      'request',
      id,
      ephemeral,
      envelope.close(Buffer.from(text), 'request'),
    )
    // What could not be said, or not to all, says nothing of whether it is there.
    if (heard === undefined || (heard === 0 && this.#bus.unsure)) return fail()
    if (heard === 0) {
      this.#open.delete(id)
      this.#bus.gone(to)
      return gone()
    }
    const late = setTimeout(() => open.begun || open.fail(), takeLimit)
    this.#watching ??= setInterval(() => this.#watch(), look).unref()
    await closed
    clearTimeout(late)
    if (this.#open.delete(id)) void this.#bus.tell(to, 'dropped', id)
  }

  /**
   * It has been taken, and is begun on this word alone: one that was offered before Redis hung arrives when nobody
   * waits for it any more, and has been sent elsewhere.
   */
  async #go(from: string, id: string): Promise<void> {
    const open = this.#of(from, id)
    if (!open) return void this.#bus.tell(from, 'dropped', id)
    open.begun = true
    if (!(await this.#bus.tell(from, 'go', id))) open.fail()
  }

  /** Words have been missed, maybe the last ones of answers with them: clients may come back for what they are owed. */
  breakOff(): void {
    for (const open of this.#open.values()) if (open.at <= this.#bus.since) open.fail()
  }

  /** Who is killed says nothing any more. */
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
