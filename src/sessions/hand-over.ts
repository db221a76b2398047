import { whileAborting } from '../process/aborting.ts'
import type { Channel, MessageExtra } from '../protocol/channel.ts'
import { errorCodes, errorReply, isRequest, type JsonRpcMessage } from '../protocol/jsonrpc.ts'
import { messageOf } from '../terminal/errors.ts'

/**
 * Hands a message to the server that a channel is connected to. What the server cannot take at all must neither end
 * the conversation nor leave whoever asked without an answer.
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
