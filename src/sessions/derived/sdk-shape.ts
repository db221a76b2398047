import type { Channel } from '../../protocol/channel.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'

/**
 * The official SDKs' low-level `Server`, as seen from outside. The underscored members are private in both SDK majors
 * but have had these names from v1.0 to v2.4; `coreOf` tests for those that we rely on.
 */
export interface SdkCore {
  _requestHandlers: Map<string, unknown>
  _notificationHandlers: Map<string, unknown>
  fallbackRequestHandler?: unknown
  _transport?: Channel | undefined
  _serverInfo?: { name?: string; version?: string; title?: string }
  _capabilities?: Record<string, unknown>
  _loggingLevels?: Map<string | undefined, string>
  transport?: Channel | undefined
  onclose?: (() => void) | undefined
  _onrequest(message: unknown, extra?: unknown): void
  _onnotification(message: unknown, extra?: unknown): void
  _onresponse(message: unknown): void
  _onclose(): void
  /** SDK v2 only. */
  buildContext?(context: object, extra: unknown): { http?: object | undefined }
  connect(channel: Channel): Promise<void>
  close(): Promise<void>
  notification(notification: SdkNotification, options?: SdkSendOptions): Promise<void>
  request(...args: unknown[]): Promise<unknown>
}

export interface SdkNotification {
  method: string
  params?: Record<string, unknown>
}
export interface SdkSendOptions {
  relatedRequestId?: string | number
}

/** A `McpServer` (with its `Server` inside) or a bare `Server`, of SDK v1 or v2, of any copy. */
export type SdkServer = SdkCore | { server: SdkCore; connect(channel: Channel): Promise<void> }

/**
 * The low-level server inside an exported object, or `undefined` if it is not an SDK server. Recognised by shape: the
 * ESM and CJS copies of one SDK are different classes, so `instanceof` would miss half of them.
 */
export function coreOf(value: unknown): SdkCore | undefined {
  if (!isRecord(value)) return undefined
  if (isCore(value)) return value
  return typeof value.connect === 'function' && isCore(value.server) ? value.server : undefined
}

export const isSdkServer = (value: unknown): value is SdkServer => coreOf(value) !== undefined

function isCore(value: unknown): value is SdkCore {
  if (!isRecord(value)) return false
  return (
    value._requestHandlers instanceof Map &&
    typeof value.setRequestHandler === 'function' &&
    typeof value._onrequest === 'function' &&
    typeof value._onclose === 'function' &&
    !isClient(value)
  )
}

/**
 * Whether a transport uses the process's own streams: from any copy of an SDK (including minified and derived classes),
 * a framework's wrapper around such a transport, or a user's own implementation.
 */
export const isStdio = (transport: unknown): boolean =>
  isRecord(transport) &&
  (hasStreams(transport) || Object.values(transport).some(isStreamOrHas) || readsStdin(transport))

const hasStreams = (transport: unknown) =>
  isRecord(transport) && '_stdin' in transport && '_stdout' in transport

const isStreamOrHas = (value: unknown) => value === process.stdin || hasStreams(value)

/**
 * A user's own implementation can only be recognised by its source text: that of its class chain, or of its functions.
 */
function readsStdin(transport: object): boolean {
  if (isHttpTransport(transport)) return false
  const own = Object.values(transport).filter((value) => typeof value === 'function')
  return [...own, ...classesOf(transport)].some(mentionsStdin)
}

const known = new WeakMap<object, boolean>()

function mentionsStdin(one: object): boolean {
  const found = known.get(one) ?? standardInput.test(codeOf(one))
  known.set(one, found)
  return found
}

function classesOf(value: object): object[] {
  const found: object[] = []
  for (
    let one = Object.getPrototypeOf(value);
    one && one !== Object.prototype;
    one = Object.getPrototypeOf(one)
  )
    if (typeof one.constructor === 'function') found.push(one.constructor)
  return found
}

/** Whether it is an SDK's own HTTP transport, from any copy. */
export const isHttpTransport = (transport: unknown): boolean =>
  isRecord(transport) &&
  typeof transport.send === 'function' &&
  (typeof transport.handleRequest === 'function' || typeof transport.handlePostMessage === 'function')

/** The source text of a function without comments. */
const codeOf = (one: object) => String(one).replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')

/** Also matches renamed imports: compilers and bundlers add numbers, or access it through a namespace object. */
const standardInput =
  /\b(?:process(?:\d+|\$\w+)?|import_\w*process\w*(?:\.default)?)\.stdin\b|(?<![\w$.#'"`])stdin\.(?:on|once|addListener|pipe|setEncoding|resume|read)\b|\binput:\s*stdin\b/

/** Whether it is a client of either SDK, which looks much like a server. */
export const isClient = (core: object): boolean => '_clientInfo' in core && !('_serverInfo' in core)

/** SDK v2 has an input-required setting on every server; SDK v1 does not know it. */
export const sdkOf = (core: SdkCore): 'v1' | 'v2' => ('_inputRequiredServing' in core ? 'v2' : 'v1')

/** The number of tools, resources and prompts that a `McpServer` has registered; empty for a low-level `Server`. */
export function countsOf(server: object): ReadonlyMap<string, number> {
  const registries = [
    ['tool', '_registeredTools'],
    ['resource', '_registeredResources'],
    ['resource template', '_registeredResourceTemplates'],
    ['prompt', '_registeredPrompts'],
  ] as const
  const counts = new Map<string, number>()
  for (const [word, field] of registries) {
    const registry: unknown = Reflect.get(server, field)
    if (isRecord(registry) && Object.keys(registry).length > 0) counts.set(word, Object.keys(registry).length)
  }
  return counts
}

/** Aborts the calls of a session that has ended, which SDK v1 does itself only since 1.26. */
export function abortCalls(core: object): void {
  const controllers: unknown = Reflect.get(core, '_requestHandlerAbortControllers')
  if (!(controllers instanceof Map)) return
  for (const controller of controllers.values()) if (controller instanceof AbortController) controller.abort()
}
