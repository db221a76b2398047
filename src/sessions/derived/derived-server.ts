import { isSdkAlone } from '../../process/sdk-alone.ts'
import type { Channel, MessageExtra } from '../../protocol/channel.ts'
import { isRecord, isRequest, isResponse, usableId } from '../../protocol/jsonrpc.ts'
import { clientCapabilitiesKey, clientInfoKey } from '../../protocol/protocol-versions.ts'
import { requestContext } from '../request-context.ts'
import { keepLogLevel, SessionLevel } from './log-levels.ts'
import { abortCalls, type SdkCore, type SdkNotification, type SdkSendOptions } from './sdk-shape.ts'
import { sharedListHandler } from './shared-list.ts'

/** Connects the derived servers of one exported server: which others are connected, and how to reach them. */
export interface SessionRouter {
  readonly sessions: Set<Derived>
  isShared(method: string): boolean
  publish(notification: SdkNotification, from?: Derived): Promise<void>
  noteSubscription(session: Derived, message: unknown): void
}

/** A server derived from an exported one for one session, as the router sees it. */
export interface Derived extends SdkCore {
  readonly router: SessionRouter
  readonly longLived: boolean
  readonly subscriptions: Set<string>
  readonly _loggingLevels: SessionLevel
  readonly _responseHandlers: ReadonlyMap<unknown, unknown>
  attach(channel: Channel): void
}

/**
 * Creates the class of derived servers. The SDKs keep connection state in fields of the server object; fields of a
 * derived object shadow them, while handlers, registries and capabilities are inherited live. Class fields are defined
 * in one step, fifty times faster than one `defineProperty` each.
 */
export function deriveClass(core: SdkCore, router: SessionRouter): new (longLived: boolean) => Derived {
  const prototype = Object.getPrototypeOf(core) as SdkCore
  const alone = isSdkAlone()
  const plainEnd = !alone && isOfSdkAlone(core, '_onclose')
  // A function, because the prototype of a class cannot be replaced.
  function Exported() {}
  Exported.prototype = core

  class DerivedServer extends (Exported as unknown as new () => object) {
    _transport = undefined
    _requestMessageId = 0
    _requestHandlers = new OverlayMap(core._requestHandlers)
    _requestHandlerAbortControllers = new Map()
    _negotiatedProtocolVersion = undefined
    _clientCapabilities = undefined
    _clientVersion = undefined
    _boundFromTransport = false
    _legacyShim = undefined
    _experimental = undefined
    onclose = undefined
    readonly router = router
    readonly longLived: boolean

    /** @param longLived whether it serves a session; a server for one request receives no change notifications. */
    constructor(longLived: boolean) {
      super()
      this.longLived = longLived
    }

    async connect(channel: Channel) {
      const self = this as unknown as Derived
      if (this.longLived) keepLogLevel(self)
      await prototype.connect.call(self, channel)
      const classified = channel.onmessage
      // The SDKs parse each message with several schemas to find its kind; here requests are validated already.
      channel.onmessage = (message, extra) => {
        if (isRequest(message) && !alone) self._onrequest(message, extra)
        else classified?.(message, extra)
      }
      if (this.longLived) router.sessions.add(self)
    }

    /** The essence of `connect` for one request, without its promises, which cost more than everything else in it. */
    attach(channel: Channel) {
      const self = this as unknown as Derived
      self._transport = channel
      channel.onmessage = (message, extra) => {
        if (isRequest(message)) self._onrequest(message, extra)
        else if (isResponse(message)) self._onresponse(message)
        else self._onnotification(message, extra)
      }
      channel.onclose = () => self._onclose()
    }

    _onrequest(message: unknown, extra?: unknown) {
      const self = this as unknown as Derived
      router.noteSubscription(self, message)
      noteClient(self, message)
      const handled = { channel: this._transport, request: usableId(message) ?? undefined, server: self }
      requestContext.run(handled, () => prototype._onrequest.call(self, message, extra))
    }

    _onnotification(message: unknown, extra?: unknown) {
      const self = this as unknown as Derived
      requestContext.run({ server: self }, () => prototype._onnotification.call(self, message, extra))
    }

    _onresponse(message: unknown) {
      const self = this as unknown as Derived
      requestContext.run({ server: self }, () => prototype._onresponse.call(self, message))
    }

    _onclose() {
      const self = this as unknown as Derived
      router.sessions.delete(self)
      const asked = Object.hasOwn(this, '_responseHandlers') ? self._responseHandlers.size : 0
      const unsettled = this._requestHandlerAbortControllers.size + asked
      // The SDK first creates an error for pending requests, which costs more than all the rest of a request.
      if (plainEnd && !this.longLived && unsettled === 0) {
        self._transport = undefined
        return self.onclose?.()
      }
      abortCalls(self)
      requestContext.run({ server: self }, () => prototype._onclose.call(self))
    }

    notification(notification: SdkNotification, options?: SdkSendOptions): Promise<void> {
      const self = this as unknown as Derived
      const shared = options?.relatedRequestId === undefined && router.isShared(notification.method)
      return shared
        ? router.publish(notification, self)
        : prototype.notification.call(self, notification, options)
    }
  }
  for (const [name, make] of Object.entries(seldomUsed)) makeWhenRead(DerivedServer.prototype, name, make)
  if (!alone && isOfSdkAlone(core, 'buildContext'))
    Object.assign(DerivedServer.prototype, { buildContext: lazyContext(prototype) })
  return DerivedServer as unknown as new (
    longLived: boolean,
  ) => Derived
}

