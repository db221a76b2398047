import type { IncomingHttpHeaders } from 'node:http'
import type { InboundClassificationOutcome, MessageClassification } from '@modelcontextprotocol/server'
import { isRecord, isRequest, type JsonRpcMessage, type JsonRpcRequest } from '../jsonrpc.ts'
import { firstModernVersion } from '../protocol-versions.ts'

/** The requests that make up nearly all traffic, and the parameter that `Mcp-Name` repeats, if any. */
const ordinaryMethods = new Map<string, string | undefined>([
  ['tools/call', 'name'],
  ['tools/list', undefined],
  ['resources/read', 'uri'],
  ['resources/list', undefined],
  ['resources/templates/list', undefined],
  ['prompts/get', 'name'],
  ['prompts/list', undefined],
  ['completion/complete', undefined],
])

/** The official SDK's public classifier of inbound requests. */
export type Classify = (request: {
  httpMethod: string
  protocolVersionHeader?: string
  mcpMethodHeader?: string
  mcpNameHeader?: string
  body?: unknown
}) => InboundClassificationOutcome

/**
 * How a modern request is classified, if nothing about it is out of the ordinary: its headers are there and say
 * what its body says, letter by letter (2026-07-28, Streamable HTTP, Request Metadata).
 */
export function ordinary(
  headers: IncomingHttpHeaders,
  message: JsonRpcMessage,
  classify: Classify,
): { request: JsonRpcRequest; classification: MessageClassification } | undefined {
  if (!isRequest(message) || !ordinaryMethods.has(message.method)) return undefined
  const [version, method, name] = ['mcp-protocol-version', 'mcp-method', 'mcp-name'].map(
    (header) => headers[header],
  )
  if (version !== firstModernVersion || method !== message.method) return undefined
  const repeated = ordinaryMethods.get(message.method)
  if (repeated !== undefined && (name === undefined || name !== message.params?.[repeated])) return undefined
  const outcome = classify({
    httpMethod: 'POST',
    protocolVersionHeader: version,
    mcpMethodHeader: method,
    body: message,
  })
  if (outcome.kind !== 'modern' || outcome.classification.revision !== firstModernVersion) return undefined
  return { request: message, classification: outcome.classification }
}

/** Registries of a `McpServer` whose entries may ask for more rights than the caller has. */
const registries: Record<string, readonly string[]> = {
  'tools/call': ['_registeredTools'],
  'prompts/get': ['_registeredPrompts'],
  'resources/read': ['_registeredResources', '_registeredResourceTemplates'],
}

/** Whether a server checks more about this request than the request itself: scopes, or headers for arguments. */
export function isGuarded(product: object, { method, params }: JsonRpcRequest): boolean {
  const entries = (registries[method] ?? []).flatMap((field) => {
    const registry: unknown = Reflect.get(product, field)
    if (!isRecord(registry)) return []
    return method === 'resources/read' ? Object.values(registry) : [registry[String(params?.name)]]
  })
  if (entries.some((entry) => isRecord(entry) && entry.scopeChallenge !== undefined)) return true
  if (method !== 'tools/call') return false
  const schemaOf: unknown = Reflect.get(product, 'toolInputSchemaJson')
  return typeof schemaOf === 'function' && hasHeaders(schemaOf.call(product, String(params?.name)))
}

const known = new WeakMap<object, boolean>()

/** Whether arguments of this schema travel in headers, too (`x-mcp-header`). Looked for once in each schema. */
function hasHeaders(schema: unknown): boolean {
  if (!isRecord(schema)) return false
  const found = known.get(schema) ?? JSON.stringify(schema).includes('"x-mcp-header"')
  known.set(schema, found)
  return found
}
