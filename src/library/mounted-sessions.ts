import { randomUUID } from 'node:crypto'
import type { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import { type AuthInfo, subjectOf } from '../auth.ts'
import type { Channel } from '../channel.ts'
import { errorReply } from '../jsonrpc.ts'
import { ownSdk } from '../serve/own-sdk.ts'
import type { OpenServer, ServerSource } from '../source.ts'
import { WebResponse } from '../transports/web-classes.ts'

interface MountedSession {
  transport: WebStandardStreamableHTTPServerTransport
  server: OpenServer
  subject: string | undefined
  lastSeen: number
  /** Responses being sent; a session that has one is in use. */
  streams: number
}

export interface SessionLimits {
  maxSessions: number
  /** Milliseconds. */
  idleTimeout: number
}

/** The legacy sessions of a mounted server, on the official SDK's transport for web-standard requests. */
export class MountedSessions {
  readonly #source: ServerSource
  readonly #limits: SessionLimits
  readonly #sessions = new Map<string, MountedSession>()
  #reaper: NodeJS.Timeout | undefined

  constructor(source: ServerSource, limits: SessionLimits) {
    this.#source = source
    this.#limits = limits
  }

  /** Opens a session with an `initialize` request. */
  async open(request: Request, authInfo: AuthInfo | undefined): Promise<Response> {
    if (this.#sessions.size >= this.#limits.maxSessions) {
      return refusal(503, 'Too many sessions', { 'retry-after': '30' })
    }
    const id = randomUUID()
    const { WebStandardStreamableHTTPServerTransport: Transport } = await ownSdk.server()
    const transport = new Transport({ sessionIdGenerator: () => id })
    const server = await this.#source.open({ era: 'legacy', lasting: true, sessionId: id, request, authInfo })
    const session = { transport, server, subject: subjectOf(authInfo), lastSeen: Date.now(), streams: 0 }
    this.#sessions.set(id, session)
    this.#reaper ??= setInterval(() => this.#reap(), Math.min(30_000, this.#limits.idleTimeout)).unref()
    await server.connect(transport as unknown as Channel)
    const onclose = transport.onclose
    transport.onclose = () => {
      this.#sessions.delete(id)
      onclose?.()
    }
    const answer = await this.#answer(session, request, authInfo)
    // A request that opened nothing must leave nothing behind.
    if (!answer.ok) await this.#end(session)
    return answer
  }

  /** Hands a request to the session it names; for anybody but its owner there is none. */
  async handle(id: string, request: Request, authInfo: AuthInfo | undefined): Promise<Response> {
    const session = this.#sessions.get(id)
    if (!session || session.subject !== subjectOf(authInfo))
      return refusal(404, 'Session not found', {}, -32_001)
    return this.#answer(session, request, authInfo)
  }

  async close(): Promise<void> {
    clearInterval(this.#reaper)
    this.#reaper = undefined
    await Promise.allSettled([...this.#sessions.values()].map((session) => this.#end(session)))
  }

  async #answer(
    session: MountedSession,
    request: Request,
    authInfo: AuthInfo | undefined,
  ): Promise<Response> {
    session.streams++
    const ended = () => {
      session.streams--
      session.lastSeen = Date.now()
    }
    try {
      const response = await session.transport.handleRequest(request, authInfo && { authInfo })
      if (!response.body) ended()
      return response.body ? new Response(watched(response.body, ended), response) : response
    } catch (error) {
      ended()
      throw error
    }
  }

  #reap(): void {
    const oldest = Date.now() - this.#limits.idleTimeout
    for (const session of this.#sessions.values()) {
      if (session.streams === 0 && session.lastSeen < oldest) void this.#end(session).catch(() => undefined)
    }
  }

  async #end({ transport, server }: MountedSession): Promise<void> {
    await transport.close()
    await server.close()
  }
}

/** The same stream, and word of its end, whichever side ends it. */
function watched(body: ReadableStream<Uint8Array>, onEnd: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await reader.read()
      if (!done) return controller.enqueue(value)
      onEnd()
      controller.close()
    },
    cancel: (reason) => {
      onEnd()
      return reader.cancel(reason)
    },
  })
}

const refusal = (status: number, message: string, headers: Record<string, string> = {}, code = -32_000) =>
  WebResponse.json(errorReply(null, code, message), { status, headers })
