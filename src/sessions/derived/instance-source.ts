import { isSdkAlone } from '../../process/sdk-alone.ts'
import type { Channel } from '../../protocol/channel.ts'
import type { Change, Opening, OpenServer, Route, SdkCopy, ServerSource } from '../../protocol/source.ts'
import type { Derived } from './derived-server.ts'
import { InstanceRouter } from './instance-router.ts'
import { coreOf, countsOf, type SdkCore, sdkOf } from './sdk-shape.ts'

const routers = new WeakMap<SdkCore, InstanceRouter>()

export interface InstanceOptions {
  routes?: readonly Route[]
  sdkCopy?: SdkCopy | undefined
  auth?: ServerSource['auth']
  toolScopes?: ServerSource['toolScopes']
}

/**
 * A source that serves every session from one exported instance, each with a server derived from it. Deriving costs
 * about 13 µs and 2 KiB per session; the exported object and its handlers are shared.
 */
export function instanceSource(
  server: object,
  { routes = [], sdkCopy, auth, toolScopes }: InstanceOptions = {},
): ServerSource {
  const core = coreOf(server)
  if (!core) throw new TypeError('not an MCP SDK server')
  const router = routers.get(core) ?? new InstanceRouter(core)
  routers.set(core, router)
  const opener = openerOf(server, router)
  return {
    name: core._serverInfo?.name ?? 'server',
    version: core._serverInfo?.version,
    get counts() {
      return countsOf(server)
    },
    sdk: sdkOf(core),
    sdkCopy,
    routes,
    auth,
    toolScopes,
    open: (opening) => Promise.resolve(opener(opening)),
    onChange: (listener) => subscribe(router.listeners, listener),
    // Asynchronous, so that a throw in the user's callback becomes a rejection.
    close: async () => core.onclose?.(),
  }
}

/** Creates an opener of servers; what all conversations share is created once. */
function openerOf(server: object, router: InstanceRouter): (opening: Opening) => OpenServer {
  const alone = isSdkAlone()
  const shownFor = 'server' in server ? shownBy(server) : (derived: Derived) => derived
  return ({ longLived }) => {
    const derived = new router.Session(longLived)
    return {
      sdkServer: shownFor(derived),
      connect: (channel) => derived.connect(channel),
      ...(!alone && { attach: (channel: Channel) => derived.attach(channel) }),
      close: () => derived.close(),
    }
  }
}

/** The exported `McpServer` with a derived low-level server inside. Class fields are defined in one step. */
function shownBy(server: object): (derived: Derived) => object {
  // A function, because the prototype of a class cannot be replaced.
  function Exported() {}
  Exported.prototype = server
  class Shown extends (Exported as unknown as new () => object) {
    readonly server: Derived

    constructor(derived: Derived) {
      super()
      this.server = derived
    }
  }
  Object.defineProperty(Shown.prototype, 'constructor', { value: server.constructor })
  return (derived) => new Shown(derived)
}

function subscribe(listeners: Set<(change: Change) => void>, listener: (change: Change) => void) {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}
