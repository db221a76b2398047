// Patches: `connect` of a server for one request, `send` of its transport, and `_terminalDelivered`
//   there.
// Why: the SDK counts an answer as given before it fails to write it, and its caller would wait for
//   ever.
// On: @modelcontextprotocol/server 2.0–2.4.
// Otherwise: each answer is written once more, before it is sent.

import type { McpServer, Transport } from '@modelcontextprotocol/server'
import { isResponse, type JsonRpcMessage, unsendable } from '../../protocol/jsonrpc.ts'

/**
 * Lets the callers of a server hear of an answer that JSON cannot hold.
 * @param server one that is to serve one request.
 * @param connected is given the transport it is connected to.
 */
export function sendAnyAnswer(server: McpServer, connected: (transport: Transport) => void): void {
  const { connect } = server
  server.connect = async (transport) => {
    await connect.call(server, reporting(transport))
    connected(transport)
  }
}

function reporting(transport: Transport): Transport {
  const { send } = transport
  const forgets = '_terminalDelivered' in transport
  transport.send = async (message, options) => {
    const answer = message as JsonRpcMessage
    try {
      if (!forgets) JSON.stringify(answer)
      await send.call(transport, message, options)
    } catch (error) {
      if (!isResponse(answer)) throw error
      Reflect.set(transport, '_terminalDelivered', false)
      await send.call(transport, unsendable(answer, error) as typeof message, options)
    }
  }
  return transport
}
