// Patches: what becomes of `connect()`, `serveStdio()` and the like: `packages/instrument.ts` puts a call to
//   this before what they do.
// Why: a server that starts itself is served by the runner instead, which has its stdin and stdout.
// On: SDK v1 1.0–1.32, v2 2.0–2.4; fastmcp 3–4; @tmcp/transport-stdio 0.4–0.5.
// Otherwise: a server or transport of a new shape is left to itself: `no MCP server in …`, `caught
//   nothing`.

import { isOwnServer, type OwnServer } from '../../process/runner-hook.ts'
import type { Channel } from '../../protocol/channel.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import type { ExportedServer, Factory } from '../../sessions/derived/exported-source.ts'
import { instanceSource } from '../../sessions/derived/instance-source.ts'
import { coreOf, isClient, isHttpTransport, isStdio } from '../../sessions/derived/sdk-shape.ts'
import { isTmcpServer, type TmcpServer } from '../../sessions/tmcp/tmcp-shape.ts'

/**
 * A server that user code started by itself, which is served by the runner instead. `options` are those of its start
 * by our own names, `custom` what it has given a transport for all of its handlers.
 */
export type Caught = { how: string } & (
  | { kind: 'instance'; server: ExportedServer; options?: Record<string, unknown>; custom?: unknown }
  | { kind: 'own'; server: OwnServer }
  | { kind: 'factory'; factory: Factory }
  | { kind: 'runnable'; server: { run(options: Record<string, unknown>): unknown } }
)

/** How a factory is called that was caught on its way into an HTTP handler. */
export const handlerCall = 'createMcpHandler()'

/** Where instrumented code of an SDK (`instrument.ts`), of any copy, finds the capture of this process. */
const captureKey = Symbol.for('fastmcp.capture')

let ready: Capture | undefined

/**
 * Makes this process ready to catch what a module starts, whichever module it will be. It has to come before anything
 * of an SDK is loaded, since what has been loaded cannot be instrumented any more.
 */
export function readyCapture(): Capture {
  ready ??= new Capture()
  Reflect.set(globalThis, captureKey, ready)
  return ready
}

/** The capture for one module, which has heard of everything loaded since the process was made ready. */
export function takeCapture(): Capture {
  const capture = readyCapture()
  ready = undefined
  return capture
}

/**
 * What becomes of the calls by which user code starts a server. While it loads, they start nothing and are kept
 * here; afterwards those for stdio stay without effect, because stdin and stdout are the runner's.
 */
export class Capture {
  readonly caught: Caught[] = []
  /** Is told of each start that has been caught. */
  onCaught: () => void = () => undefined
  #loading = true
  #released = false
  #hasSdk = false
  #pendingOptions: Record<string, unknown> | undefined
  readonly #tmcpServers = new WeakMap<object, TmcpServer>()

  /** Whether code has been loaded that could yet start a server in this process. */
  get hasSdk(): boolean {
    return this.#hasSdk
  }

  /** Called by every module of an SDK that could start a server. */
  noteSdk(): void {
    this.#hasSdk = true
  }

  /** From now on nothing is caught any more. */
  finish(): void {
    this.#loading = false
  }

