import type { ServerResponse } from 'node:http'

const exposed = 'Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate'
const allowedMethods = 'GET, POST, DELETE, OPTIONS'

/** Headers that let a page of an allowed origin read the answer; set on every answer, refusals included. */
export function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-expose-headers', exposed)
  response.setHeader('vary', 'Origin')
}

/** Answers a preflight. Custom `Mcp-Param-*` headers have open names, so what is asked for is granted. */
export function answerPreflight(response: ServerResponse, requestedHeaders: string | undefined): void {
  response.setHeader('access-control-allow-methods', allowedMethods)
  response.setHeader('access-control-max-age', '600')
  if (requestedHeaders) response.setHeader('access-control-allow-headers', requestedHeaders)
  response.writeHead(204).end()
}
