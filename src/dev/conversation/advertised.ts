import { errorCodes, isRecord, type JsonRpcRequest, type JsonRpcResponse } from '../../protocol/jsonrpc.ts'
import { listKinds } from '../protocol/offer.ts'

/**
 * The answer to `initialize`, promising changes of every list. Clients look at a server's capabilities once, so
 * that the first prompt of a server which had none would otherwise never be seen.
 */
export function advertised(request: JsonRpcRequest, response: JsonRpcResponse): JsonRpcResponse {
  if (request.method !== 'initialize' || !('result' in response)) return response
  const given = isRecord(response.result.capabilities) ? response.result.capabilities : {}
  const capabilities: Record<string, unknown> = { ...given }
  for (const kind of listKinds) {
    const own = isRecord(given[kind]) ? given[kind] : {}
    capabilities[kind] = { ...own, listChanged: true }
  }
  return { ...response, result: { ...response.result, capabilities } }
}

const emptyLists: ReadonlyMap<string, Record<string, unknown>> = new Map([
  ['tools/list', { tools: [] }],
  ['prompts/list', { prompts: [] }],
  ['resources/list', { resources: [] }],
  ['resources/templates/list', { resourceTemplates: [] }],
])

/** A list that the server knows nothing of is empty. */
export function emptyList(request: JsonRpcRequest, response: JsonRpcResponse): JsonRpcResponse {
  const empty = emptyLists.get(request.method)
  if (!empty || !('error' in response) || response.error.code !== errorCodes.methodNotFound) return response
  return { jsonrpc: '2.0', id: request.id, result: empty }
}
