import type { McpServer, McpServerFactory, Server, ServerContext } from '@modelcontextprotocol/server'
import { tellToolSchemas } from '../../patches/packages/tool-schemas.ts'
import { isRecord, type Params, wordOf } from '../../protocol/jsonrpc.ts'
import { entriesOf } from '../../protocol/list-pages.ts'
import type { Opening, OpenServer, ServerSource } from '../../protocol/source.ts'
import { instanceSource } from '../../sessions/derived/instance-source.ts'
import { AnnouncedChanges } from './announced-changes.ts'
import { BridgedCalls, type Sdk } from './bridged-calls.ts'
import { AnsweredError, HiddenSession } from './hidden-session.ts'

/** The methods that each capability of a legacy server enables for a modern client. */
const methodsOf: Record<string, readonly string[]> = {
  tools: ['tools/list', 'tools/call'],
  resources: ['resources/list', 'resources/templates/list', 'resources/read'],
  prompts: ['prompts/list', 'prompts/get'],
  completions: ['completion/complete'],
}

const bridged: ReadonlySet<unknown> = new Set([
  'server/discover',
  'subscriptions/listen',
  ...Object.values(methodsOf).flat(),
])

/** Whether a request's method belongs to MCP itself; such methods are served if the capability for them is declared. */
export const isBridged = (message: unknown): boolean => isRecord(message) && bridged.has(message.method)

/** Methods that moved from MCP to an extension: the SDK wants a schema with their handlers. */
const reused = ['tasks/get', 'tasks/cancel']

/** A schema that accepts anything, since the user's server validates with its own. */
const anything = {
  '~standard': { version: 1, vendor: 'fastmcp', validate: (value: unknown) => ({ value: value as Params }) },
} as const

type Answer = (request: { params?: unknown }, context: ServerContext) => Promise<unknown>

/**
 * Serves modern clients from a server that only knows sessions: each request gets an SDK v2 server that offers the same
 * and forwards every call.
 */
export class V1Bridge {
  readonly #source: ServerSource
  readonly #sdk: Sdk
  readonly #longLived: boolean
  readonly #calls: BridgedCalls
  readonly #announced: AnnouncedChanges
  #about: Promise<Params> | undefined
  #shared: { sdkServer: McpServer; source: ServerSource } | undefined
  #schemas: Promise<Map<string, Params>> | undefined

  constructor(source: ServerSource, sdk: Sdk, longLived: boolean) {
    this.#source = source
    this.#sdk = sdk
    this.#longLived = longLived
    this.#calls = new BridgedCalls(source, sdk)
    this.#announced = new AnnouncedChanges(source)
    source.onChange(({ kind }) => {
      if (kind === 'tools') this.#schemas = undefined
    })
  }