/** State that most servers for one request never use; creating a map is as expensive as other whole steps of a call. */
const seldomUsed: Readonly<Record<string, () => unknown>> = {
  _responseHandlers: () => new Map(),
  _progressHandlers: () => new Map(),
  _timeoutInfo: () => new Map(),
  _pendingDebouncedNotifications: () => new Set(),
  _taskProgressTokens: () => new Map(),
  _requestResolvers: () => new Map(),
  _loggingLevels: () => new SessionLevel(),
  subscriptions: () => new Set(),
}

/** Defines a field that is created when it is first read or written. */
function makeWhenRead(prototype: object, name: string, make: () => unknown): void {
  const keep = (holder: object, value: unknown) => {
    Object.defineProperty(holder, name, { value, writable: true, enumerable: true, configurable: true })
    return value
  }
  Object.defineProperty(prototype, name, {
    get(this: object) {
      return keep(this, make())
    },
    set(this: object, value: unknown) {
      keep(this, value)
    },
    configurable: true,
  })
}

/** Whether a method is the SDK's own, and not overridden by a user's class. */
function isOfSdkAlone(core: SdkCore, method: string): boolean {
  let makers = 0
  for (let level: object = core; level !== Object.prototype; level = Object.getPrototypeOf(level))
    if (Object.hasOwn(level, method)) makers++
  return makers === 1 && !Object.hasOwn(core, method)
}

/** SDK v2 puts the web request into the context of every call; here it is created when a handler reads it. */
function lazyContext(prototype: SdkCore) {
  return function (this: Derived, context: object, extra?: MessageExtra) {
    const build = (given: unknown) => prototype.buildContext?.call(this, context, given)
    if (!(extra && 'request' in extra)) return build(extra)
    const { closeSSEStream, closeStandaloneSSEStream } = extra
    const made = build({ request: pending, closeSSEStream, closeStandaloneSSEStream })
    if (made?.http) {
      const get = () => extra.request
      Object.defineProperty(made.http, 'req', { get, enumerable: true, configurable: true })
    }
    return made
  }
}

/** Placeholder for a request that is created on access. */
const pending = Object.freeze({})

/**
 * Records the client's identity, which modern requests carry themselves; a server for one connection gets it from
 * nowhere else.
 * @param message any request; legacy ones are ignored.
 */
export function noteClient(server: object, message: unknown): void {
  const meta = isRecord(message) && isRecord(message.params) ? message.params._meta : undefined
  if (!isRecord(meta) || !isRecord(meta[clientInfoKey])) return
  Reflect.set(server, '_clientVersion', meta[clientInfoKey])
  Reflect.set(server, '_clientCapabilities', meta[clientCapabilitiesKey])
}

/** The names of the fields above, which hold connection state. */
export const connectionFields = [
  '_transport',
  '_requestHandlerAbortControllers',
  '_responseHandlers',
  '_progressHandlers',
  '_timeoutInfo',
  '_pendingDebouncedNotifications',
  '_taskProgressTokens',
  '_requestResolvers',
  '_negotiatedProtocolVersion',
  '_clientCapabilities',
  '_clientVersion',
  '_loggingLevels',
  '_boundFromTransport',
  '_legacyShim',
  '_experimental',
] as const

/**
 * A copy-on-write map over another: reads fall through, writes stay on top. Each derived server gets one for its
 * request handlers, so that what an SDK entry point installs for one request never reaches the exported server.
 */
class OverlayMap<K, V> extends Map<K, V> {
  readonly #below: ReadonlyMap<K, V>

  constructor(below: ReadonlyMap<K, V>) {
    super()
    this.#below = below
  }

  override get(key: K): V | undefined {
    return super.get(key) ?? (sharedListHandler(this.#below.get(key)) as V | undefined)
  }

  override has(key: K): boolean {
    return super.has(key) || this.#below.has(key)
  }
}
