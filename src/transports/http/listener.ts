import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { type AddressInfo, Server as Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errorCodes, errorReply } from '../../protocol/jsonrpc.ts'
import { CliError, codeOf, exitCodes, messageOf } from '../../terminal/errors.ts'
import { bodyTime } from './message-body.ts'

/** A bound port whose requests go to the current handler. */
export interface Listener {
  readonly host: string
  readonly port: number
  /** The URL for clients, such as `http://127.0.0.1:8000`. */
  readonly origin: string
  onRequest(handler: RequestListener): void
  /** Whether the open port alone keeps the process alive. */
  keepAlive(alive: boolean): void
  /** Stops accepting and waits for the connections to end, which `closeIdle` speeds up. */
  close(): Promise<void>
  closeIdle(): void
  /** Destroys all open connections. */
  destroy(): void
}

/** TLS for a port. */
export interface Secure {
  server(options: ServerOptions, handler: RequestListener): HttpsServer
  /** Ends pending handshakes, and stops watching its files. */
  close(): void
}

/**
 * Binds a port before any user code runs, so that a busy one is reported at once.
 * @param flag that selects another port, for the message.
 * @throws CliError (exit 4) when the port cannot be bound.
 */
export async function listen(host: string, port: number, secure?: Secure, flag = '-p'): Promise<Listener> {
  let handler: RequestListener | undefined
  const server = httpServer((request, response) => handler?.(request, response), secure)
  // `localhost` binds both loopback addresses, since clients differ in the one that they try first.
  await bind(server, host === 'localhost' ? '127.0.0.1' : unbracketed(host), port, { host, flag })
  const bound = (server.address() as AddressInfo).port
  const servers = [server]
  if (host === 'localhost') {
    const second = httpServer((request, response) => handler?.(request, response), secure)
    const twin = await bind(second, '::1', bound, { host, flag }).catch(() => undefined)
    if (twin) servers.push(twin)
  }
  return {
    host,
    port: bound,
    origin: `${secure ? 'https' : 'http'}://${reachable(host)}:${bound}`,
    onRequest: (next) => {
      handler = next
    },
    keepAlive: (alive) => {
      for (const one of servers) alive ? one.ref() : one.unref()
    },
    close: async () => {
      await Promise.all(servers.map(acceptBacklog))
      await Promise.all(servers.map(refuseNew))
      secure?.close()
    },
    closeIdle: () => {
      for (const one of servers) one.closeIdleConnections()
    },
    destroy: () => {
      for (const one of servers) one.closeAllConnections()
      secure?.close()
    },
  }
}

/** Milliseconds that a client may take for its headers, for its whole request, and between two requests. */
const limits = { headersTimeout: 15_000, requestTimeout: bodyTime, keepAliveTimeout: 65_000 }

/** Milliseconds that a connection stays open after a final error response. */
const lingering = 1_000

type AnyServer = Server | HttpsServer

function httpServer(handler: RequestListener, secure: Secure | undefined): AnyServer {
  // By default Node checks these limits only every 30 seconds.
  const options = { ...limits, connectionsCheckingInterval: 5_000 }
  const server: AnyServer = secure?.server(options, handler) ?? createServer(options, handler)
  server.on('clientError', (error, socket) => {
    if (!socket.writable) return
    const [status, message] = faults[codeOf(error) ?? ''] ?? ['400 Bad Request', 'This is not HTTP']
    const body = JSON.stringify(errorReply(null, errorCodes.server, message))
    const headers = ['Connection: close', 'Content-Type: application/json', `Content-Length: ${body.length}`]
    socket.end(`HTTP/1.1 ${[status, ...headers].join('\r\n')}\r\n\r\n${body}`)
    // A client that is still sending has had time to read the response.
    setTimeout(() => socket.destroy(), lingering).unref()
  })
  return server
}

/** The responses to malformed requests, by Node's error code. */
const faults: Record<string, [status: string, message: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long'],
}

/** Event loop turns in which a closing port still accepts pending connections. */
const lastTurns = 1_000

/**
 * Accepts the backlog before closing: the system resets connections that were not accepted, and Node accepts one per
 * turn.
 */
async function acceptBacklog(server: AnyServer): Promise<void> {
  let taken = true
  const take = () => {
    taken = true
  }
  server.on('connection', take)
  for (let turn = 0; taken && turn < lastTurns; turn++) {
    taken = false
    await nextTurn()
    if (!taken) await nextTurn()
  }
  server.off('connection', take)
}

/** `net.Server.close`, because `http.Server.close` also closes connections whose client is about to send a request. */
const refuseNew = (server: AnyServer) =>
  new Promise<void>((resolve) => Socket.prototype.close.call(server, () => resolve()))

/** The requested address, for messages. */
interface Asked {
  host: string
  flag: string
}

function bind(server: AnyServer, address: string, port: number, asked: Asked): Promise<AnyServer> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(error, asked, port)))
    server.listen(port, address, () => {
      server.removeAllListeners('error')
      resolve(server)
    })
  })
}

function cannotListen(error: Error, { host, flag }: Asked, port: number): CliError {
  const at = `cannot listen on ${bracketed(host)}:${port}`
  const next = port < 65_535 ? port + 1 : port - 1
  const reasons: Record<string, string> = {
    EADDRINUSE: `the port is in use. Try ${flag} ${next}, or ${flag} 0 for any free port.`,
    EACCES: 'permission denied. Try a port above 1023.',
    EADDRNOTAVAIL: 'the address is not one of this machine. Try --host 127.0.0.1 or 0.0.0.0.',
    ENOTFOUND: 'the name is not known. Try --host 127.0.0.1.',
    EAI_AGAIN: 'host name lookup failed. Try --host 127.0.0.1.',
  }
  const reason = reasons[codeOf(error) ?? ''] ?? `${messageOf(error)}.`
  return new CliError(exitCodes.listen, `${at}: ${reason}`, [], { cause: error })
}

const unbracketed = (host: string) => host.replace(/^\[|\]$/g, '')
const bracketed = (host: string) => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host)

/** The host for URLs: clients cannot connect to 0.0.0.0. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return unbracketed(host) === '::' ? '[::1]' : bracketed(host)
}
