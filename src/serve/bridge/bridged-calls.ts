import type { InputRequests, ServerContext } from '@modelcontextprotocol/server'
import { errorCodes, isRecord, type Params, wordOf } from '../../protocol/jsonrpc.ts'
import type { SdkCopy, ServerSource } from '../../protocol/source.ts'
import { changeIn, tellsOfChange } from '../../sessions/derived/audience.ts'
import { type Ask, type CallLife, SuspendedCalls } from '../../sessions/suspended/suspended-calls.ts'
import { AnsweredError, HiddenSession } from './hidden-session.ts'

export type Sdk = Awaited<ReturnType<SdkCopy['server']>>

/** The only requests that a modern server may answer with input requests (2026-07-28, patterns/mrtr). */
const askingMethods = new Set(['tools/call', 'prompts/get', 'resources/read'])

/** One call across several modern requests: the original and its retries, all answered by the same handler. */
class Life implements CallLife<ServerContext> {
  context: ServerContext
  /** Tells the user's server that the client has disconnected. */
  cancel: (() => void) | undefined
  /** Whether the client has disconnected. */
  left = false
  #request: AbortSignal | undefined

  constructor(context: ServerContext) {
    this.context = context
  }

  renew(context: ServerContext): void {
    this.context = context
  }

  follow(request: AbortSignal): void {
    this.#request = request
    if (request.aborted) this.#end()
    else request.addEventListener('abort', this.#end, { once: true })
  }

  leave(): void {
    this.#request?.removeEventListener('abort', this.#end)
  }

  readonly #end = () => {
    this.left = true
    this.cancel?.()
  }
}

/**
 * Requests of modern clients, each sent to a server in a hidden legacy session. When a handler asks its client
 * something, it is suspended until the client's retry brings the answer.
 */
export class BridgedCalls {
  readonly #source: ServerSource
  readonly #sdk: Sdk
  readonly #suspended = new SuspendedCalls<Params, ServerContext, Life>()

  constructor(source: ServerSource, sdk: Sdk) {
    this.#source = source
    this.#sdk = sdk
  }

  /** The server's result for a request, or the input that it needs from the client first. */
  answer(method: string, params: Params, context: ServerContext): Promise<unknown> {
    return askingMethods.has(method)
      ? this.#suspendable(method, params, context)
      : this.#once(method, params, context)
  }

  /** Ends the calls that are waiting for their clients. */
  close(): void {
    this.#suspended.close()
  }

  /**
   * Opens a hidden session in which we act as the client of this call.
   * @param life the call; undefined when there is none.
   * @param ask answers what the server asks its client.
   */
  async open(
    life: Life | undefined,
    ask: (ask: { method: string; params?: Params }) => unknown,
  ): Promise<HiddenSession> {
    const envelope = (life?.context.mcpReq.envelope ?? {}) as Record<string, unknown>
    const info = envelope[this.#sdk.CLIENT_INFO_META_KEY]
    const capabilities = envelope[this.#sdk.CLIENT_CAPABILITIES_META_KEY]
    const level = envelope[this.#sdk.LOG_LEVEL_META_KEY]
    const session = new HiddenSession({
      name: isRecord(info) ? wordOf(info.name) : 'client',
      version: isRecord(info) ? wordOf(info.version) : '0.0.0',
      capabilities: isRecord(capabilities) ? capabilities : {},
      onAsk: async (method, params) => ask({ method, ...(params && { params }) }),
      onNotification: (method, params) => {
        const change = changeIn({ method, ...(params && { params }) })
        if (change) this.#source.announce?.(change)
        else void this.#relay(method, params, life, level).catch(() => undefined)
      },
    })
    const authInfo = life?.context.http?.authInfo
    const opening = { era: 'legacy', longLived: life === undefined, ...(authInfo && { authInfo }) } as const
    const about = await session.open(await this.#source.open(opening), !opening.longLived)
    const logs = isRecord(about.capabilities) && about.capabilities.logging !== undefined
    if (logs && typeof level === 'string')
      await session.request('logging/setLevel', { level }).answer.catch(() => undefined)
    return session
  }

  async #once(method: string, params: Params, context: ServerContext): Promise<Params> {
    const life = new Life(context)
    life.follow(context.mcpReq.signal)
    const refuse = () => Promise.reject(new Error(`${method} cannot ask the client`))
    return this.#call(method, params, life, refuse).finally(() => life.leave())
  }

  async #suspendable(method: string, params: Params, context: ServerContext): Promise<unknown> {
    const { _meta, ...asked } = params
    const life = new Life(context)
    const run = (ask: (ask: Ask) => Promise<unknown>) => this.#call(method, params, life, ask)
    const progress = await this.#suspended.answer(context, [method, asked], life, run)
    if ('done' in progress) return progress.done
    const inputRequests = progress.asks as unknown as InputRequests
    return this.#sdk.inputRequired({ inputRequests, requestState: progress.state })
  }

  async #call(
    method: string,
    params: Params,
    life: Life,
    ask: (ask: { method: string; params?: Params }) => Promise<unknown>,
  ): Promise<Params> {
    const session = await this.open(life, ask)
    // Starting a program for the call may take longer than its client waits.
    if (life.left) {
      await session.close()
      throw new Error('the client has left')
    }
    const { id, answer } = session.request(method, params, requestOf(life.context))
    life.cancel = () => {
      session.notify('notifications/cancelled', { requestId: id, reason: 'The client has left' })
      // A cancelled request is never answered, so the session ends it.
      void session.close()
    }
    try {
      return await answer
    } catch (error) {
      throw this.#asModern(error, method, params)
    } finally {
      // Deferred until the SDK has recorded its answer: otherwise it would abort the call with an error that costs as
      // much as the call.
      setImmediate(() => void session.close())
    }
  }

  /** Forwards notifications that belong to the call; list changes reach subscribers by another path. */
  async #relay(
    method: string,
    params: Params | undefined,
    life: Life | undefined,
    level: unknown,
  ): Promise<void> {
    if (!life || tellsOfChange(method)) return
    if (method === 'notifications/message' && level === undefined) return
    await life.context.mcpReq.notify({ method, params } as Parameters<ServerContext['mcpReq']['notify']>[0])
  }

  /** The modern era has its own error code and data for a missing resource. */
  #asModern(error: unknown, method: string, params: Params): unknown {
    if (!(error instanceof AnsweredError)) return error
    const missing = method === 'resources/read' && [-32_002, errorCodes.invalidParams].includes(error.code)
    const data = missing ? { uri: params.uri } : error.data
    return new this.#sdk.ProtocolError(missing ? errorCodes.invalidParams : error.code, error.message, data)
  }
}

/**
 * The modern request, so that a handler sees the headers that its client sent. Each form is created on first access.
 */
function requestOf({ http }: ServerContext) {
  if (!http || !('req' in http)) return undefined
  const request = () => http.req as Request
  const requestInfo = {
    get headers() {
      return Object.fromEntries(request().headers)
    },
    get url() {
      return new URL(request().url)
    },
  }
  return { requestInfo, ...(http.authInfo && { authInfo: http.authInfo }) }
}
