import { whileAborting } from '../../process/aborting.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { type Handler, mcpHandler } from '../../serve/modern/mcp-handler.ts'
import { messageOf } from '../../terminal/errors.ts'
import { RouteTable } from '../../transports/http/user-routes.ts'
import { type AnyResponse, isResponse } from '../../transports/web/any-response.ts'
import { WebResponse } from '../../transports/web/web-classes.ts'
import { WebUrl } from '../../transports/web/web-url.ts'
import type { Order, Report } from '../protocol/ipc.ts'
import { authFromIpc, requestFromIpc } from '../protocol/ipc-request.ts'
import { IssuedBy } from './issued.ts'

/** Answers the HTTP requests that the front forwards: modern ones, and those for the user's routes. */
export class GenerationFetch {
  readonly #source: ServerSource
  readonly #routes: RouteTable
  readonly #report: (report: Report) => Promise<void>
  readonly #open = new Map<number, { abort: AbortController; credit: Credit }>()
  /** Whether the server supports tasks. */
  tasks = false
  #handler: Promise<Handler> | undefined

  constructor(source: ServerSource, report: (report: Report) => Promise<void>) {
    this.#source = source
    this.#routes = new RouteTable(source.routes)
    this.#report = report
  }

  async answer(order: Order & { type: 'fetch' }): Promise<void> {
    const { call } = order
    const abort = new AbortController()
    const credit = new Credit()
    this.#open.set(call, { abort, credit })
    try {
      const issued = new IssuedBy(order.text === undefined ? undefined : JSON.parse(order.text), this.tasks)
      const response = await this.#respond(order, abort.signal)
      await this.#report({ type: 'head', call, status: response.status, headers: [...response.headers] })
      await this.#stream(call, response, { credit, issued })
      await this.#report({ type: 'end', call, fault: undefined })
    } catch (error) {
      await this.#report({ type: 'end', call, fault: messageOf(error) })
    } finally {
      this.#open.delete(call)
    }
  }

  abort(call: number): void {
    const open = this.#open.get(call)
    whileAborting(() => open?.abort.abort())
    open?.credit.consumed(Number.POSITIVE_INFINITY)
  }

  /** The front has consumed that many bytes of a response. */
  consumed(call: number, bytes: number): void {
    this.#open.get(call)?.credit.consumed(bytes)
  }

  async #respond({ request, text }: Order & { type: 'fetch' }, signal: AbortSignal): Promise<AnyResponse> {
    const web = requestFromIpc(request, signal)
    const caller = request.authInfo && authFromIpc(request.authInfo)
    if (text !== undefined) {
      this.#handler ??= mcpHandler(this.#source, () => undefined)
      return (await this.#handler).fetch(web, {
        parsedBody: JSON.parse(text),
        ...(caller && { authInfo: caller }),
      })
    }
    const found = this.#routes.find(request.method, new WebUrl(request.url).pathname)
    if (!('route' in found)) return new WebResponse(null, { status: 404 })
    const answer: unknown = await found.route.handler(web, {
      params: found.params,
      ...(caller && { auth: caller }),
    })
    if (isResponse(answer)) return answer
    throw new TypeError(`the route ${found.route.path} returned no Response`)
  }

  async #stream(
    call: number,
    { body }: AnyResponse,
    { credit, issued }: { credit: Credit; issued: IssuedBy },
  ): Promise<void> {
    if (!body) return
    const decoder = new TextDecoder()
    for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
      for (const one of issued.take(decoder.decode(bytes, { stream: true })))
        await this.#report({ type: 'issued', issued: one })
      await this.#report({ type: 'chunk', call, bytes })
      await credit.sent(bytes.length)
    }
  }
}

/** Maximum unconsumed bytes of one response in transit to the front. */
const window = 1024 * 1024

/** Flow control of one response, so that it is not buffered without limit when the client does not read. */
class Credit {
  #unread = 0
  #wake: () => void = () => undefined

  /** Records sent bytes; resolves when there is room for more. */
  sent(bytes: number): void | Promise<void> {
    this.#unread += bytes
    if (this.#unread <= window) return
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  consumed(bytes: number): void {
    this.#unread -= bytes
    if (this.#unread <= window) this.#wake()
  }
}
