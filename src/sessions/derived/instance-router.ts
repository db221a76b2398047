import { isRecord } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import { requestContext } from '../request-context.ts'
import { changeIn, noClientFor, privateNotifications, saidEverywhere, tellsOfChange } from './audience.ts'
import { connectionFields, type Derived, deriveClass, type SessionRouter } from './derived-server.ts'
import { isStdio, type SdkCore, type SdkNotification } from './sdk-shape.ts'

/** Methods of the instance that send the client requests, and the request methods. */
const askingMethods = new Map([
  ['elicitInput', 'elicitation/create'],
  ['createMessage', 'sampling/createMessage'],
  ['listRoots', 'roots/list'],
  ['ping', 'ping'],
])

/** Methods that configure the exported server itself and must not be sent to a session. */
const ownMethods = /^(constructor|connect|close|register|set.*Handler|remove.*Handler|assertCan)/

/**
 * Lets one exported server serve many sessions. Handlers get their session through `extra`/`ctx` anyway; what needs
 * routing are calls on the exported instance: inside a handler they go to that handler's session; outside,
 * notifications go to every session, and requests to the only one.
 */
export class InstanceRouter implements SessionRouter {
  readonly sessions = new Set<Derived>()
  readonly listeners = new Set<(change: Change) => void>()
  readonly Session: ReturnType<typeof deriveClass>
  readonly #core: SdkCore
  readonly #prototype: SdkCore

  constructor(core: SdkCore) {
    this.#core = core
    this.#prototype = Object.getPrototypeOf(core) as SdkCore
    this.Session = deriveClass(core, this)
    this.#routeMembers()
    this.#routeFields()
    this.#ignoreStdio()
  }

  isShared(method: string): boolean {
    return tellsOfChange(method)
  }

  /** Sends a change to every session that it concerns and to the listeners of the modern era. */
  async publish(notification: SdkNotification, from?: Derived): Promise<void> {
    const change = changeIn(notification)
    if (change) this.#tell(change)
    const receivers = change?.kind === 'resource' ? this.#readersOf(change.uri, from) : [...this.sessions]
    await this.#send(notification, receivers)
  }

  noteSubscription(session: Derived, message: unknown): void {
    if (!isRecord(message) || !isRecord(message.params)) return
    const uri = message.params.uri
    if (typeof uri !== 'string') return
    if (message.method === 'resources/subscribe') session.subscriptions.add(uri)
    else if (message.method === 'resources/unsubscribe') session.subscriptions.delete(uri)
  }

