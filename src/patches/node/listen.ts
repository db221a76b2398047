// Patches: `http.Server.prototype.listen`; `listening` and `address` of the servers that are held.
// Why: a port of user code is held until it is known what its module is, and then served by the runner.
// On: Node 20.19–26.
// Otherwise: the server listens by itself: `no MCP server in …`, or the port is told to be in use.

import http from 'node:http'

/** An HTTP server of user code that would listen, and where. */
export interface Listening {
  readonly server: http.Server
  readonly port: number | undefined
  readonly host: string | undefined
}

type Listen = (this: http.Server, ...args: unknown[]) => http.Server

/**
 * Lets HTTP servers believe that they listen, until it is known what their module is. Then they are served by the
 * runner, on its own port, or listen as they wanted to.
 */
export class HeldListeners {
  readonly held: (Listening & { args: unknown[] })[] = []
  readonly #original: Listen = http.Server.prototype.listen as Listen
  readonly #heldOne: () => void

  /** @param heldOne is told of each server. */
  constructor(heldOne: () => void) {
    this.#heldOne = heldOne
    const hold = (server: http.Server, args: unknown[]) => this.#hold(server, args)
    const listen: Listen = function (...args) {
      hold(this, args)
      return this
    }
    http.Server.prototype.listen = listen as typeof http.Server.prototype.listen
  }

  /** Holds no more. Those that are held listen for real, unless the runner serves them. */
  finish(served: boolean): void {
    Reflect.deleteProperty(http.Server.prototype, 'listen')
    if (http.Server.prototype.listen !== this.#original) {
      http.Server.prototype.listen = this.#original as typeof http.Server.prototype.listen
    }
    if (served) return
    for (const { server, args } of this.held) {
      Reflect.deleteProperty(server, 'listening')
      Reflect.deleteProperty(server, 'address')
      // Its callback has been called already.
      const rest = args.filter((one) => typeof one !== 'function')
      this.#original.apply(server, rest)
    }
  }

  #hold(server: http.Server, args: unknown[]): void {
    const { port, host } = placeOf(args)
    this.held.push({ server, args, port, host })
    const address = { address: host ?? '127.0.0.1', family: 'IPv4', port: port ?? 0 }
    Object.defineProperty(server, 'listening', { configurable: true, value: true })
    Object.defineProperty(server, 'address', { configurable: true, writable: true, value: () => address })
    const callback = args.find((one) => typeof one === 'function') as (() => void) | undefined
    if (callback) server.once('listening', callback)
    process.nextTick(() => {
      server.emit('listening')
      this.#heldOne()
    })
  }
}

/** The forms of `listen()` that mean a port; a path or a handle means none. */
function placeOf([first, second]: unknown[]): Pick<Listening, 'port' | 'host'> {
  if (typeof first === 'object' && first !== null) {
    const { port, host } = first as { port?: unknown; host?: unknown }
    return { port: portOf(port), host: typeof host === 'string' ? host : undefined }
  }
  return { port: portOf(first), host: typeof second === 'string' ? second : undefined }
}

function portOf(value: unknown): number | undefined {
  const port = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof port === 'number' && Number.isInteger(port) ? port : undefined
}
