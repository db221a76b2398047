import { isRecord, isRequest, type JsonRpcMessage, type JsonRpcRequest } from '../jsonrpc.ts'
import type { InFlight } from '../sessions/in-flight.ts'
import type { ServerSource } from '../source.ts'
import type { Exchange } from '../transports/http-reply.ts'
import { webRequest } from '../transports/request-info.ts'
import { writeResponse } from '../transports/web-response.ts'
import { type Handler, mcpHandler } from './mcp-handler.ts'
import type { Log } from './serve-options.ts'

/**
 * The modern era (2026-07-28) on HTTP: the official SDK's handler, over a server derived or built for each
 * request. The SDK is loaded with the first such request, so that legacy clients never wait for it.
 */
export class ModernHttp {
  readonly #source: ServerSource
  readonly #inFlight: InFlight
  readonly #log: Log
  #handler: Promise<Handler> | undefined

  constructor(source: ServerSource, inFlight: InFlight, log: Log) {
    this.#source = source
    this.#inFlight = inFlight
    this.#log = log
  }

  readonly handle = async ({ request, response, auth }: Exchange, message: JsonRpcMessage): Promise<void> => {
    const left = new AbortController()
    // In this era a client cancels by closing the stream (2026-07-28, Streamable HTTP, Cancellation).
    response.once('close', () => left.abort())
    const web = webRequest(request, { signal: left.signal })
    const direct = this.#source.modern?.(web, message)
    const handler = direct === undefined ? await this.#load() : undefined
    const listens = isRequest(message) && message.method === 'subscriptions/listen'
    const release = listens ? await handler?.listenTo(resourcesIn(message)) : undefined
    if (!listens) this.#inFlight.begin()
    try {
      const given = { parsedBody: message, ...(auth && { authInfo: auth }) }
      const answer = await (direct ?? handler?.fetch(web, given))
      const dropped = (reason: string) => this.#log('warning', `dropped a stream: ${reason}`)
      if (answer) await writeResponse(response, answer, dropped)
    } finally {
      if (!listens) this.#inFlight.end()
      await release?.()
    }
  }

  /** Ends the open subscriptions, each with its result, when no call is being answered beside them. */
  drain(): void {
    if (this.#inFlight.count === 0) void this.close()
  }

  async close(): Promise<void> {
    await (await this.#handler)?.close()
  }

  #load(): Promise<Handler> {
    this.#handler ??= mcpHandler(this.#source, 'reject', this.#log)
    return this.#handler
  }
}

/** The resources a client wants to hear of (2026-07-28, patterns/subscriptions). */
function resourcesIn({ params }: JsonRpcRequest): string[] {
  const wanted = isRecord(params?.notifications) ? params.notifications.resourceSubscriptions : undefined
  return Array.isArray(wanted) ? wanted.filter((uri) => typeof uri === 'string') : []
}
