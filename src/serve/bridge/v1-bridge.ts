import type {
  InputRequests,
  McpServer,
  McpServerFactory,
  Server,
  ServerContext,
} from '@modelcontextprotocol/server'
import { subjectOf } from '../../protocol/auth.ts'
import { jsonText } from '../../protocol/json-text.ts'
import { errorCodes, isRecord, type Params, wordOf } from '../../protocol/jsonrpc.ts'
import type { SdkCopy, ServerSource } from '../../protocol/source.ts'
import { SuspendedCalls } from '../../sessions/suspended-calls.ts'
import type { Products } from '../modern/products.ts'
import { methodsOf } from './bridged-methods.ts'
import { AnsweredError, HiddenSession } from './hidden-session.ts'
import { toolSchemas } from './tool-schemas.ts'
import { unreachedServer } from './unreached-server.ts'

type Sdk = Awaited<ReturnType<SdkCopy['server']>>

/** The only requests a modern server may answer with questions (2026-07-28, patterns/mrtr). */
const askingMethods = new Set(['tools/call', 'prompts/get', 'resources/read'])

type Answer = (request: { params?: unknown }, context: ServerContext) => Promise<unknown>

/** One modern request after another that the same handler is answering. */
interface Life {
  context: ServerContext
  /** Tells the user's server that the client has left. */
  cancel?: () => void
}

/**
 * Serves clients of the modern era from a server that only knows sessions: each request is put to it in a hidden
 * legacy session. What its handlers ask the client suspends them until the client's retry brings the answers.
 */
export class V1Bridge implements Products {
  readonly #source: ServerSource
  readonly #sdk: Sdk
  readonly #longLived: boolean
  readonly #suspended = new SuspendedCalls<Params, Life>()
  #about: Promise<Params> | undefined
  #schemas: Promise<Map<string, Params>> | undefined

  constructor(source: ServerSource, sdk: Sdk, longLived: boolean) {
    this.#source = source
    this.#sdk = sdk
    this.#longLived = longLived
    source.onChange(({ kind }) => {
      if (kind === 'tools') this.#schemas = undefined
    })
  }

