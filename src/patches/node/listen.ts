// Patches: `net.Server.prototype.listen`, for servers of HTTP, HTTPS and HTTP/2; `listening` and `address` of those that
//   are held.
// Why: a port of user code is held until it is known what its module is, and then served by the runner.
// On: Node 20.19–26.
// Otherwise: the server listens by itself: `no MCP server in …`, or the port is told to be in use.

import type { Server } from 'node:http'
import net from 'node:net'

/** An HTTP server of user code with its listen address. */
export interface Listening {
  readonly server: Server
  readonly port: number | undefined
  readonly host: string | undefined
}

type Listen = (this: net.Server, ...args: unknown[]) => net.Server

/**
 * Makes HTTP servers believe that they are listening until their module is classified. Then the runner serves them on
 * its own port, or they really listen.
 */
export class HeldListeners {
  readonly held: (Listening & { args: unknown[] })[] = []
  /** Ports of other protocols, which keep the process alive. */
  readonly #others: net.Server[] = []
  readonly #original: Listen = net.Server.prototype.listen as Listen
  readonly #ours: Listen
  readonly #heldOne: () => void
  #finished = false

  /** @param heldOne is called for each server. */
  constructor(heldOne: () => void) {
    this.#heldOne = heldOne
    const hold = (server: net.Server, args: unknown[]) => this.#listen(server, args)
    this.#ours = function (...args) {
      return hold(this, args)
    }
    net.Server.prototype.listen = this.#ours as typeof net.Server.prototype.listen
  }

  /** Stops holding. Held servers really listen now, unless the runner serves them. */
  finish(served: boolean): void {
    this.#finished = true
    // If user code has wrapped ours, it stays and calls the original.
    if (net.Server.prototype.listen === this.#ours)
      net.Server.prototype.listen = this.#original as typeof net.Server.prototype.listen
    for (const server of this.#others) server.ref()
    if (served) return
    for (const { server, args } of this.held) {
      Reflect.deleteProperty(server, 'listening')
      Reflect.deleteProperty(server, 'address')
      // Its callback was called already.
      const rest = args.filter((one) => typeof one !== 'function')
      this.#original.apply(server, rest)
    }
  }

  /** Lets the process become idle although ports of other protocols are open. */
  overlookOthers(): void {
    for (const server of this.#others) server.unref()
  }

  #listen(server: net.Server, args: unknown[]): net.Server {
    if (this.#finished || !speaksHttp(server)) {
      if (!this.#finished) this.#others.push(server)
      return this.#original.apply(server, args)
    }
    this.#hold(server as Server, args)
    return server
  }

  #hold(server: Server, args: unknown[]): void {
    const { port, host } = portAndHost(args)
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

/** Recognised by shape, since the HTTPS and HTTP/2 modules are slow to load, and most servers need neither. */
const speaksHttp = (server: net.Server): boolean =>
  'headersTimeout' in server || /^Http2(?:Secure)?Server$/.test(server.constructor.name)

/** Whether it serves TLS: a plain server next to it usually redirects to it. */
export const isSecure = ({ server }: Listening): boolean => 'setSecureContext' in server

/** Whether it requires client certificates, which the runner would not do when it serves the held server. */
export const wantsCertificates = ({ server }: Listening): boolean =>
  Reflect.get(server, 'requestCert') === true

/** Port and host from the arguments of `listen()`; undefined for a path or handle. */
function portAndHost([first, second]: unknown[]): Pick<Listening, 'port' | 'host'> {
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
