import type { McpServer, McpServerFactory } from '@modelcontextprotocol/server'
import type { SdkCopy, ServerSource } from '../../protocol/source.ts'
import { coreOf } from '../../sessions/derived/sdk-shape.ts'
import { AnnouncedChanges } from '../bridge/announced-changes.ts'
import { V1Bridge } from '../bridge/v1-bridge.ts'

/** What the SDK's own entry points need to serve the modern era from a source. */
export interface ModernServers {
  factory: McpServerFactory
  /** Keeps what a server must do while a client listens, and to which resources. Returns the way to end it. */
  readonly listenTo: (uris: readonly string[]) => Promise<() => Promise<void>>
  /** A server for one request, where it is not the source's own that answers. */
  readonly open?: ServerSource['open'] | undefined
  /** Ends the calls that wait for their clients, where they wait here. */
  readonly close?: (() => void) | undefined
}

/**
 * The servers that the SDK's entry points are given. They write their state onto what they take for a
 * `McpServer` of their own copy of the SDK; of any other copy they are given the low-level server.
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
