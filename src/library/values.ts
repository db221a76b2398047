import {
  type CallToolResult,
  type ContentBlock,
  type GetPromptResult,
  type InputRequiredResult,
  isInputRequiredResult,
  type PromptMessage,
  type ReadResourceResult,
} from '@modelcontextprotocol/server'

/** What a tool may return: text, data, bytes, content blocks, or the SDK's own result. */
export type ToolValue = unknown
/** What a resource may return: text, bytes, or the SDK's own result. */
export type ResourceValue = string | Uint8Array | ReadResourceResult
/** What a prompt may return: text, which becomes a user message, or messages. */
export type PromptValue = string | PromptMessage[] | GetPromptResult

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const blockTypes = new Set<unknown>(['text', 'image', 'audio', 'resource', 'resource_link'])

const isBlock = (value: unknown): value is ContentBlock => isObject(value) && blockTypes.has(value.type)

const textBlock = (text: string): ContentBlock => ({ type: 'text', text })

/** Makes a tool's return value the result that travels; with an output schema it is the structured content. */
export function toolResult(value: unknown, structured: boolean): CallToolResult | InputRequiredResult {
  // A handler may speak the modern era's language itself.
  if (isInputRequiredResult(value)) return value
  if (isObject(value) && Array.isArray(value.content) && value.content.every(isBlock))
    return value as CallToolResult
  if (structured)
    return { content: [textBlock(asJson(value))], structuredContent: value as Record<string, unknown> }
  if (value === undefined || value === null) return { content: [] }
  if (typeof value === 'string') return { content: [textBlock(value)] }
  if (value instanceof Uint8Array) {
    const blob = Buffer.from(value).toString('base64')
    const resource = { uri: 'data:application/octet-stream', mimeType: 'application/octet-stream', blob }
    return { content: [{ type: 'resource', resource }] }
  }
  if (isBlock(value)) return { content: [value] }
  if (Array.isArray(value) && value.length > 0 && value.every(isBlock)) return { content: value }
  return { content: [textBlock(asJson(value))] }
}

/** @throws TypeError naming what JSON cannot hold, so that the model hears of it instead of a lost answer. */
function asJson(value: unknown): string {
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`the tool returned a ${typeof value}, which cannot be sent`)
  }
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part))
}

export function resourceResult(
  value: ResourceValue,
  uri: string,
  mimeType: string | undefined,
): ReadResourceResult {
  if (typeof value === 'string')
    return { contents: [{ uri, mimeType: mimeType ?? 'text/plain', text: value }] }
  if (!(value instanceof Uint8Array)) return value
  const blob = Buffer.from(value).toString('base64')
  return { contents: [{ uri, mimeType: mimeType ?? 'application/octet-stream', blob }] }
}

export function promptResult(value: PromptValue): GetPromptResult {
  if (typeof value === 'string')
    return { messages: [{ role: 'user', content: { type: 'text', text: value } }] }
  return Array.isArray(value) ? { messages: value } : value
}
