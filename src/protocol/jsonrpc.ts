/** JSON-RPC 2.0 as MCP uses it: the message shapes, their tests and the error codes. */
import { messageOf } from '../terminal/errors.ts'
import { textWithCached } from './cached-text.ts'
import { jsonText } from './json-text.ts'

export type RequestId = string | number
export type Params = Record<string, unknown>

export interface JsonRpcRequest {
  jsonrpc: '2.0'
  id: RequestId
  method: string
  params?: Params
}
export interface JsonRpcNotification {
  jsonrpc: '2.0'
  method: string
  params?: Params
}
export interface JsonRpcResult {
  jsonrpc: '2.0'
  id: RequestId
  result: Record<string, unknown>
}
export interface JsonRpcError {
  jsonrpc: '2.0'
  id: RequestId | null
  error: { code: number; message: string; data?: unknown }
}
export type JsonRpcResponse = JsonRpcResult | JsonRpcError
export type JsonRpcMessage = JsonRpcRequest | JsonRpcNotification | JsonRpcResponse

export const errorCodes = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  server: -32000,
  unsupportedVersion: -32022,
} as const

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Numbers beyond 2^53 are rounded, so that two ids may collide; the SDKs drop such a message silently. */
export const isRequestId = (value: unknown): value is RequestId =>
  typeof value === 'string' || Number.isSafeInteger(value)

export const isRequest = (message: JsonRpcMessage): message is JsonRpcRequest =>
  'method' in message && 'id' in message

export const isNotification = (message: JsonRpcMessage): message is JsonRpcNotification =>
  'method' in message && !('id' in message)

export const isResponse = (message: JsonRpcMessage): message is JsonRpcResponse => !('method' in message)

/** The id of an invalid message, if it is readable, so that its sender does not wait for ever. */
export const usableId = (value: unknown): RequestId | null =>
  isRecord(value) && (isRequestId(value.id) || typeof value.id === 'number') ? value.id : null

/** A member that should be a string as text for messages: some objects cannot be converted. */
export const wordOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? '(no text)' : String(value)

/** What is wrong with a parsed value that should be a JSON-RPC message; `undefined` if it is valid. */
export function messageFault(value: unknown): string | undefined {
  if (Array.isArray(value)) return 'batches are not supported since protocol version 2025-06-18'
  if (!isRecord(value)) return 'a message must be a JSON object'
  if (value.jsonrpc !== '2.0') return 'jsonrpc must be "2.0"'
  // Only an error may have no id: its sender could not read that of the request (JSON-RPC 2.0, section 5).
  const nameless = value.id === null && 'error' in value && !('method' in value)
  if ('id' in value && !isRequestId(value.id) && !nameless)
    return 'id must be a string or an integer below 2^53'
  if ('method' in value) {
    if (typeof value.method !== 'string') return 'method must be a string'
    if (value.params === undefined) return undefined
    return isRecord(value.params) ? metaFault(value.params._meta) : 'params must be an object'
  }
  if (!('id' in value)) return 'a message needs a method or an id'
  if ('result' in value) return isRecord(value.result) ? undefined : 'result must be an object'
  return isError(value.error) ? undefined : 'a message needs a method, a result or an error'
}

const relatedTask = 'io.modelcontextprotocol/related-task'

/** The SDKs drop a request with an invalid `_meta`, and its sender would wait for ever. */
function metaFault(meta: unknown): string | undefined {
  if (meta === undefined) return undefined
  if (!isRecord(meta)) return '_meta must be an object'
  if (meta.progressToken !== undefined && !isRequestId(meta.progressToken)) {
    return 'progressToken must be a string or an integer below 2^53'
  }
  const task = meta[relatedTask]
  if (task === undefined || (isRecord(task) && typeof task.taskId === 'string')) return undefined
  return `${relatedTask} must hold a taskId`
}

/**
 * A valid value as a message with only the JSON-RPC members: the SDKs drop a message with others, and its sender would
 * wait for ever.
 */
export function asMessage(value: unknown): JsonRpcMessage {
  const message = value as JsonRpcMessage
  const known = 'method' in message ? requestMembers : 'error' in message ? errorMembers : resultMembers
  if (Object.keys(message).every((key) => known.has(key))) return message
  const kept = Object.entries(message).filter(([key]) => known.has(key))
  return Object.fromEntries(kept) as unknown as JsonRpcMessage
}

const requestMembers = new Set(['jsonrpc', 'id', 'method', 'params'])
const resultMembers = new Set(['jsonrpc', 'id', 'result'])
const errorMembers = new Set(['jsonrpc', 'id', 'error'])

const isError = (value: unknown) =>
  isRecord(value) && Number.isInteger(value.code) && typeof value.message === 'string'

export function errorReply(
  id: RequestId | null,
  code: number,
  message: string,
  data?: Record<string, unknown>,
): JsonRpcError {
  return { jsonrpc: '2.0', id, error: { code, message, ...(data && { data }) } }
}

/**
 * Serialises a message. An invalid response, or one that JSON cannot represent (a BigInt, a cycle), becomes an error:
 * its caller would wait for ever.
 * @throws TypeError for any other such message, which goes to its sender.
 */
export function messageText(message: JsonRpcMessage): string {
  if (!isResponse(message)) return jsonText(message)
  try {
    return textWithCached(soundAnswer(message))
  } catch (error) {
    return JSON.stringify(unsendable(message, error))
  }
}

/** A response, or an error in place of an invalid one. */
export function soundAnswer(answer: JsonRpcResponse): JsonRpcResponse {
  if ('error' in answer ? isError(answer.error) : isRecord(answer.result)) return answer
  return errorReply(
    answer.id,
    errorCodes.internal,
    'The server responded with something that is not a result',
  )
}

/** The error in place of a response that JSON cannot represent. */
export function unsendable({ id }: JsonRpcResponse, reason: unknown): JsonRpcError {
  const [why] = messageOf(reason).split('\n')
  return errorReply(id, errorCodes.internal, `The answer cannot be sent as JSON: ${why}`)
}
