import type { WebStandardStreamableHTTPServerTransport as SdkTransport } from '@modelcontextprotocol/server'
import type { AuthInfo } from '../auth.ts'
import type { MessageExtra } from '../channel.ts'
import { errorReply, type JsonRpcMessage } from '../jsonrpc.ts'
import { ownSdk } from '../serve/own-sdk.ts'
import { now } from '../sessions/clock.ts'
import { InFlight } from '../sessions/in-flight.ts'
import { Registry, type RegistryOptions } from '../sessions/registry.ts'
import type { Outlet, Session } from '../sessions/session.ts'
import type { ServerSource } from '../source.ts'
import { WebResponse } from '../transports/web-classes.ts'
import { watchedBody } from './watched-body.ts'

export interface MountedLimits extends RegistryOptions {
  /** Bytes of one message. */
  maxBody: number
}

/** The legacy sessions of a mounted server, on the official SDK's transport for web-standard requests. */
export class MountedSessions {
  readonly #registry: Registry
  readonly #transports = new WeakMap<Session, SdkTransport>()
  readonly #maxBody: number

  constructor(source: ServerSource, { maxBody, ...limits }: MountedLimits) {
    this.#maxBody = maxBody
    this.#registry = new Registry(source, new InFlight(), limits)
  }

  /** Opens a session with an `initialize` request. */
  async open(request: Request, authInfo: AuthInfo | undefined): Promise<Response> {
    const { WebStandardStreamableHTTPServerTransport: Transport } = await ownSdk.server()
    const wait = this.#registry.makeRoom(authInfo)
    if (wait !== undefined) return refusal(503, 'Too many sessions', { 'retry-after': String(wait) })
    let answer = refusal(500, 'Internal error')
    const maxRequestBodySize = this.#maxBody
    const outlet = (session: Session) => {
      const sessionIdGenerator = () => session.sessionId ?? ''
      return this.#outlet(session, new Transport({ sessionIdGenerator, maxRequestBodySize }))
    }
    const begin = async (session: Session) => {
      answer = await this.#answer(session, request, authInfo)
      // A request that opened nothing must leave nothing behind.
      if (!answer.ok) await session.close()
    }
    await this.#registry.create(outlet, begin, { request, authInfo })
    return answer
  }

  /** Hands a request to the session it names; for anybody but its owner there is none. */
  async handle(id: string, request: Request, authInfo: AuthInfo | undefined): Promise<Response> {
    const session = this.#registry.get(id, authInfo)
    if (!session) return refusal(404, 'Session not found', {}, -32_001)
    return this.#answer(session, request, authInfo)
  }

  close(): Promise<void> {
    return this.#registry.close()
  }

  /** The transport as the session sees it, which stands between that and the server. */
  #outlet(session: Session, transport: SdkTransport): Outlet {
    this.#transports.set(session, transport)
    transport.onmessage = (message: unknown, extra: unknown) =>
      session.receive(message as JsonRpcMessage, extra as MessageExtra)
    transport.onclose = () => void session.close().catch(() => undefined)
    // What a server supports it tells whatever it is connected to.
    Object.assign(session, {
      setSupportedProtocolVersions: (versions: string[]) => transport.setSupportedProtocolVersions(versions),
    })
    return {
      send: (message, requestId) =>
        transport.send(
          message as Parameters<SdkTransport['send']>[0],
          requestId === undefined ? {} : { relatedRequestId: requestId },
        ),
      abandon: (requestId) => {
        transport.closeSSEStream(requestId)
        const streams: unknown = Reflect.get(transport, '_requestToStreamMapping')
        if (streams instanceof Map) streams.delete(requestId)
      },
      endStreams: () => transport.closeStandaloneSSEStream(),
      end: () => void transport.close().catch(() => undefined),
    }
  }

  async #answer(session: Session, request: Request, authInfo: AuthInfo | undefined): Promise<Response> {
    const transport = this.#transports.get(session)
    if (!transport) return refusal(404, 'Session not found', {}, -32_001)
    session.streams++
    const ended = () => {
      session.streams--
      session.lastSeen = now()
    }
    try {
      const response = await transport.handleRequest(request, authInfo && { authInfo })
      if (!response.body) ended()
      return response.body ? new WebResponse(watchedBody(response.body, ended), response) : response
    } catch (error) {
      ended()
      throw error
    }
  }
}

const refusal = (status: number, message: string, headers: Record<string, string> = {}, code = -32_000) =>
  WebResponse.json(errorReply(null, code, message), { status, headers })
