import type { Channel } from '../protocol/channel.ts'
import {
  errorCodes,
  errorReply,
  isRecord,
  isRequest,
  type JsonRpcMessage,
  type Params,
} from '../protocol/jsonrpc.ts'
import { byteWords } from '../terminal/byte-words.ts'

/** Maximum bytes of a URI from a client. Servers match URIs against templates, which is slow for long ones. */
export const uriLimit = 4 * 1024
/** Maximum bytes of a completion argument. */
export const completionLimit = 8 * 1024
/** Maximum resources in one message. */
export const uriCount = 1_000

/**
 * What is too long in a request, as text; undefined for most. Such requests do not reach the server: what costs it time
 * costs all its clients.
 */
export function tooLong(message: JsonRpcMessage): string | undefined {
  if (!isRequest(message)) return undefined
  const { method, params = {} } = message
  return checks.get(method)?.(params)
}

const checks = new Map<string, (params: Params) => string | undefined>([
  ['resources/read', (params) => uriFault(params.uri)],
  ['resources/subscribe', (params) => uriFault(params.uri)],
  ['resources/unsubscribe', (params) => uriFault(params.uri)],
  ['completion/complete', completionFault],
  ['subscriptions/listen', listenFault],
])

const uriFault = (uri: unknown) => fault('uri', uri, uriLimit)

function completionFault({ ref, argument, context }: Params): string | undefined {
  const { name, value } = asRecord(argument)
  const filledIn = Object.entries(asRecord(asRecord(context).arguments)).flat()
  return (
    uriFault(asRecord(ref).uri) ??
    firstFault('argument', [name, value]) ??
    firstFault('context.arguments', filledIn)
  )
}

function listenFault({ notifications }: Params): string | undefined {
  const { resourceSubscriptions: uris } = asRecord(notifications)
  if (!Array.isArray(uris)) return undefined
  if (uris.length > uriCount) return `resourceSubscriptions names more than ${uriCount} resources`
  return uris.map(uriFault).find((one) => one !== undefined)
}

const firstFault = (what: string, texts: readonly unknown[]) =>
  texts.map((text) => fault(what, text, completionLimit)).find((one) => one !== undefined)

function fault(what: string, text: unknown, limit: number): string | undefined {
  if (typeof text !== 'string' || text.length * 3 <= limit || Buffer.byteLength(text) <= limit)
    return undefined
  return `${what} is longer than ${byteWords(limit)}`
}

const asRecord = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {})

/** Makes a connected channel refuse such requests itself. */
export function boundRequests(channel: Channel): void {
  const deliver = channel.onmessage
  channel.onmessage = (message, extra) => {
    const reason = tooLong(message)
    if (reason === undefined) deliver?.(message, extra)
    else refuse(channel, message, reason)
  }
}

/** Answers a request that is not passed to the server. */
export function refuse(channel: Channel, message: JsonRpcMessage, reason: string): void {
  if (!isRequest(message)) return
  void channel.send(errorReply(message.id, errorCodes.invalidParams, reason)).catch(() => undefined)
}
