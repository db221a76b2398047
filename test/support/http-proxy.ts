import { createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { certificate, key } from './certificates.ts'

/** How a proxy may be unlike others. */
export interface ProxyManner {
  /** `user:password` that it asks for. */
  caller?: string
  /** What it answers by itself instead of passing anything on; 0 for nothing at all. */
  status?: number
  /** Whether it is spoken to by TLS. */
  secure?: boolean
}

/** A proxy that finds every host on this machine, and counts what it was asked for. */
export class HttpProxy implements AsyncDisposable {
  /** The hosts that tunnels were opened to, with their ports. */
  readonly tunnels: string[] = []
  /** The whole addresses that were asked for in the clear. */
  readonly requests: string[] = []
  /** The headers of tunnels, which are meant for the proxy alone. */
  readonly told: IncomingMessage['headers'][] = []
  readonly #manner: ProxyManner
  readonly #server
  readonly #sockets = new Set<Duplex>()

  constructor(manner: ProxyManner) {
    this.#manner = manner
    this.#server = manner.secure ? createSecureServer({ cert: certificate, key }) : createServer()
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      this.#pass(request, response),
    )
    this.#server.on('connect', (request: IncomingMessage, socket: Duplex) => this.#tunnel(request, socket))
    this.#server.on('connection', (socket: Duplex) => this.#keep(socket))
  }

  static async start(manner: ProxyManner = {}): Promise<HttpProxy> {
    const made = new HttpProxy(manner)
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve))
    return made
  }

  /** Where it is, as the variables say it. */
  get url(): string {
    return `http${this.#manner.secure ? 's' : ''}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The same with a user and password. */
  urlFor(caller: string): string {
    return this.url.replace('://', `://${caller}@`)
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request.url ?? '')
    const status = this.#refusal(request)
    if (status !== undefined) return void (status > 0 && response.writeHead(status).end('no'))
    const { 'proxy-authorization': _, ...headers } = request.headers
    const { port, pathname, search } = new URL(request.url ?? '')
    const path = `${pathname}${search}`
    const onward = open({ host: '127.0.0.1', port, path, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      response.flushHeaders()
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  }

  #tunnel(request: IncomingMessage, socket: Duplex): void {
    this.tunnels.push(request.url ?? '')
    this.told.push(request.headers)
    const status = this.#refusal(request)
    if (status === 0) return
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)
    const onward = connect(Number(new URL(`http://${request.url}`).port || 443), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    this.#keep(onward)
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  }

  #refusal({ headers }: IncomingMessage): number | undefined {
    const { caller, status } = this.#manner
    const known = caller && `Basic ${Buffer.from(caller).toString('base64')}`
    if (known && headers['proxy-authorization'] !== known) return 407
    return status
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('error', () => undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
