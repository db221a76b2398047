import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A balancer that sends each request to the next server, and to the one after where nobody listens. */
export class RoundRobin implements AsyncDisposable {
  readonly #server: Server
  readonly url: URL
  ports: number[]
  #next = 0

  private constructor(server: Server, ports: number[]) {
    this.#server = server
    this.ports = ports
    this.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
  }

  static async over(ports: readonly number[]): Promise<RoundRobin> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const balancer = new RoundRobin(server, [...ports])
    server.on('request', (incoming, response) => void balancer.#pass(incoming, response))
    return balancer
  }

  async #pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    incoming.on('error', () => undefined)
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    this.#try(incoming, response, Buffer.concat(chunks), this.ports.length)
  }

  #try(incoming: IncomingMessage, response: ServerResponse, body: Buffer, left: number): void {
    const port = this.ports[this.#next++ % this.ports.length]
    const { method, url: path, headers } = incoming
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false })
    asked.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders()
      answer.on('error', () => response.destroy())
      answer.pipe(response)
    })
    asked.on('error', (error) => {
      const refused = 'code' in error && error.code === 'ECONNREFUSED'
      if (refused && left > 1) this.#try(incoming, response, body, left - 1)
      else if (response.headersSent) response.destroy()
      else response.writeHead(502).end()
    })
    response.once('close', () => asked.destroy())
    asked.end(body)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
