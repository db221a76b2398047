import { AsyncLocalStorage } from 'node:async_hooks'
import {
  errorCodes,
  errorReply,
  isRequest,
  type JsonRpcMessage,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import { changeIn, noClientFor, privateNotifications } from '../derived/audience.ts'
import type { SessionLevel } from '../derived/log-levels.ts'
import type { TmcpContext, TmcpSent, TmcpServer } from './tmcp-shape.ts'

/** A session as a recipient of the server's messages. */
export interface TmcpReceiver {
  readonly sessionId: string | undefined
  /** Whether the client has initialized, and so may be notified of changes. */
  readonly introduced: boolean
  /** The minimum level of log messages that it wants. */
  readonly level: SessionLevel
  readonly subscriptions: ReadonlySet<string>
  /** @param requestId the client's request that the message belongs to, if any. */
  send(message: JsonRpcMessage, requestId?: RequestId): Promise<void>
}

/** The message being handled, and its session. */
interface MessageContext {
  session: TmcpReceiver
  requestId: RequestId | undefined
}

const routers = new WeakMap<TmcpServer, TmcpRouter>()

/** The one router of a server. */
export function tmcpRouter(server: TmcpServer): TmcpRouter {
  const router = routers.get(server) ?? new TmcpRouter(server)
  routers.set(server, router)
  return router
}

/**
 * Routes the messages of a tmcp server to their sessions: from inside a handler to the client being served, changes to
 * all subscribers, and requests from outside any handler to the only client.
 */
export class TmcpRouter {
  readonly sessions = new Set<TmcpReceiver>()
  readonly listeners = new Set<(change: Change) => void>()
  readonly #server: TmcpServer
  readonly #context = new AsyncLocalStorage<MessageContext>()

  constructor(server: TmcpServer) {
    this.#server = server
    server.on('send', (sent) => this.#route(sent))
    server.on('broadcast', ({ request }) => this.#publish(request))
  }

  /** Passes a message to the server. Resolves with the response, or rejects if the server cannot handle it. */
  async handle(current: MessageContext, message: JsonRpcMessage, context: TmcpContext): Promise<unknown> {
    return this.#context.run(current, () => this.#server.receive(message, context))
  }

  #route({ request, context, subscriptionOrigin }: TmcpSent): void {
    // We serve the modern era without the server's own streams.
    if (subscriptionOrigin !== undefined) return
    const named = context?.sessions
    if (!named && changeIn(request)) return this.#publish(request)
    const current = this.#context.getStore()
    if (current) return void current.session.send(request, current.requestId).catch(() => undefined)
    const sessions = [...this.sessions].filter(({ sessionId }) => !named || named.includes(sessionId))
    if (isRequest(request)) return this.#ask(request, sessions)
    if (privateNotifications.has(request.method)) return
    const logs = request.method === 'notifications/message'
    const receivers = sessions.filter(({ level }) => !logs || level.wants(request.params?.level))
    this.#send(request, receivers)
  }

  /** With several clients, the recipient would be ambiguous. */
  #ask(request: JsonRpcMessage & { id: RequestId; method: string }, [only, ...others]: TmcpReceiver[]): void {
    if (only && others.length === 0) return void only.send(request).catch(() => undefined)
    const reason = noClientFor(request.method, this.sessions.size)
    const answer = this.#server.receive(errorReply(request.id, errorCodes.server, reason), nobody())
    void Promise.resolve(answer).catch(() => undefined)
  }

  #publish(notification: TmcpSent['request']): void {
    const change = changeIn(notification)
    if (change) for (const listener of this.listeners) listener(change)
    const receivers = [...this.sessions].filter(
      ({ subscriptions }) => change?.kind !== 'resource' || subscriptions.has(change.uri),
    )
    this.#send(notification, receivers)
  }

  #send(message: JsonRpcMessage, receivers: readonly TmcpReceiver[]): void {
    for (const session of receivers) if (session.introduced) void session.send(message).catch(() => undefined)
  }
}

/** The context of a message that is not from a client. */
export const nobody = (): TmcpContext => ({
  sessionInfo: {},
  signal: new AbortController().signal,
  custom: undefined,
})
