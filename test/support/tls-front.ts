import { request as open } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { certificate, key } from './certificates.ts'

/** Speaks TLS in front of a server of this machine, which sees its own host. */
export class TlsFront implements AsyncDisposable {
  readonly #server
  /** The headers of every request. */
  readonly seen: Record<string, unknown>[] = []

  private constructor(behind: URL, cert: string) {
    this.#server = createServer({ cert, key }, (request, response) => {
      this.seen.push(request.headers)
      const { url: path, method } = request
      const headers = { ...request.headers, host: behind.host }
      const onward = open({ host: '127.0.0.1', port: behind.port, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        response.flushHeaders()
        answer.pipe(response)
      })
      onward.on('error', () => response.destroy())
      response.on('close', () => onward.destroy())
      request.pipe(onward)
    })
  }

  /** @param cert that of mcp.example and login.example, if it is not another. */
  static async start(behind: URL, cert = certificate): Promise<TlsFront> {
    const made = new TlsFront(behind, cert)
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve))
    return made
  }

  at(path: string, host = 'mcp.example'): string {
    return `https://${host}:${(this.#server.address() as AddressInfo).port}${path}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
