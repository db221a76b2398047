import type { IncomingMessage, ServerResponse } from 'node:http'

const exposed = 'Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate'
const allowedMethods = 'GET, POST, DELETE, OPTIONS'

/**
 * Lets a page of an allowed origin read the response, unless CORS headers are set already, and answers its preflight.
 * @returns whether the request was a preflight, and is answered.
 */
export function welcomeOrigin(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers
  if (origin === undefined) return false
  if (!response.hasHeader('access-control-allow-origin')) allowOrigin(response, origin)
  if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return false
  answerPreflight(response, request.headers['access-control-request-headers'])
  return true
}

/** Headers that let a page of an allowed origin read the response; set on all responses, including refusals. */
function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', exposed)
  response.setHeader('vary', 'Origin')
}

/** Answers a preflight. All requested headers are granted, since custom `Mcp-Param-*` headers can have any name. */
function answerPreflight(response: ServerResponse, requestedHeaders: string | undefined): void {
  response.setHeader('access-control-allow-methods', allowedMethods)
  response.setHeader('access-control-max-age', '600')
  if (requestedHeaders) response.setHeader('access-control-allow-headers', requestedHeaders)
  response.writeHead(204).end()
}
