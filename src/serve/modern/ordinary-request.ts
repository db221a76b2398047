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

/** What the classifier has said of the first ordinary request, and would say of all others. */
const verdicts = new WeakMap<Classify, MessageClassification>()

/**
 * How a modern request is classified, if nothing about it is out of the ordinary: its headers are there and say
 * what its body says, letter by letter (2026-07-28, Streamable HTTP, Request Metadata). Whether its envelope is
 * whole the server checks itself, before any handler runs.
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

/** Registries of a `McpServer` whose entries may ask for more rights than the caller has. */
const registries: Record<string, readonly string[]> = {
  'tools/call': ['_registeredTools'],
  'prompts/get': ['_registeredPrompts'],
  'resources/read': ['_registeredResources', '_registeredResourceTemplates'],
}

/** Whether a server checks more about this request than the request itself: scopes, or headers for arguments. */
export function isGuarded(sdkServer: object, { method, params }: JsonRpcRequest): boolean {
  for (const field of registries[method] ?? []) {
    const registry: unknown = Reflect.get(sdkServer, field)
    if (!isRecord(registry)) {
      // A low-level server has none; where a `McpServer` keeps them under another name, only the SDK can look.
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

/** Whether arguments of this schema travel in headers, too (`x-mcp-header`). Looked for once in each schema. */
function hasHeaders(schema: unknown): boolean {
  if (!isRecord(schema)) return false
  const found = known.get(schema) ?? JSON.stringify(schema).includes('"x-mcp-header"')
  known.set(schema, found)
  return found
}
