import { within } from '../../process/clock.ts'
import type { Channel, MessageExtra } from '../../protocol/channel.ts'
import {
  errorCodes,
  errorReply,
  isRecord,
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type Params,
} from '../../protocol/jsonrpc.ts'
import { legacyVersions } from '../../protocol/protocol-versions.ts'
import type { OpenServer, ServerSource } from '../../protocol/source.ts'
import { InFlight } from '../../sessions/calls.ts'
import { Session } from '../../sessions/session.ts'

/** An error response of a server, unchanged. */
export class AnsweredError extends Error {
  readonly code: number
  readonly data: unknown

  constructor({ code, message, data }: { code: number; message: string; data?: unknown }) {
    super(message)
    this.code = code
    this.data = data
  }
}

export interface HiddenClient {
  name: string
  version: string
  capabilities: Record<string, unknown>
  /** Called when the server sends the client a request; resolves with the result. */
  onAsk(method: string, params: Params | undefined): Promise<unknown>
  onNotification(method: string, params: Params | undefined): void
}

/** A client that only lists what a server offers. */
const onlooker: HiddenClient = {
  name: 'fastmcp',
  version: '0.0.0',
  capabilities: {},
  onAsk: () => Promise.reject(new Error('there is no client to ask')),
  onNotification: () => undefined,
}

/**
 * The result of inspecting a server in a hidden session.
 * @param limit milliseconds, after which the result is undefined; `Infinity` for no limit.
 * @param inspect receives the session and the server's initialize result.
 */
export async function inspectServer<T>(
  source: Pick<ServerSource, 'open'>,
  limit: number,
  inspect: (session: HiddenSession, introduced: Params) => Promise<T>,
): Promise<T | undefined> {
  const session = new HiddenSession(onlooker)
  const looking = async () =>
    inspect(session, await session.open(await source.open({ era: 'legacy', longLived: false })))
  try {
    return await within(looking(), limit, undefined)
  } finally {
    void session.close().catch(() => undefined)
  }
}

/** The server, attached synchronously where that is possible. */
function attached(server: OpenServer): OpenServer {
  if (!server.attach) return server
  const connect = async (channel: Channel) => server.attach?.(channel)
  return { sdkServer: server.sdkServer, connect, close: () => server.close() }
}

/** A legacy session between the runner itself and the user's server, on behalf of a client of the other era. */
export class HiddenSession {
  readonly #session: Session
  readonly #client: HiddenClient
  readonly #waiting = new Map<
    unknown,
    { resolve: (result: Params) => void; reject: (error: Error) => void }
  >()
  #requests = 0

  constructor(client: HiddenClient) {
    this.#client = client
    this.#session = new Session(undefined, new InFlight(), () => ({
      send: (message) => this.#take(message),
      abandon: () => undefined,
      endStreams: () => undefined,
      end: () => this.#end(),
    }))
  }

  /**
   * Initializes the session. Resolves with the server's initialize result.
   * @param forOne whether the session is for one call only, and needs no change notifications.
   */
  async open(server: OpenServer, forOne = false): Promise<Params> {
    await this.#session.open(forOne ? attached(server) : server)
    const { name, version, capabilities } = this.#client
    const params = { protocolVersion: legacyVersions[0], capabilities, clientInfo: { name, version } }
    const about = await this.request('initialize', params).answer
    this.notify('notifications/initialized')
    return about
  }

  request(method: string, params?: Params, extra?: MessageExtra): { id: number; answer: Promise<Params> } {
    const id = ++this.#requests
    const answer = new Promise<Params>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#session.receive({ jsonrpc: '2.0', id, method, ...(params && { params }) }, extra)
    return { id, answer }
  }

  notify(method: string, params?: Params): void {
    this.#session.receive({ jsonrpc: '2.0', method, ...(params && { params }) })
  }

  close(): Promise<void> {
    return this.#session.close()
  }

  #take(message: JsonRpcMessage): void {
    if (isResponse(message)) {
      const waiting = this.#waiting.get(message.id)
      this.#waiting.delete(message.id)
      if ('error' in message) waiting?.reject(new AnsweredError(message.error))
      else waiting?.resolve(message.result)
    } else if (isRequest(message)) {
      const { id, method, params } = message
      void this.#client.onAsk(method, params).then(
        (result) => this.#session.receive({ jsonrpc: '2.0', id, result: isRecord(result) ? result : {} }),
        (error: Error) => this.#session.receive(errorReply(id, errorCodes.server, error.message)),
      )
    } else this.#client.onNotification(message.method, message.params)
  }

  #end(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('the session has ended'))
    this.#waiting.clear()
  }
}
