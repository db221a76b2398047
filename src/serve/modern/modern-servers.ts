import type { McpServer, McpServerFactory } from '@modelcontextprotocol/server'
import type { SdkCopy, ServerSource } from '../../protocol/source.ts'
import { coreOf } from '../../sessions/derived/sdk-shape.ts'
import { AnnouncedChanges } from '../bridge/announced-changes.ts'
import { V1Bridge } from '../bridge/v1-bridge.ts'

/** What the SDK's entry points need to serve the modern era from a source. */
export interface ModernServers {
  factory: McpServerFactory
  /**
   * Holds the server-side subscriptions to these resources while a client listens. Returns a function that ends them.
   */
  readonly listenTo: (uris: readonly string[]) => Promise<() => Promise<void>>
  /** Opens a server for one request, if it is not the source's own that answers. */
  readonly open?: ServerSource['open'] | undefined
  /** Ends the calls that are waiting for their clients here. */
  readonly close?: (() => void) | undefined
}

/**
 * The servers for the SDK's entry points. Those write state onto instances of their own `McpServer` class; for other
 * copies of the SDK they get the low-level server.
 *
 * @param longLived whether one server serves a whole connection, as on stdio, or one request.
 */
export function modernServers(
  source: ServerSource,
  sdk: Awaited<ReturnType<SdkCopy['server']>>,
  longLived: boolean,
): ModernServers {
  if (source.sdk === 'v1') return new V1Bridge(source, sdk, longLived)
  const announced = new AnnouncedChanges(source)
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
    listenTo: (uris) => announced.listen(uris),
  }
}