  /** `run()` of a `FastMCP`. */
  run(server: object): void {
    if (this.#loading && isOwnServer(server)) this.#keep({ kind: 'own', how: 'run()', server })
  }

  /** `connect()` of either SDK. What it returns stands in for the connection; `undefined` lets it go on. */
  connect(core: object, transport: unknown): Promise<void> | undefined {
    // What user code is a client of, it speaks to itself.
    if (this.#released || isClient(core)) return undefined
    if (isStdio(transport)) {
      const server = coreOf(core)
      if (this.#loading && server) this.#keepInstance(server)
      return Promise.resolve()
    }
    return connectionForHttp(core, transport)
  }

  /** `serveStdio()` of SDK v2. What it returns is the transport to take, on which no message comes or goes. */
  serveStdio(factory: unknown, options: unknown): Channel | undefined {
    const transport = isRecord(options) ? options.transport : undefined
    // The runner's own call brings a session as its transport.
    if (transport !== undefined && !isStdio(transport) && !this.#loading) return undefined
    if (this.#loading) this.#keepFactory(factory, 'serveStdio()')
    const done = () => Promise.resolve()
    return { start: done, send: done, close: done }
  }

  /** `createMcpHandler()` of SDK v2, whose result user code may go on to use. */
  createMcpHandler(factory: unknown): void {
    if (this.#loading) this.#keepFactory(factory, handlerCall)
  }

  /**
   * `start()` of the framework called fastmcp.
   * @returns the options to start with instead, or `false` not to start.
   */
  start(server: object, options: unknown): Record<string, unknown> | false {
    if (!this.#loading) return isRecord(options) ? options : {}
    const inCode = startOptions(options)
    if (!checksCallers(server)) {
      this.#pendingOptions = inCode
      return { transportType: 'stdio' }
    }
    const release = () => {
      this.#released = true
    }
    this.#keep({ kind: 'runnable', how: 'start()', server: runnable(server, release) })
    return false
  }

  /**
   * The making of tmcp's `StdioTransport`, which writes to stdout whatever it hears of its server.
   * @returns what it takes for the server, and hears nothing of.
   */
  mute(transport: object, server: unknown): object | undefined {
    if (!isTmcpServer(server)) return undefined
    this.#tmcpServers.set(transport, server)
    return { on: () => () => undefined }
  }

  /** `listen()` of such a transport, which would read the stdin that is the runner's. */
  listen(transport: object, custom: unknown): boolean {
    const server = this.#tmcpServers.get(transport)
    if (!server) return false
    if (this.#loading) this.#keep({ kind: 'instance', how: 'listen()', server, custom })
    return true
  }

  #keepInstance(server: ExportedServer): void {
    const options = this.#pendingOptions
    this.#pendingOptions = undefined
    this.#keep({ kind: 'instance', how: 'connect()', server, ...(options && { options }) })
  }

  #keepFactory(factory: unknown, how: string): void {
    if (typeof factory === 'function') this.#keep({ kind: 'factory', how, factory: factory as Factory })
  }

  #keep(caught: Caught): void {
    this.caught.push(caught)
    this.onCaught()
  }
}

/** What `start()` was told, in the words of our own options. */
function startOptions(options: unknown): Record<string, unknown> {
  if (!isRecord(options) || options.transportType !== 'httpStream') return {}
  const http = isRecord(options.httpStream) ? options.httpStream : {}
  const { host, port = 8080, endpoint = '/mcp', stateless } = http
  const base = typeof http.basePath === 'string' ? http.basePath.replace(/\/$/, '') : ''
  return {
    transport: 'streamable-http',
    port,
    path: `${base}${String(endpoint)}`,
    ...(typeof host === 'string' && { host }),
    ...(stateless === true && { stateless }),
  }
}

/** Only its own HTTP server asks its `authenticate`, so that one must not be left out. */
const checksCallers = (server: object): boolean => {
  const options: unknown = Reflect.get(server, 'options')
  return isRecord(options) && typeof options.authenticate === 'function'
}

/** @param release lets the server have the streams of the process. */
function runnable(server: object, release: () => void) {
  return {
    run: ({ transport, host, port, path, stateless }: Record<string, unknown>) => {
      release()
      const start: unknown = Reflect.get(server, 'start')
      const httpStream = { host, port, endpoint: path ?? '/mcp', stateless }
      const options =
        transport === 'stdio' ? { transportType: 'stdio' } : { transportType: 'httpStream', httpStream }
      return typeof start === 'function' ? start.call(server, options) : undefined
    },
  }
}

/**
 * Connects a server to one of the SDKs' own HTTP transports, through a server derived from it: many modules
 * connect the same instance for every request, which throws in newer SDKs and mixes up clients in older ones.
 * Derived servers, and transports of the runner's own, connect as they are.
 */
function connectionForHttp(server: object, transport: unknown): Promise<void> | undefined {
  if (!isHttpTransport(transport) || 'router' in server) return undefined
  const core = coreOf(server)
  if (!core) return undefined
  return instanceSource(core)
    .open({ era: 'legacy', longLived: true })
    .then((opened) => opened.connect(transport as unknown as Channel))
}
