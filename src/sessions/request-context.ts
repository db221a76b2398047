import { AsyncLocalStorage } from 'node:async_hooks'
import type { Channel } from '../protocol/channel.ts'
import { isRequest, type JsonRpcMessage, type RequestId } from '../protocol/jsonrpc.ts'

/** A message of a client's that is being handled. */
export interface RequestContext {
  /** Where it came from; absent outside any handler, where code is lent the only session there is. */
  readonly channel?: object | undefined
  /** Its id, if it is a request. */
  readonly request?: RequestId | undefined
  /** The server that handles it, if that is derived from an exported one. */
  readonly server?: { readonly router: unknown } | undefined
}

/** What the user's code is handling, for what it says meanwhile without naming the request. */
export const requestContext = new AsyncLocalStorage<RequestContext>()

/**
 * The request in whose handler a client is asked something, or no longer asked: such messages travel on that request's
 * stream (2025-11-25, Streamable HTTP, Sending 6), and calls on an exported server do not say which it is.
 * @returns nothing for what a channel says by itself, or outside any handler.
 */
export function askedWithin(channel: Channel, message: JsonRpcMessage): RequestId | undefined {
  const asks = isRequest(message) || ('method' in message && message.method === 'notifications/cancelled')
  if (!asks) return undefined
  const current = requestContext.getStore()
  return current?.channel === channel ? current.request : undefined
}

/** Has everything that comes in on a connected channel handled as such. */
export function trackRequestContext(channel: Channel): void {
  const deliver = channel.onmessage
  channel.onmessage = (message, extra) => {
    const request = isRequest(message) ? message.id : undefined
    requestContext.run({ channel, request }, () => deliver?.(message, extra))
  }
}