  #tell(change: Change): void {
    for (const listener of this.listeners) listener(change)
  }

  #readersOf(uri: string, from: Derived | undefined): Derived[] {
    const readers = [...this.sessions].filter(
      (session) => Object.hasOwn(session, 'subscriptions') && session.subscriptions.has(uri),
    )
    if (readers.length > 0 || this.#offersSubscriptions()) return readers
    return from?.longLived ? [from] : [...this.sessions]
  }

  /** A server that does not offer subscriptions may send updates anyway, which then go to all clients. */
  #offersSubscriptions(): boolean {
    const resources = this.#core._capabilities?.resources
    return isRecord(resources) && resources.subscribe === true
  }

  async #send(notification: SdkNotification, receivers: readonly Derived[]): Promise<void> {
    // A session that closes meanwhile must not prevent delivery to the others.
    await Promise.allSettled(
      receivers
        .filter((session) => session.transport !== undefined)
        .map((session) => this.#prototype.notification.call(session, notification)),
    )
  }

  /** The session whose handler is running, if it belongs to this server. */
  #inside(): Derived | undefined {
    const server = requestContext.getStore()?.server
    return server?.router === this ? (server as Derived) : undefined
  }

  #only(): Derived | undefined {
    return this.sessions.size === 1 ? this.sessions.values().next().value : undefined
  }

  #routeMembers(): void {
    const seen = new Set<string>(Object.getOwnPropertyNames(this.#core))
    for (
      let level: object = this.#prototype;
      level !== Object.prototype;
      level = Object.getPrototypeOf(level)
    ) {
      for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
        if (seen.has(name)) continue
        seen.add(name)
        if (member.get) this.#routeGetter(name, member.get)
        else if (typeof member.value === 'function' && !ownMethods.test(name))
          this.#routeMethod(name, member.value)
      }
    }
  }

  #routeMethod(name: string, method: (...args: never[]) => unknown): void {
    const core = this.#core
    const route = name.startsWith('_')
      ? (args: never[]) => method.apply(this.#inside() ?? core, args)
      : (args: never[]) => this.#callOutside(name, method, args)
    define(core, name, {
      value: function (this: unknown, ...args: never[]) {
        return this === core ? route(args) : method.apply(this, args)
      },
    })
    // Derived servers inherit from the exported object; this spares their own calls the routing above.
    if (!Object.hasOwn(this.Session.prototype, name)) define(this.Session.prototype, name, { value: method })
  }

  #callOutside(name: string, method: (...args: never[]) => unknown, given: never[]): unknown {
    const inside = this.#inside()
    if (inside) return method.apply(inside, given)
    const args =
      name === 'sendLoggingMessage' ? ([saidEverywhere(given[0]), ...given.slice(1)] as never[]) : given
    const only = this.#only()
    if (only) return requestContext.run({ server: only }, () => method.apply(only, args))
    const first: unknown = args[0]
    if (name === 'notification') return this.#broadcast(first as SdkNotification)
    if (name === 'sendLoggingMessage') {
      return this.#broadcast({ method: 'notifications/message', params: first as Record<string, unknown> })
    }
    const asked = name === 'request' ? isRecord(first) && first.method : askingMethods.get(name)
    if (asked) return Promise.reject(new Error(noClientFor(String(asked), this.sessions.size)))
    return method.apply(this.#core, args)
  }

  async #broadcast(notification: SdkNotification): Promise<void> {
    if (this.isShared(notification.method)) return this.publish(notification)
    if (privateNotifications.has(notification.method)) return
    const sessions = [...this.sessions]
    if (notification.method !== 'notifications/message') return this.#send(notification, sessions)
    const level = notification.params?.level
    return this.#send(
      notification,
      sessions.filter((session) => session._loggingLevels.wants(level)),
    )
  }

  #routeGetter(name: string, getter: () => unknown): void {
    const router = this
    const core = this.#core
    define(core, name, {
      get(this: SdkCore) {
        if (this !== core) return getter.call(this)
        const session = router.#inside()
        if (session || name !== 'transport') return getter.call(session ?? core)
        // User code reads this to ask "is a client connected?", so any session or listener will do.
        const any = router.sessions.values().next().value
        return getter.call(any ?? core) ?? (router.listeners.size > 0 ? listeningOnly : undefined)
      },
    })
  }

  #routeFields(): void {
    for (const field of connectionFields) {
      if (!(field in this.#core)) continue
      let own: unknown = Reflect.get(this.#core, field)
      define(this.#core, field, {
        get: () => {
          const session = this.#inside()
          return session ? Reflect.get(session, field) : own
        },
        set: (value: unknown) => {
          const session = this.#inside()
          if (session) Reflect.set(session, field, value)
          else own = value
        },
      })
    }
  }

  /** A module that also connects its exported server to stdio would read the stdin that the runner owns. */
  #ignoreStdio(): void {
    const core = this.#core
    const connect = core.connect
    define(core, 'connect', {
      value: function (this: SdkCore, channel: object) {
        return this === core && isStdio(channel) ? Promise.resolve() : connect.call(this, channel as never)
      },
    })
  }
}

/** Represents clients without a session that listen for changes. */
const listeningOnly = Object.freeze({ sessionId: undefined })

function define(target: object, name: string, descriptor: PropertyDescriptor): void {
  const access = 'value' in descriptor ? { writable: true } : {}
  Object.defineProperty(target, name, { ...descriptor, ...access, configurable: true, enumerable: false })
}
