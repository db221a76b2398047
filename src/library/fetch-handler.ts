import { errorCodes, errorReply } from '../jsonrpc.ts'
import { writeError } from '../output.ts'
import { type Handler, mcpHandler } from '../serve/mcp-handler.ts'
import type { ServerSource } from '../source.ts'
import { RouteTable } from '../transports/route-table.ts'

/**
 * Serves one request of a web-standard host: a custom route, or else MCP. It keeps no sessions, because a host
 * may run every request elsewhere; clients of both eras are answered all the same.
 */
export class FetchHandler {
  readonly #source: ServerSource
  #handler: Promise<Handler> | undefined

  constructor(source: ServerSource) {
    this.#source = source
  }

  async handle(request: Request): Promise<Response> {
    const routes = new RouteTable(this.#source.routes)
    const found = routes.find(request.method, new URL(request.url).pathname)
    try {
      if ('route' in found) return await found.route.handler(request, { params: found.params })
      if (found.allow.length > 0)
        return new Response(null, { status: 405, headers: { allow: found.allow.join(', ') } })
      this.#handler ??= mcpHandler(this.#source, 'stateless', () => undefined)
      return await (await this.#handler).fetch(request)
    } catch (error) {
      writeError(error instanceof Error ? (error.stack ?? error.message) : String(error))
      return Response.json(errorReply(null, errorCodes.internal, 'Internal error'), { status: 500 })
    }
  }
}
