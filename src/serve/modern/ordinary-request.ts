import type { IncomingHttpHeaders } from 'node:http'
import type { InboundClassificationOutcome, MessageClassification } from '@modelcontextprotocol/server'
import {
  isRecord,
  isRequest,
  type JsonRpcMessage,
  type JsonRpcRequest,
  wordOf,
} from '../../protocol/jsonrpc.ts'
import { own } from '../../protocol/own.ts'
import { claimedVersion, firstModernVersion } from '../../protocol/protocol-versions.ts'

/** The requests that make up nearly all traffic, and the parameter that `Mcp-Name` mirrors, if any. */
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

/** The classification of the first ordinary request, which is the same for all of them. */
const verdicts = new WeakMap<Classify, MessageClassification>()

/**
 * The classification of a modern request, if it is ordinary: its headers are present and match its body exactly
 * (2026-07-28, Streamable HTTP, Request Metadata). The server itself checks that its envelope is complete, before any
 * handler runs.
 */
export function ordinary(
  headers: IncomingHttpHeaders,
  message: JsonRpcMessage,
  classify: Classify,
): { request: JsonRpcRequest; classification: MessageClassification } | undefined {
  if (!isRequest(message) || !ordinaryMethods.has(message.method)) return undefined
  const method = headers['mcp-method']
  if (headers['mcp-protocol-version'] !== firstModernVersion || method !== message.method) return undefined
  if (claimedVersion(message) !== firstModernVersion) return undefined
  const repeated = ordinaryMethods.get(message.method)
  const name = headers['mcp-name']
  if (repeated !== undefined && (name === undefined || name !== message.params?.[repeated])) return undefined
  const classification = verdicts.get(classify) ?? verdictOn(message, classify)
  return classification && { request: message, classification }
}

function verdictOn(message: JsonRpcRequest, classify: Classify): MessageClassification | undefined {
  const outcome = classify({
    httpMethod: 'POST',
    protocolVersionHeader: firstModernVersion,
    mcpMethodHeader: message.method,
    body: message,
  })
  if (outcome.kind !== 'modern' || outcome.classification.revision !== firstModernVersion) return undefined
  verdicts.set(classify, outcome.classification)
  return outcome.classification
}

/** Registries of a `McpServer` whose entries may require more rights than the caller has. */
const registries: Record<string, readonly string[]> = {
  'tools/call': ['_registeredTools'],
  'prompts/get': ['_registeredPrompts'],
  'resources/read': ['_registeredResources', '_registeredResourceTemplates'],
}

/** Whether a server makes additional checks for this request: scopes, or headers that mirror arguments. */
export function isGuarded(sdkServer: object, { method, params }: JsonRpcRequest): boolean {
  for (const field of registries[method] ?? []) {
    const registry: unknown = Reflect.get(sdkServer, field)
    if (!isRecord(registry)) {
      // A low-level server has none; if a `McpServer` keeps them under another name, only the SDK can check.
      if ('registerTool' in sdkServer) return true
      continue
    }
    if (method === 'resources/read') {
      if (Object.values(registry).some(asksForScopes)) return true
    } else if (asksForScopes(own(registry, wordOf(params?.name)))) return true
  }
  if (method !== 'tools/call') return false
  const schemaOf: unknown = Reflect.get(sdkServer, 'toolInputSchemaJson')
  return typeof schemaOf === 'function' && hasHeaders(schemaOf.call(sdkServer, wordOf(params?.name)))
}

const asksForScopes = (entry: unknown) => isRecord(entry) && entry.scopeChallenge !== undefined

const known = new WeakMap<object, boolean>()

/** Whether arguments of this schema are mirrored in headers (`x-mcp-header`). Each schema is searched once. */
function hasHeaders(schema: unknown): boolean {
  if (!isRecord(schema)) return false
  const found = known.get(schema) ?? JSON.stringify(schema).includes('"x-mcp-header"')
  known.set(schema, found)
  return found
}
