import { httpKey } from '../../process/runner-hook.ts'
import { onClientClose } from '../../protocol/channel.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import type { Opening, OpenServer, SdkCopy, ServerSource } from '../../protocol/source.ts'
import { trackRequestContext } from '../request-context.ts'
import { isTmcpServer, type TmcpServer } from '../tmcp/tmcp-shape.ts'
import { aboutTmcp, openTmcp, tmcpSource } from '../tmcp/tmcp-source.ts'
import { AnnouncedOnce } from './announced-once.ts'
import { instanceSource } from './instance-source.ts'
import { keepLogLevel, SessionLevel } from './log-levels.ts'
import { abortCalls, coreOf, countsOf, isSdkServer, type SdkServer, sdkOf } from './sdk-shape.ts'

/** A server that user code exports: from one of the official SDKs or from the package tmcp. */
export type ExportedServer = SdkServer | TmcpServer

export const isExportedServer = (value: unknown): value is ExportedServer =>
  isSdkServer(value) || isTmcpServer(value)

/**
 * A source that serves every session from one exported server.
 * @param custom the custom context that user code gave the transport of a tmcp server, for every handler.
 */
export const exportedSource = async (
  server: ExportedServer,
  { sdkCopy, custom }: { sdkCopy?: SdkCopy | undefined; custom?: unknown } = {},
): Promise<ServerSource> =>
  isTmcpServer(server) ? tmcpSource(server, custom) : instanceSource(server, { sdkCopy })

/** A factory returned something that is not a server. */
export class NoServerMade extends TypeError {
  /** A description of what it returned, for messages. */
  readonly made: string

  constructor(value: unknown) {
    const made = describe(value)
    super(`the factory returned ${made}, not an MCP server`)
    this.made = made
  }
}

export type Factory = (context: FactoryContext) => unknown

/** The argument of every factory; it satisfies the conventions that exist in the wild. */
export interface FactoryContext extends Opening {
  env: NodeJS.ProcessEnv
  config: Record<string, unknown>
  requestInfo?: Request
}

/**
 * A source that calls the user's factory for every session (legacy) or request (modern). It is called once here, so
 * that a failing factory is noticed before a client connects; the first session gets that server.
 * @throws NoServerMade, or whatever the factory throws.
 */
export async function factorySource(factory: Factory, sdkCopy?: SdkCopy): Promise<ServerSource> {
  let first: Product | undefined = await build(factory, { era: 'legacy', longLived: true })
  const core = coreOf(first.server)
  const counts = countsOf(first.server)
  const announced = new AnnouncedOnce()
  const about = isTmcpServer(first.server) ? await aboutTmcp(first.server) : core?._serverInfo
  return {
    name: about?.name ?? 'server',
    version: about?.version,
    counts,
    sdk: core ? sdkOf(core) : 'v1',
    sdkCopy,
    separate: true,
    ...httpWishes(first.server),
    open: async (opening) => {
      const sdkServer = opening.era === 'legacy' && first ? first : await build(factory, opening)
      if (sdkServer === first) first = undefined
      return openProduct(sdkServer, opening)
    },
    onChange: (listener) => announced.subscribe(listener),
    announce: (change) => announced.tell(change),
    close: async () => {
      await first?.cleanup?.()
      first = undefined
    },
  }
}

/** What a factory may return: a server, or a server with a function that releases its resources. */
interface Product {
  server: ExportedServer
  cleanup: (() => unknown) | undefined
}

type HttpWishes = Pick<ServerSource, 'routes' | 'auth' | 'toolScopes'>

/** A factory may return a `FastMCP`, which can have routes and auth. */
function httpWishes(server: ExportedServer): HttpWishes {
  const wishes: unknown = Reflect.get(server, httpKey)
  return isRecord(wishes) ? (wishes as unknown as HttpWishes) : { routes: [] }
}

async function build(factory: Factory, opening: Opening): Promise<Product> {
  const { request } = opening
  const context: FactoryContext = { ...opening, env: process.env, config: {} }
  // May be a lazy getter, which spreading would not copy.
  if (request) Object.assign(context, { request, requestInfo: request })
  const made: unknown = await factory(context)
  if (isExportedServer(made)) return { server: made, cleanup: undefined }
  if (isRecord(made) && isExportedServer(made.server)) {
    const cleanup = typeof made.cleanup === 'function' ? made.cleanup : undefined
    return { server: made.server, cleanup: cleanup && (() => cleanup.call(made)) }
  }
  throw new NoServerMade(made)
}

function openProduct({ server, cleanup }: Product, { longLived }: Opening): OpenServer {
  const opened = isTmcpServer(server) ? openTmcp(server, longLived) : openSdk(server, longLived)
  let released = false
  const release = async () => {
    if (released) return
    released = true
    await cleanup?.()
  }
  return {
    sdkServer: opened.sdkServer,
    connect: async (channel) => {
      await opened.connect(channel)
      onClientClose(channel, () => void release().catch(() => undefined))
    },
    close: async () => {
      await opened.close()
      await release()
    },
  }
}

/** Opens a server that belongs to one conversation. */
function openSdk(server: SdkServer, longLived: boolean): OpenServer {
  const core = coreOf(server)
  // Logs without a session id are for this session too.
  if (core && '_loggingLevels' in core) core._loggingLevels = new SessionLevel()
  if (core) keepLogLevel(core)
  return {
    sdkServer: server,
    connect: async (channel) => {
      await server.connect(channel)
      // In a conversation of one request, the client cannot be sent requests.
      if (longLived) trackRequestContext(channel)
      const onclose = channel.onclose
      channel.onclose = () => {
        if (core) abortCalls(core)
        onclose?.()
      }
    },
    close: async () => core?.close(),
  }
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  const type = typeof value
  return type === 'object' ? `an object (${value.constructor?.name ?? 'no class'})` : `a ${type}`
}
