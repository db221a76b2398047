import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Passed {
  readonly incoming: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
}

/** A balancer that sends each request to the next server, and to the one after where nobody listens. */
export class RoundRobin implements AsyncDisposable {
  readonly #server: Server
  readonly url: URL
  ports: number[]
  /** Answers with which a server says that it has not taken a request, which goes to the next then. */
  refusals: ReadonlySet<number> = new Set()
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
    this.#try({ incoming, response, body: Buffer.concat(chunks) }, this.#next++, this.ports.length)
  }

  #try(passed: Passed, at: number, left: number): void {
    const { incoming, response, body } = passed
    const port = this.ports[at % this.ports.length]
    const { method, url: path, headers } = incoming
    const asked = request({ host: '127.0.0.1', port, method, path, headers, agent: false })
    asked.on('response', (answer) => {
      if (this.refusals.has(answer.statusCode ?? 0) && left > 1) {
        answer.resume()
        return this.#try(passed, at + 1, left - 1)
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders()
      answer.on('error', () => response.destroy())
      answer.pipe(response)
    })
    asked.on('error', (error) => {
      const refused = 'code' in error && error.code === 'ECONNREFUSED'
      if (refused && left > 1) this.#try(passed, at + 1, left - 1)
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
