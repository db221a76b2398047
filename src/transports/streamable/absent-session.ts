import { type JsonRpcMessage, type RequestId, usableId } from '../../protocol/jsonrpc.ts'
import type { Outlet } from '../../sessions/outlet.ts'
import type { Registry } from '../../sessions/registry.ts'
import { Session } from '../../sessions/session.ts'
import { messageOf } from '../../terminal/errors.ts'
import { type Exchange, refuse, refuseFull, refuseStopping } from '../http/http-reply.ts'
import type { Peers } from '../peers/peers.ts'

export interface AbsentOptions {
  registry: Registry
  outlet: (session: Session) => Outlet
  log: (message: string) => void
  peers: Peers | undefined
}

/** Seconds after which a client should retry if its session could not be restored. */
const retryAfter = 1

/** Refuses a new session that no other process could continue. */
export const refuseAlone = (response: Exchange['response'], id: RequestId): void =>
  refuse(response, 503, 'No session can be opened yet', {
    id,
    headers: { 'retry-after': String(retryAfter) },
  })

/**
 * Gets a session that this process does not hold: restored from the store, where it has outlived its process. If it
 * returns undefined, the request has been answered; with 404 only if there is no such session, since a client treats
 * that as the end of its session.
 * @param message the request's body, if it is a POST.
 */
export async function absentSession(
  exchange: Exchange,
  message: JsonRpcMessage | undefined,
  { registry, outlet, log, peers }: AbsentOptions,
): Promise<Session | undefined> {
  const { request, response, auth } = exchange
  const id = request.headers['mcp-session-id']
  const refusal = { id: usableId(message) }
  if (typeof id !== 'string' || id === '') {
    refuse(response, 400, 'Mcp-Session-Id header is required', refusal)
    return undefined
  }
  if (registry.adopts && registry.draining && !peers) {
    refuseStopping(response, refusal.id)
    return undefined
  }
  try {
    const owner = peers?.addressOf(await registry.ownerOf(id), exchange)
    if (owner) {
      await peers?.forward(exchange, owner, message)
      return undefined
    }
    const found = await registry.adopt(id, outlet, { authInfo: auth })
    if (found instanceof Session) return found
    if (found) refuseFull(response, found, refusal.id)
    else refuse(response, 404, 'Session not found', { ...refusal, code: -32001 })
  } catch (error) {
    log(`a session could not be opened again: ${messageOf(error)}`)
    const headers = { 'retry-after': String(retryAfter) }
    refuse(response, 503, 'The session cannot be opened again yet', { ...refusal, headers })
  }
  return undefined
}