  /** Creates the SDK v2 server for one request, which forwards to the user's server. */
  readonly factory: McpServerFactory = async ({ requestInfo }) => {
    const method = requestInfo?.headers.get('mcp-method')
    const about = await this.#known().catch((error: unknown) => unreachedServer(this.#sdk, error, method))
    if (about instanceof this.#sdk.McpServer) return about
    const sdkServer = this.#make(about)
    if (this.#longLived) this.#passChanges(sdkServer.server)
    if (method === 'tools/call') await this.#tellSchemas(sdkServer)
    return sdkServer
  }

  /**
   * The same, derived from one shared server: creating a server costs more than an ordinary call.
   * @throws the reason why the user's server cannot list what it offers.
   */
  readonly open = async (opening: Opening): Promise<OpenServer> => {
    this.#shared ??= this.#share(await this.#known())
    const { sdkServer, source } = this.#shared
    if (!this.#schemas) await this.#tellSchemas(sdkServer)
    return source.open(opening)
  }

  readonly close = (): void => this.#calls.close()

  /** The initialize result of the user's server, requested once. */
  #known(): Promise<Params> {
    if (this.#about !== undefined) return this.#about
    const about = this.#askAbout()
    this.#about = about
    // The server that stands in for the failed one asks again immediately, and should get this same rejection.
    about.catch(() => setImmediate(() => this.#forget(about)))
    return about
  }

  #forget(about: Promise<Params>): void {
    if (this.#about === about) this.#about = undefined
  }

  #share(about: Params) {
    const sdkServer = this.#make(about)
    return { sdkServer, source: instanceSource(sdkServer) }
  }

  #make({ serverInfo, instructions, capabilities }: Params): McpServer {
    const offered = isRecord(capabilities) ? capabilities : {}
    const sdkServer = new this.#sdk.McpServer(serverInfo as ConstructorParameters<typeof Server>[0], {
      ...(typeof instructions === 'string' && { instructions }),
    })
    const { server } = sdkServer
    server.registerCapabilities(Object.fromEntries(Object.entries(offered).filter(([, value]) => value)))
    for (const [capability, methods] of Object.entries(methodsOf)) {
      if (offered[capability]) for (const method of methods) this.#forward(server, method)
    }
    this.#forwardOthers(server)
    return sdkServer
  }

  /** The SDK checks headers that mirror arguments (`x-mcp-header`) against the tool schemas that it knows. */
  async #tellSchemas(sdkServer: McpServer): Promise<void> {
    this.#schemas ??= this.#withSession((session) =>
      toolSchemas((params) => session.request('tools/list', params).answer),
    )
    const schemas = await this.#schemas.catch(() => undefined)
    if (schemas) tellToolSchemas(sdkServer, schemas)
    else this.#schemas = undefined
  }

  /** Keeps a legacy subscription to these resources while a modern client listens to them. */
  readonly listenTo = async (uris: readonly string[]): Promise<() => Promise<void>> => {
    if (this.#source.announce) return this.#announced.listen(uris)
    if (uris.length === 0) return () => Promise.resolve()
    const session = await this.#calls.open(undefined, () => undefined)
    await Promise.allSettled(uris.map((uri) => session.request('resources/subscribe', { uri }).answer))
    return () => session.close()
  }

  #forward(server: Server, method: string): void {
    const answer: Answer = ({ params }, context) =>
      this.#calls.answer(method, isRecord(params) ? params : {}, context)
    // Results pass through unchanged, so per-method types are of no use here.
    const register = server.setRequestHandler as unknown as (method: string, handler: Answer) => void
    register.call(server, method, answer)
  }

  /** Methods unknown to MCP are forwarded for the user's server to answer or reject. */
  #forwardOthers(server: Server): void {
    const forward = (method: string, params: unknown, context: ServerContext) =>
      this.#calls.answer(method, isRecord(params) ? params : {}, context) as Promise<Params>
    server.fallbackRequestHandler = ({ method, params }, context) => forward(method, params, context)
    for (const method of reused)
      server.setRequestHandler(method, { params: anything }, (params, context) =>
        forward(method, params, context),
      )
    server.fallbackNotificationHandler = async ({ method, params }) => {
      await this.#withSession(async (session) => session.notify(method, params))
    }
  }

  /** A server that serves a whole connection notifies its client of changes itself. */
  #passChanges(server: Server): void {
    const stop = this.#source.onChange((change) => {
      const method = `notifications/${change.kind === 'resource' ? 'resources/updated' : `${change.kind}/list_changed`}`
      const params = change.kind === 'resource' ? { params: { uri: change.uri } } : {}
      void server
        .notification({ method, ...params } as Parameters<Server['notification']>[0])
        .catch(() => undefined)
    })
    const release = this.#announced.listen([])
    const onclose = server.onclose
    server.onclose = () => {
      stop()
      void release.then((end) => end())
      onclose?.()
    }
  }

  #askAbout(): Promise<Params> {
    return this.#withSession((_, about) => Promise.resolve(about))
  }

  /** Sends the server requests that are not on behalf of any client. */
  async #withSession<T>(use: (session: HiddenSession, about: Params) => Promise<T>): Promise<T> {
    const nobody = { name: 'fastmcp', version: '0.0.0', capabilities: {} }
    const session = new HiddenSession({ ...nobody, onAsk: refuse, onNotification: () => undefined })
    try {
      const about = await session.open(await this.#source.open({ era: 'legacy', longLived: false }), true)
      return await use(session, about)
    } finally {
      await session.close()
    }
  }
}

const refuse = () => Promise.reject(new Error('there is no client to ask'))

/** The input schemas of all tools, by name. */
async function toolSchemas(page: (params: Params) => Promise<Params>): Promise<Map<string, Params>> {
  const schemas = new Map<string, Params>()
  for (const { name, inputSchema } of await entriesOf('tools', page)) {
    if (isRecord(inputSchema)) schemas.set(wordOf(name), inputSchema)
  }
  return schemas
}

/**
 * A stand-in for a server that could not be opened, which reports why: if the factory throws, the SDK tells the client
 * nothing.
 * @param method the method of the one request that it is for.
 * @throws the reason itself if a server would not answer this request anyway.
 */
function unreachedServer(sdk: Sdk, reason: unknown, method: string | null | undefined): McpServer {
  const methods = Object.entries(methodsOf).find(([, all]) => method && all.includes(method))
  if (!methods || !method) throw reason
  const sdkServer = new sdk.McpServer({ name: 'fastmcp', version: '0.0.0' })
  const { server } = sdkServer
  server.registerCapabilities({ [methods[0]]: {} })
  const register = server.setRequestHandler as unknown as (method: string, handler: () => unknown) => void
  register.call(server, method, () => Promise.reject(asModern(sdk, reason)))
  return sdkServer
}

const asModern = (sdk: Sdk, reason: unknown) =>
  reason instanceof AnsweredError ? new sdk.ProtocolError(reason.code, reason.message, reason.data) : reason
