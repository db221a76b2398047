import type { JsonRpcNotification, Params } from '../protocol/jsonrpc.ts'

/** The state that a client has set on its server. */
export interface Introduction {
  /** The parameters of its `initialize`; undefined before that. */
  readonly introduction: Params | undefined
  readonly level?: unknown
  readonly subscriptions: Iterable<string>
}

/**
 * Replays a client's initialization to a new server, in the order in which it told the previous one.
 * @param ask sends one request to the server; resolves with `false` if the server refuses the client.
 * @param tell sends the notification that completes initialization.
 * @returns whether the server accepted the client.
 */
export async function introduce(
  told: Introduction,
  ask: (method: string, params: Params) => Promise<unknown>,
  tell: (message: JsonRpcNotification) => unknown,
): Promise<boolean> {
  if (!told.introduction) return false
  if ((await ask('initialize', told.introduction)) === false) return false
  await tell({ jsonrpc: '2.0', method: 'notifications/initialized' })
  if (told.level !== undefined) await ask('logging/setLevel', { level: told.level })
  for (const uri of told.subscriptions) await ask('resources/subscribe', { uri })
  return true
}
