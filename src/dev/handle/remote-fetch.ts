import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import { errorCodes, errorReply, messageText, usableId } from '../../protocol/jsonrpc.ts'
import type { Order, Report, WireRequest } from '../protocol/wire.ts'

interface Open {
  message: JsonRpcMessage | undefined
  answer: (response: Response) => void
  body: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Bytes that have arrived and that nobody has asked for yet. */
  untaken: number
}

/** Bytes of an answer that are held here for a client that reads more slowly. */
const ahead = 256 * 1024

type FetchReport = Extract<Report, { type: 'head' | 'chunk' | 'end' }>

/** HTTP requests that a generation answers, as the front sees them: web-standard, and never without an answer. */
export class RemoteFetch {
  readonly #send: (order: Order) => void
  readonly #open = new Map<number, Open>()
  #count = 0

  constructor(send: (order: Order) => void) {
    this.#send = send
  }

  get size(): number {
    return this.#open.size
  }

  fetch(request: WireRequest, message: JsonRpcMessage | undefined, signal: AbortSignal): Promise<Response> {
    const call = ++this.#count
    const abort = () => this.#send({ type: 'abort', call })
    signal.addEventListener('abort', abort, { once: true })
    return new Promise((answer) => {
      const text = message && messageText(message)
      this.#open.set(call, { message, answer, body: undefined, untaken: 0 })
      this.#send({ type: 'fetch', call, request, text })
    })
  }

  take(report: FetchReport): void {
    const open = this.#open.get(report.call)
    if (!open) return
    if (report.type === 'head') this.#begin(report, open)
    else if (report.type === 'chunk') this.#pass(report, open)
    else this.#end(report.call, open, report.fault)
  }

  /** The generation is gone: what it has not answered is answered with an error. */
  fail(reason: string): void {
    for (const [call, open] of this.#open) this.#end(call, open, `The server ${reason}`)
  }

  #begin({ call, status, headers }: FetchReport & { type: 'head' }, open: Open): void {
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          open.body = controller
        },
        pull: () => this.#taken(call, open),
        cancel: () => {
          this.#open.delete(call)
          this.#send({ type: 'abort', call })
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: ahead }),
    )
    const empty = [101, 204, 205, 304].includes(status)
    open.answer(new Response(empty ? null : body, { status, headers }))
  }

  #pass({ call, bytes }: FetchReport & { type: 'chunk' }, open: Open): void {
    open.body?.enqueue(bytes)
    open.untaken += bytes.length
    if ((open.body?.desiredSize ?? 1) > 0) this.#taken(call, open)
  }

  #taken(call: number, open: Open): void {
    if (open.untaken > 0) this.#send({ type: 'taken', call, bytes: open.untaken })
    open.untaken = 0
  }

  #end(call: number, open: Open, fault: string | undefined): void {
    this.#open.delete(call)
    if (fault === undefined) return open.body?.close()
    if (open.body) return this.#breakOff(open, fault)
    const id = open.message ? usableId(open.message) : null
    open.answer(
      Response.json(errorReply(id, errorCodes.internal, fault), { status: open.message ? 200 : 502 }),
    )
  }

  /** A stream of events can still say what has happened; any other body is cut off. */
  #breakOff({ message, body }: Open, fault: string): void {
    const id = usableId(message)
    if (id === null) return body?.error(new Error(fault))
    const text = JSON.stringify(errorReply(id, errorCodes.internal, fault))
    body?.enqueue(new TextEncoder().encode(`event: message\ndata: ${text}\n\n`))
    body?.close()
  }
}
