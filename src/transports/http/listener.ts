import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import { type AddressInfo, Server as Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errorCodes, errorReply } from '../../protocol/jsonrpc.ts'
import { CliError, codeOf, exitCodes, messageOf } from '../../terminal/errors.ts'
import { bodyTime } from './message-body.ts'

/** A bound port whose requests go to whatever handler is set at the time. */
export interface Listener {
  readonly host: string
  readonly port: number
  /** The address clients use, such as `http://127.0.0.1:8000`. */
  readonly origin: string
  onRequest(handler: RequestListener): void
  /** Whether the open port alone keeps the process alive. */
  keepAlive(alive: boolean): void
  /** Stops accepting and waits for the connections to end, which `closeIdle` hastens. */
  close(): Promise<void>
  closeIdle(): void
  /** Ends what is still open, at once. */
  destroy(): void
}

/** What makes https of a port. */
export interface Secure {
  server(options: ServerOptions, handler: RequestListener): HttpsServer
  /** Ends what has not become a connection yet, and follows its files no more. */
  close(): void
}

/**
 * Binds a port, before any user code runs, so that a busy one is reported at once.
 * @param flag by which another port can be asked for.
 * @throws CliError (exit 4) when the address cannot be listened on.
 */
export async function listen(host: string, port: number, secure?: Secure, flag = '-p'): Promise<Listener> {
  let handler: RequestListener | undefined
  const server = httpServer((request, response) => handler?.(request, response), secure)
  // `localhost` means both loopbacks, since clients differ in the one they try first.
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
      await Promise.all(servers.map(takeInWaiting))
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

/** Milliseconds a client may take over its headers, over its whole request, and between two requests. */
const limits = { headersTimeout: 15_000, requestTimeout: bodyTime, keepAliveTimeout: 65_000 }

/** Milliseconds that a connection stays open behind the word that it is over. */
const lingering = 1_000

type AnyServer = Server | HttpsServer

function httpServer(handler: RequestListener, secure: Secure | undefined): AnyServer {
  // Node looks for connections beyond their limits twice a minute, unless told to look more often.
  const options = { ...limits, connectionsCheckingInterval: 5_000 }
  const server: AnyServer = secure?.server(options, handler) ?? createServer(options, handler)
  server.on('clientError', (error, socket) => {
    if (!socket.writable) return
    const [status, message] = faults[codeOf(error) ?? ''] ?? ['400 Bad Request', 'This is not HTTP']
    const body = JSON.stringify(errorReply(null, errorCodes.server, message))
    const headers = ['Connection: close', 'Content-Type: application/json', `Content-Length: ${body.length}`]
    socket.end(`HTTP/1.1 ${[status, ...headers].join('\r\n')}\r\n\r\n${body}`)
    // One that goes on sending has been given the time to read that.
    setTimeout(() => socket.destroy(), lingering).unref()
  })
  return server
}

/** What is wrong with a request that never becomes one, by Node's code for it. */
const faults: Record<string, [status: string, message: string]> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The headers are larger than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request took too long'],
}

/** Turns in which a closing port takes in who has connected to it. */
const lastTurns = 1_000

/** The system resets whoever waits to be taken in when a port is closed, and Node takes in one of them a turn. */
async function takeInWaiting(server: AnyServer): Promise<void> {
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

/** As `close` of the class below it: that of HTTP also cuts off who has connected and is about to send a request. */
const refuseNew = (server: AnyServer) =>
  new Promise<void>((resolve) => Socket.prototype.close.call(server, () => resolve()))

/** What was asked for, for messages. */
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

/** What to call a bind address in a URL: nobody can connect to 0.0.0.0. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return unbracketed(host) === '::' ? '[::1]' : bracketed(host)
}
