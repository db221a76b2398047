import type { McpHttpHandler } from '@modelcontextprotocol/server'
import type { ServerSource } from '../source.ts'
import { productFactory } from './modern-product.ts'
import { ownSdk } from './own-sdk.ts'
import type { Log } from './serve-options.ts'

/** The official SDK's handler over servers of this source, hearing of changes as its subscribers should. */
export async function mcpHandler(
  source: ServerSource,
  legacy: 'stateless' | 'reject',
  log: Log,
): Promise<McpHttpHandler> {
  const sdk = await (source.sdkCopy ?? ownSdk).server()
  const handler = sdk.createMcpHandler(productFactory(source, sdk.McpServer, false), {
    legacy,
    onerror: (error) => log('debug', `modern request: ${error.message}`),
  })
  source.onChange((change) => {
    if (change.kind === 'resource') handler.notify.resourceUpdated(change.uri)
    else if (change.kind === 'tools') handler.notify.toolsChanged()
    else if (change.kind === 'prompts') handler.notify.promptsChanged()
    else handler.notify.resourcesChanged()
  })
  return handler
}
