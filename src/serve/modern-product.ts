import type { McpServer, McpServerFactory } from '@modelcontextprotocol/server'
import { coreOf } from '../sessions/sdk-shape.ts'
import type { ServerSource } from '../source.ts'

/**
 * The factory that the SDK's own entry points call for a server. They write their state onto what they take
 * for a `McpServer` of their own copy of the SDK; of any other copy they are given the low-level server.
 */
export function productFactory(
  source: ServerSource,
  ownClass: typeof McpServer,
  lasting: boolean,
): McpServerFactory {
  return async (context) => {
    const { product } = await source.open({
      era: context.era,
      lasting,
      ...(context.requestInfo && { request: context.requestInfo }),
      ...(context.authInfo !== undefined && { authInfo: context.authInfo }),
    })
    const server = product instanceof ownClass ? product : coreOf(product)
    return server as McpServer
  }
}
