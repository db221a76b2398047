import { errorCodes, errorReply } from '../jsonrpc.ts'
import { writeError } from '../output.ts'
import { AuthGate } from '../serve/auth-gate.ts'
import { guardRoutes } from '../serve/guarded.ts'
import { type Handler, mcpHandler } from '../serve/mcp-handler.ts'
import type { ServerSource } from '../source.ts'
import { RouteTable } from '../transports/route-table.ts'

/**
 * Serves one request of a web-standard host: a custom route, or else MCP. It keeps no sessions, because a host
 * may run every request elsewhere; clients of both eras are answered all the same.
 */
export class FetchHandler {
  readonly #source: ServerSource
  readonly #gate: AuthGate | undefined
  #handler: Promise<Handler> | undefined

  constructor(source: ServerSource) {
    this.#source = source
    this.#gate = source.auth && new AuthGate(source.auth, (_, message) => writeError(`fastmcp: ${message}`))
  }

  async handle(request: Request): Promise<Response> {
    try {
      const path = new URL(request.url).pathname
      const found = new RouteTable(guardRoutes(this.#source.routes, this.#gate)).find(request.method, path)
      if ('route' in found) return await found.route.handler(request, { params: found.params })
      if (found.allow.length > 0)
        return new Response(null, { status: 405, headers: { allow: found.allow.join(', ') } })
      if (this.#gate?.servesMetadataAt(path)) return this.#gate.metadata(request)
      return await this.#mcp(request)
    } catch (error) {
      writeError(error instanceof Error ? (error.stack ?? error.message) : String(error))
      return Response.json(errorReply(null, errorCodes.internal, 'Internal error'), { status: 500 })
    }
  }

  async #mcp(request: Request): Promise<Response> {
    const caller = await this.#gate?.check(request)
    if (caller instanceof Response) return caller
    this.#handler ??= mcpHandler(this.#source, 'stateless', () => undefined)
    return (await this.#handler).fetch(request, caller && { authInfo: caller })
  }
}
