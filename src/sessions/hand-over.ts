import { whileAborting } from '../process/aborting.ts'
import type { Channel, MessageExtra } from '../protocol/channel.ts'
import { errorCodes, errorReply, isRequest, type JsonRpcMessage } from '../protocol/jsonrpc.ts'
import { messageOf } from '../terminal/errors.ts'

/**
 * Passes a message to the server that a channel is connected to. If the server throws, the conversation goes on and a
 * request still gets an error response.
 */
export function handOver(channel: Channel, message: JsonRpcMessage, extra?: MessageExtra): void {
  try {
    const hand = () => channel.onmessage?.(message, extra)
    if ('method' in message && message.method === 'notifications/cancelled') whileAborting(hand)
    else hand()
  } catch (error) {
    if (!isRequest(message)) return
    const reason = `The request cannot be handled: ${messageOf(error)}`
    void channel.send(errorReply(message.id, errorCodes.internal, reason)).catch(() => undefined)
  }
}
