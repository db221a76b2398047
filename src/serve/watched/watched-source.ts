import { randomUUID } from 'node:crypto'
import { type Channel, type MessageExtra, onClientClose } from '../../protocol/channel.ts'
import {
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import type { Opening, OpenServer, ServerSource } from '../../protocol/source.ts'
import { coreOf } from '../../sessions/derived/sdk-shape.ts'

/** The origin of a request. */
export interface Asker {
  readonly channel: Channel
  readonly opening: Opening
  readonly extra: MessageExtra | undefined
  /** Sends a request of the runner's own to the same server; its client does not see it. */
  ask(method: string, params: Params): Promise<JsonRpcResponse | undefined>
}

/** One request that is being answered. */
export interface Watched {
  /** Passes the request on, within the async context that its handler should have. */
  run?(hand: () => void): void
  /** @param answer undefined for a request that was cancelled or whose client disconnected. */
  end(answer: JsonRpcResponse | undefined): void
}

/** Called for each request to the user's server, on every transport and in both eras. */
export type Watch = (request: JsonRpcRequest, asker: Asker) => Watched | undefined

/** The same source, with a watch on every request. Costs nothing unless it is used. */
export function watchedSource(source: ServerSource, watch: Watch): ServerSource {
  const open = async (opening: Opening) => watchedServer(await source.open(opening), opening, watch)
  // Not a copy, because a source may learn its name and version later.
  return Object.create(source, { open: { value: open, enumerable: true } }) as ServerSource
}

function watchedServer(server: OpenServer, opening: Opening, watch: Watch): OpenServer {
  const watching = new WeakSet<Channel>()
  const once = (channel: Channel) => {
    if (watching.has(channel)) return
    watching.add(channel)
    new WatchedChannel(channel, opening, watch)
  }
  if (opening.era === 'modern') watchConnections(server.sdkServer, once)
  return {
    sdkServer: server.sdkServer,
    connect: async (channel) => {
      await server.connect(channel)
      once(channel)
    },
    ...(server.attach && {
      attach: (channel: Channel) => {
        server.attach?.(channel)
        once(channel)
      },
    }),
    close: () => server.close(),
  }
}

/** The SDK's entry points call `connect` on the server object itself, so it is patched there. */
function watchConnections(sdkServer: object, watch: (channel: Channel) => void): void {
  const core = coreOf(sdkServer)
  if (!core) return
  const connect = core.connect
  Object.defineProperty(core, 'connect', {
    configurable: true,
    writable: true,
    value: async (channel: Channel) => {
      await connect.call(core, channel)
      watch(channel)
    },
  })
}

/** Prefix of the ids of the runner's own requests, which no client can guess. */
const ownId = randomUUID()

/** One connected channel, observed in both directions. */
class WatchedChannel {
  readonly #channel: Channel
  readonly #opening: Opening
  readonly #watch: Watch
  readonly #deliver: Channel['onmessage']
  readonly #open = new Map<RequestId, Watched>()
  readonly #asked = new Map<RequestId, (answer?: JsonRpcResponse) => void>()
  #asks = 0

  constructor(channel: Channel, opening: Opening, watch: Watch) {
    this.#channel = channel
    this.#opening = opening
    this.#watch = watch
    this.#deliver = channel.onmessage
    const send = channel.send
    channel.onmessage = (message, extra) => this.#take(message, extra)
    channel.send = (message, options) =>
      isResponse(message) && this.#answered(message)
        ? Promise.resolve()
        : send.call(channel, message, options)
    onClientClose(channel, () => this.#closed())
  }

  #take(message: JsonRpcMessage, extra: MessageExtra | undefined): void {
    const hand = () => this.#deliver?.(message, extra)
    const watched = isRequest(message) ? this.#begin(message, extra) : undefined
    if (watched?.run) watched.run(hand)
    else hand()
    if (!isRequest(message) && 'method' in message && message.method === 'notifications/cancelled')
      this.#end(message.params?.requestId as RequestId, undefined)
  }

  #begin(request: JsonRpcRequest, extra: MessageExtra | undefined): Watched | undefined {
    // In a conversation of one request, the initialize request is the runner's own.
    if (request.method === 'initialize' && !this.#opening.longLived) return undefined
    const watched = this.#watch(request, {
      channel: this.#channel,
      opening: this.#opening,
      extra,
      ask: (method, params) => this.#ask(method, params, extra),
    })
    if (watched) this.#open.set(request.id, watched)
    return watched
  }

  #ask(
    method: string,
    params: Params,
    extra: MessageExtra | undefined,
  ): Promise<JsonRpcResponse | undefined> {
    const id = `${ownId}-${++this.#asks}`
    return new Promise((resolve) => {
      this.#asked.set(id, resolve)
      this.#deliver?.({ jsonrpc: '2.0', id, method, params }, extra)
    })
  }

  /** @returns whether it answers a request of the runner's own. */
  #answered(answer: JsonRpcResponse): boolean {
    const id = answer.id ?? ''
    const asked = this.#asked.get(id)
    this.#asked.delete(id)
    asked?.(answer)
    if (!asked) this.#end(id, answer)
    return asked !== undefined
  }

  #end(id: RequestId, answer: JsonRpcResponse | undefined): void {
    const watched = this.#open.get(id)
    this.#open.delete(id)
    watched?.end(answer)
  }

  #closed(): void {
    for (const id of [...this.#open.keys()]) this.#end(id, undefined)
    for (const resolve of this.#asked.values()) resolve()
    this.#asked.clear()
  }
}
