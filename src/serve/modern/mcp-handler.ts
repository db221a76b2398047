import type { McpHttpHandler } from '@modelcontextprotocol/server'
import type { ServerSource } from '../../protocol/source.ts'
import type { Log } from '../serve-options.ts'
import { productsOf } from './modern-product.ts'
import { ownSdk } from './own-sdk.ts'
import type { Products } from './products.ts'
import { withSendableAnswers } from './sendable-answers.ts'

/** The SDK's handler, and what must be held while a client listens to resources. */
export type Handler = McpHttpHandler & Pick<Products, 'listenTo'>

/** The official SDK's handler over servers of this source, hearing of changes as its subscribers should. */
export async function mcpHandler(source: ServerSource, log: Log): Promise<Handler> {
  const sdk = await (source.sdkCopy ?? ownSdk).server()
  const { factory, listenTo } = productsOf(source, sdk, false)
  const handler = sdk.createMcpHandler(withSendableAnswers(factory), {
    legacy: 'reject',
    onerror: (error) => log('debug', `modern request: ${error.message}`),
  })
  const stopListening = source.onChange((change) => {
    if (change.kind === 'resource') handler.notify.resourceUpdated(change.uri)
    else if (change.kind === 'tools') handler.notify.toolsChanged()
    else if (change.kind === 'prompts') handler.notify.promptsChanged()
    else handler.notify.resourcesChanged()
  })
  const close = () => {
    stopListening()
    return handler.close()
  }
  return { ...handler, listenTo, close }
}
