import { type JsonRpcMessage, usableId } from '../../protocol/jsonrpc.ts'
import type { LackingScopes } from '../../protocol/tool-scopes.ts'
import { type Exchange, refuse } from './http-reply.ts'

/**
 * Refuses a tool call whose caller lacks a scope, before the server sees it (2025-11-25, basic/authorization, Scope
 * Challenge Handling). Returns whether it did.
 */
export function refusesScopes(
  exchange: Exchange,
  message: JsonRpcMessage,
  lacking: LackingScopes | undefined,
): boolean {
  const scopes = lacking?.(message, exchange.auth)
  if (!scopes) return false
  const id = usableId(message)
  if (exchange.forbid) exchange.forbid(scopes, id)
  // Without auth no caller can have scopes, and there is nowhere to get them.
  else refuse(exchange.response, 403, `This tool needs the scopes ${scopes.join(' ')}`, { id })
  return true
}
