import type { McpHttpHandler, McpServer, McpServerFactory, Transport } from '@modelcontextprotocol/server'
import type { Channel } from '../../protocol/channel.ts'
import { isResponse, type JsonRpcMessage, unsendable } from '../../protocol/jsonrpc.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { boundRequests } from '../../sessions/message-bounds.ts'
import type { Log } from '../serve-options.ts'
import { type ModernServers, modernServers } from './modern-servers.ts'
import { ownSdk } from './own-sdk.ts'

/** The SDK's handler, and what must be held while a client listens to resources. */
export type Handler = McpHttpHandler & Pick<ModernServers, 'listenTo'>

/** The official SDK's handler over servers of this source, hearing of changes as its subscribers should. */
export async function mcpHandler(source: ServerSource, log: Log): Promise<Handler> {
  const sdk = await (source.sdkCopy ?? ownSdk).server()
  const { factory, listenTo } = modernServers(source, sdk, false)
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

/**
 * Servers that are asked for nothing too long, and whose callers hear of an answer that JSON cannot hold. The SDK's
 * transport for one request counts such an answer as given before it fails to write it, and its caller would wait for
 * ever.
 */
function withSendableAnswers(factory: McpServerFactory): McpServerFactory {
  return async (context) => {
    const server = (await factory(context)) as McpServer
    const { connect } = server
    server.connect = async (transport) => {
      await connect.call(server, reporting(transport))
      boundRequests(transport as unknown as Channel)
    }
    return server
  }
}

function reporting(transport: Transport): Transport {
  const { send } = transport
  transport.send = async (message, options) => {
    try {
      await send.call(transport, message, options)
    } catch (error) {
      const answer = message as JsonRpcMessage
      if (!isResponse(answer)) throw error
      Reflect.set(transport, '_terminalDelivered', false)
      await send.call(transport, unsendable(answer, error) as typeof message, options)
    }
  }
  return transport
}
