import {
  type CallToolResult,
  type ContentBlock,
  type GetPromptResult,
  type InputRequiredResult,
  isInputRequiredResult,
  type PromptMessage,
  type ReadResourceResult,
} from '@modelcontextprotocol/server'
import { sendableJson } from './sendable.ts'

/** What a tool may return: text, data, bytes, content blocks, or the SDK's own result. */
export type ToolValue = unknown
/** What a resource may return: text, bytes, data, which travels as JSON, or the SDK's own result. */
export type ResourceValue = string | Uint8Array | object
/** What a prompt may return: text, which becomes a user message, or messages. */
export type PromptValue = string | PromptMessage[] | GetPromptResult

/**
 * An error whose text is meant for the model: it says what to do differently. Any other error reaches the model
 * as its message too, and its stack goes to stderr, where a person looks for bugs. The client gets a result with
 * `isError` (2025-11-25, server/tools, Error Handling).
 */
export class ToolError extends Error {
  /** Tells it from other errors, also where another copy of this package threw it. */
  override readonly name = 'ToolError'
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** What each kind of block must hold, all of it text; data that only happens to have a `type` is data. */
const blockFields: Record<ContentBlock['type'], readonly string[]> = {
  text: ['text'],
  image: ['data', 'mimeType'],
  audio: ['data', 'mimeType'],
  resource_link: ['uri', 'name'],
  resource: ['uri'],
}

function isBlock(value: unknown): value is ContentBlock {
  if (!isObject(value) || typeof value.type !== 'string' || !Object.hasOwn(blockFields, value.type))
    return false
  const holder = value.type === 'resource' ? value.resource : value
  const fields = blockFields[value.type as ContentBlock['type']]
  return isObject(holder) && fields.every((field) => typeof holder[field] === 'string')
}

const kindOf = (value: unknown): string =>
  value === undefined || value === null ? String(value) : isObject(value) ? 'an object' : `a ${typeof value}`

const textBlock = (text: string): ContentBlock => ({ type: 'text', text })

/** Makes a tool's return value the result that travels; with an output schema it is the structured content. */
export function toolResult(value: unknown, structured: boolean): CallToolResult | InputRequiredResult {
  // A handler may speak the modern era's language itself.
  if (isInputRequiredResult(value)) return value
  if (isObject(value) && Array.isArray(value.content) && value.content.every(isBlock))
    return value as CallToolResult
  if (structured)
    return { content: [textBlock(sendableJson(value))], structuredContent: value as Record<string, unknown> }
  if (value === undefined || value === null) return { content: [] }
  if (typeof value === 'string') return { content: [textBlock(value)] }
  if (value instanceof Uint8Array) {
    const blob = Buffer.from(value).toString('base64')
    const resource = { uri: 'data:application/octet-stream', mimeType: 'application/octet-stream', blob }
    return { content: [{ type: 'resource', resource }] }
  }
  if (isBlock(value)) return { content: [value] }
  if (Array.isArray(value) && value.length > 0 && value.every(isBlock)) return { content: value }
  return { content: [textBlock(sendableJson(value))] }
}

export function resourceResult(
  value: ResourceValue,
  uri: string,
  mimeType: string | undefined,
): ReadResourceResult {
  if (typeof value === 'string')
    return { contents: [{ uri, mimeType: mimeType ?? 'text/plain', text: value }] }
  if (value === undefined || value === null)
    throw new TypeError(`the handler returned ${value}: return text, bytes or data`)
  if (!(value instanceof Uint8Array)) {
    if (isObject(value) && 'contents' in value && Array.isArray(value.contents))
      return value as ReadResourceResult
    return { contents: [{ uri, mimeType: mimeType ?? 'application/json', text: sendableJson(value) }] }
  }
  const blob = Buffer.from(value).toString('base64')
  return { contents: [{ uri, mimeType: mimeType ?? 'application/octet-stream', blob }] }
}

export function promptResult(value: PromptValue): GetPromptResult {
  if (typeof value === 'string')
    return { messages: [{ role: 'user', content: { type: 'text', text: value } }] }
  if (Array.isArray(value)) return { messages: value }
  if (isInputRequiredResult(value) || (isObject(value) && Array.isArray(value.messages))) return value
  throw new TypeError(
    `the handler returned ${kindOf(value)}: return text, which is a user message, or messages`,
  )
}
