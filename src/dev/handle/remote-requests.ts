import { within } from '../../process/clock.ts'
import type { HookOutcome } from '../../protocol/auth.ts'
import { errorCodes, errorReply, type JsonRpcMessage, messageText, usableId } from '../../protocol/jsonrpc.ts'
import { hookLimit } from '../../serve/auth/ask-hook.ts'
import type { IpcOutcome, IpcRequest, Order, Report } from '../protocol/ipc.ts'
import { outcomeFromIpc } from '../protocol/ipc-request.ts'

interface Open {
  message: JsonRpcMessage | undefined
  answer: (response: Response) => void
  body: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Bytes that have arrived but were not read yet. */
  unread: number
}

/** Bytes of a response that are buffered here for a slow client. */
const ahead = 256 * 1024

type FetchReport = Extract<Report, { type: 'head' | 'chunk' | 'end' }>

/** The front's side of HTTP requests to a generation: web-standard, and always answered. */
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

  fetch(request: IpcRequest, message: JsonRpcMessage | undefined, signal: AbortSignal): Promise<Response> {
    const call = ++this.#count
    const abort = () => this.#send({ type: 'abort', call })
    signal.addEventListener('abort', abort, { once: true })
    return new Promise((answer) => {
      const text = message && messageText(message)
      this.#open.set(call, { message, answer, body: undefined, unread: 0 })
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

  /** The generation has exited: pending requests get an error. */
  fail(reason: string): void {
    for (const [call, open] of this.#open) this.#end(call, open, `The server ${reason}`)
  }

  #begin({ call, status, headers }: FetchReport & { type: 'head' }, open: Open): void {
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          open.body = controller
        },
        pull: () => this.#consumed(call, open),
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
    open.unread += bytes.length
    if ((open.body?.desiredSize ?? 1) > 0) this.#consumed(call, open)
  }

  #consumed(call: number, open: Open): void {
    if (open.unread > 0) this.#send({ type: 'consumed', call, bytes: open.unread })
    open.unread = 0
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

  /** An event stream can still carry an error event; any other body is aborted. */
  #breakOff({ message, body }: Open, fault: string): void {
    const id = usableId(message)
    if (id === null) return body?.error(new Error(fault))
    const text = JSON.stringify(errorReply(id, errorCodes.internal, fault))
    body?.enqueue(new TextEncoder().encode(`event: message\ndata: ${text}\n\n`))
    body?.close()
  }
}

/** Milliseconds that a generation gets on top of its hook's own limit. */
const ipcGrace = 2_000
const tooLate: HookOutcome = {
  kind: 'failed',
  status: 503,
  fault: 'the server cannot authenticate callers: its process is busy',
}

/** Pending auth checks in a generation. */
export class RemoteChecks {
  readonly #send: (order: Order) => void
  readonly #open = new Map<number, (outcome: HookOutcome | undefined) => void>()
  #count = 0
  #limit = hookLimit + ipcGrace

  constructor(send: (order: Order) => void) {
    this.#send = send
  }

  get size(): number {
    return this.#open.size
  }

  /** Disables the time limit, for a debugger. */
  beUntimed(): void {
    this.#limit = Number.POSITIVE_INFINITY
  }

  /** Resolves with undefined if the generation exits meanwhile. */
  check(request: IpcRequest): Promise<HookOutcome | undefined> {
    const check = ++this.#count
    const outcome = new Promise<HookOutcome | undefined>((resolve) => {
      this.#open.set(check, resolve)
      this.#send({ type: 'check', check, request })
    })
    return within(outcome, this.#limit, tooLate).finally(() => this.#open.delete(check))
  }

  settle(check: number, outcome: IpcOutcome): void {
    this.#open.get(check)?.(outcomeFromIpc(outcome))
    this.#open.delete(check)
  }

  fail(): void {
    for (const resolve of this.#open.values()) resolve(undefined)
    this.#open.clear()
  }
}