  /** A server of SDK v2 for one request, behind which stands the user's. */
  readonly factory: McpServerFactory = async ({ requestInfo }) => {
    this.#about ??= this.#askAbout()
    const about = await this.#about.catch((error: unknown) => {
      this.#about = undefined
      return unreachedServer(this.#sdk, error, requestInfo?.headers.get('mcp-method'))
    })
    if (about instanceof this.#sdk.McpServer) return about
    const { serverInfo, instructions, capabilities } = about
    const offered = isRecord(capabilities) ? capabilities : {}
    const { tools, resources, prompts, completions, logging } = offered
    const kept = Object.entries({ tools, resources, prompts, completions, logging }).filter(
      ([, value]) => value,
    )
    const sdkServer = new this.#sdk.McpServer(serverInfo as ConstructorParameters<typeof Server>[0], {
      ...(typeof instructions === 'string' && { instructions }),
    })
    const { server } = sdkServer
    server.registerCapabilities(Object.fromEntries(kept))
    for (const [capability] of kept) {
      for (const method of methodsOf[capability] ?? []) this.#forward(server, method)
    }
    if (this.#longLived) this.#passChanges(server)
    if (requestInfo?.headers.get('mcp-method') === 'tools/call') await this.#tellSchemas(sdkServer)
    return sdkServer
  }

  /** The SDK checks the headers that repeat arguments (`x-mcp-header`) against the schemas of tools it knows. */
  async #tellSchemas(sdkServer: McpServer): Promise<void> {
    this.#schemas ??= this.#withSession((session) =>
      toolSchemas((params) => session.request('tools/list', params).answer),
    )
    const schemas = await this.#schemas.catch(() => undefined)
    if (schemas) Reflect.set(sdkServer, 'toolInputSchemaJson', (name: string) => schemas.get(name))
    else this.#schemas = undefined
  }

  /** Holds a legacy subscription to these resources while a modern client listens to them. */
  readonly listenTo = async (uris: readonly string[]): Promise<() => Promise<void>> => {
    if (uris.length === 0) return () => Promise.resolve()
    const session = await this.#open(undefined, () => undefined)
    await Promise.allSettled(uris.map((uri) => session.request('resources/subscribe', { uri }).answer))
    return () => session.close()
  }

  #forward(server: Server, method: string): void {
    const answer: Answer = (request, context) => {
      const params = isRecord(request.params) ? request.params : {}
      return askingMethods.has(method)
        ? this.#suspendable(method, params, context)
        : this.#once(method, params, context)
    }
    // Results pass through as the user's server gave them, so the types of single methods do not help here.
    const register = server.setRequestHandler as unknown as (method: string, handler: Answer) => void
    register.call(server, method, answer)
  }

  /** A server that serves a whole connection tells its client of changes itself. */
  #passChanges(server: Server): void {
    const stop = this.#source.onChange((change) => {
      const method = `notifications/${change.kind === 'resource' ? 'resources/updated' : `${change.kind}/list_changed`}`
      const params = change.kind === 'resource' ? { params: { uri: change.uri } } : {}
      void server
        .notification({ method, ...params } as Parameters<Server['notification']>[0])
        .catch(() => undefined)
    })
    const onclose = server.onclose
    server.onclose = () => {
      stop()
      onclose?.()
    }
  }

  async #once(method: string, params: Params, context: ServerContext): Promise<Params> {
    return this.#call(method, params, { context }, () =>
      Promise.reject(new Error(`${method} cannot ask the client`)),
    )
  }

  async #suspendable(method: string, params: Params, context: ServerContext): Promise<unknown> {
    const { requestState, inputResponses = {}, signal } = context.mcpReq
    const { _meta, ...asked } = params
    const caller = subjectOf(context.http?.authInfo)
    const binding = { text: jsonText([method, asked, caller]), caller }
    const state = requestState()
    let life: Life = { context }
    const renew = (waiting: Life) => {
      life = waiting
      life.context = context
    }
    const going = this.#suspended.owns(state)
      ? this.#suspended.resume(state, binding, inputResponses, renew)
      : this.#suspended.start(binding, life, (ask) => this.#call(method, params, life, ask))
    // The SDK aborts this signal once the request is answered, which is no reason to cancel a suspended call.
    const leave = () => life.cancel?.()
    signal.addEventListener('abort', leave, { once: true })
    const progress = await going.finally(() => signal.removeEventListener('abort', leave))
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
    const session = await this.#open(life, ask)
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
      await session.close()
    }
  }

  async #open(
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
      onNotification: (method, params) =>
        void this.#relay(method, params, life, level).catch(() => undefined),
    })
    const authInfo = life?.context.http?.authInfo
    const opening = { era: 'legacy', longLived: life === undefined, ...(authInfo && { authInfo }) } as const
    const about = await session.open(await this.#source.open(opening))
    const logs = isRecord(about.capabilities) && about.capabilities.logging !== undefined
    if (logs && typeof level === 'string')
      await session.request('logging/setLevel', { level }).answer.catch(() => undefined)
    return session
  }

  /** Progress and logs of the call travel with it; changes reach subscribers by another way. */
  async #relay(
    method: string,
    params: Params | undefined,
    life: Life | undefined,
    level: unknown,
  ): Promise<void> {
    const wanted =
      method === 'notifications/progress' || (method === 'notifications/message' && level !== undefined)
    if (!wanted || !life) return
    await life.context.mcpReq.notify({ method, params } as Parameters<ServerContext['mcpReq']['notify']>[0])
  }

  #askAbout(): Promise<Params> {
    return this.#withSession((_, about) => Promise.resolve(about))
  }

  /** Asks the server something on nobody's behalf. */
  async #withSession<T>(use: (session: HiddenSession, about: Params) => Promise<T>): Promise<T> {
    const nobody = { name: 'fastmcp', version: '0.0.0', capabilities: {} }
    const session = new HiddenSession({ ...nobody, onAsk: refuse, onNotification: () => undefined })
    try {
      const about = await session.open(await this.#source.open({ era: 'legacy', longLived: false }))
      return await use(session, about)
    } finally {
      await session.close()
    }
  }

  /** The modern era has its own code and data for a resource that is not there. */
  #asModern(error: unknown, method: string, params: Params): unknown {
    if (!(error instanceof AnsweredError)) return error
    const missing = method === 'resources/read' && [-32_002, errorCodes.invalidParams].includes(error.code)
    const data = missing ? { uri: params.uri } : error.data
    return new this.#sdk.ProtocolError(missing ? errorCodes.invalidParams : error.code, error.message, data)
  }
}

const refuse = () => Promise.reject(new Error('there is nobody to ask'))

/** The modern request, so that a handler sees the headers its client sent. */
function requestOf({ http }: ServerContext) {
  if (!http?.req) return undefined
  const requestInfo = { headers: Object.fromEntries(http.req.headers), url: new URL(http.req.url) }
  return { requestInfo, ...(http.authInfo && { authInfo: http.authInfo }) }
}
