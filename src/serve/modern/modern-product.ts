import type { McpServer } from '@modelcontextprotocol/server'
import type { SdkCopy, ServerSource } from '../../protocol/source.ts'
import { coreOf } from '../../sessions/derived/sdk-shape.ts'
import { V1Bridge } from '../bridge/v1-bridge.ts'
import type { Products } from './products.ts'

/**
 * The servers that the SDK's entry points are given. They write their state onto what they take for a
 * `McpServer` of their own copy of the SDK; of any other copy they are given the low-level server.
 *
 * @param longLived whether one server serves a whole connection, as on stdio, or one request.
 */
export function productsOf(
  source: ServerSource,
  sdk: Awaited<ReturnType<SdkCopy['server']>>,
  longLived: boolean,
): Products {
  if (source.sdk === 'v1') return new V1Bridge(source, sdk, longLived)
  return {
    factory: async (context) => {
      const { sdkServer } = await source.open({
        era: context.era,
        longLived,
        ...(context.requestInfo && { request: context.requestInfo }),
        ...(context.authInfo !== undefined && { authInfo: context.authInfo }),
      })
      const server = sdkServer instanceof sdk.McpServer ? sdkServer : coreOf(sdkServer)
      return server as McpServer
    },
    listenTo: () => Promise.resolve(() => Promise.resolve()),
  }
}
