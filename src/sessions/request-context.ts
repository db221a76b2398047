import { AsyncLocalStorage } from 'node:async_hooks'
import type { Channel } from '../protocol/channel.ts'
import { isRequest, type JsonRpcMessage, type RequestId } from '../protocol/jsonrpc.ts'

/** The client message that is being handled. */
export interface RequestContext {
  /** Where it came from; undefined outside any handler, where code uses the only session there is. */
  readonly channel?: object | undefined
  /** Its id, if it is a request. */
  readonly request?: RequestId | undefined
  /** The server that handles it, if it is derived from an exported one. */
  readonly server?: { readonly router: unknown } | undefined
}

/** The message whose handler is running, for what user code sends without naming the request. */
export const requestContext = new AsyncLocalStorage<RequestContext>()

/**
 * The request whose handler sends the client a request or a cancellation: such messages belong on that request's stream
 * (2025-11-25, Streamable HTTP, Sending 6), and calls on an exported server do not name it.
 * @returns undefined for other messages, and outside any handler.
 */
export function askedWithin(channel: Channel, message: JsonRpcMessage): RequestId | undefined {
  const asks = isRequest(message) || ('method' in message && message.method === 'notifications/cancelled')
  if (!asks) return undefined
  const current = requestContext.getStore()
  return current?.channel === channel ? current.request : undefined
}

/** Runs the handlers of all messages of a connected channel in this context. */
export function trackRequestContext(channel: Channel): void {
  const deliver = channel.onmessage
  channel.onmessage = (message, extra) => {
    const request = isRequest(message) ? message.id : undefined
    requestContext.run({ channel, request }, () => deliver?.(message, extra))
  }
}
