import type { McpServer, McpServerFactory, Transport } from '@modelcontextprotocol/server'
import type { Channel } from '../../protocol/channel.ts'
import { isResponse, type JsonRpcMessage, unsendable } from '../../protocol/jsonrpc.ts'
import { boundRequests } from '../../sessions/message-bounds.ts'

/**
 * Servers that are asked for nothing too long, and whose callers hear of an answer that JSON cannot hold. The SDK's
 * transport for one request counts such an answer as given before it fails to write it, and its caller would wait for
 * ever.
 */
export function withSendableAnswers(factory: McpServerFactory): McpServerFactory {
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
