import { isRecord, type JsonRpcRequest, type JsonRpcResponse } from '../../protocol/jsonrpc.ts'
import { claimedVersion } from '../../protocol/protocol-versions.ts'
import { shortened } from '../../terminal/printable.ts'
import { sessionHash } from '../session-hash.ts'
import type { Asker } from '../watched/watched-source.ts'
import type { Attributes } from './open-telemetry.ts'

/** Maximum characters of a client's text in a span attribute. */
const limit = 256

/** The attribute for the target of a request, and the parameter that names it. */
const targets = new Map<string, readonly [attribute: string, parameter: string]>([
  ['tools/call', ['gen_ai.tool.name', 'name']],
  ['prompts/get', ['gen_ai.prompt.name', 'name']],
  ['resources/read', ['mcp.resource.uri', 'uri']],
  ['resources/subscribe', ['mcp.resource.uri', 'uri']],
  ['resources/unsubscribe', ['mcp.resource.uri', 'uri']],
])

/** The span name of a request. It contains no URIs, since their cardinality is too high. */
export function spanName({ method, params }: JsonRpcRequest): string {
  const [attribute, parameter = ''] = targets.get(method) ?? []
  const target = params?.[parameter]
  const named = attribute !== undefined && attribute !== 'mcp.resource.uri' && typeof target === 'string'
  return named ? `${short(method)} ${short(target)}` : short(method)
}

/** The attributes known when a request arrives, by the OpenTelemetry conventions for MCP. */
export function requestAttributes(request: JsonRpcRequest, { channel, opening, extra }: Asker): Attributes {
  const { id, method, params } = request
  const attributes: Attributes = { 'mcp.method.name': short(method), 'jsonrpc.request.id': short(String(id)) }
  const [attribute, parameter = ''] = targets.get(method) ?? []
  const target = params?.[parameter]
  if (attribute !== undefined && typeof target === 'string') attributes[attribute] = short(target)
  if (method === 'tools/call') attributes['gen_ai.operation.name'] = 'execute_tool'
  const version = claimedVersion(request) ?? Reflect.get(channel, 'protocolVersion')
  if (typeof version === 'string') attributes['mcp.protocol.version'] = short(version)
  const session = channel.sessionId ?? opening.sessionId
  if (session !== undefined) attributes['mcp.session.id'] = sessionHash(session)
  const http = extra !== undefined && ('requestInfo' in extra || 'request' in extra)
  attributes['network.transport'] = http ? 'tcp' : 'pipe'
  if (http) attributes['network.protocol.name'] = 'http'
  return attributes
}

/** How a request failed. */
export interface Failure {
  readonly attributes: Attributes
  readonly message?: string
}

export function failureIn(answer: JsonRpcResponse | undefined): Failure | undefined {
  if (!answer) return { attributes: { 'error.type': 'cancelled' } }
  if ('error' in answer) {
    const code = String(answer.error.code)
    const attributes = { 'error.type': code, 'rpc.response.status_code': code }
    return { attributes, message: short(String(answer.error.message)) }
  }
  return answer.result.isError === true ? { attributes: { 'error.type': 'tool_error' } } : undefined
}

/** The string properties of a request's `_meta`, as a carrier for trace contexts. */
export function textsIn(carrier: unknown): Record<string, string> {
  if (!isRecord(carrier)) return {}
  const texts = Object.entries(carrier).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1].length <= carried,
  )
  return Object.fromEntries(texts)
}

/** Maximum characters of a trace context header. */
const carried = 8 * 1024

const short = (word: string) => shortened(word, limit)
