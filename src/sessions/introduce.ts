import type { JsonRpcNotification, Params } from '../protocol/jsonrpc.ts'

/** What a client has told its server. */
export interface Introduction {
  /** Its `initialize`; nothing before that. */
  readonly introduction: Params | undefined
  readonly level?: unknown
  readonly subscriptions: Iterable<string>
}

/**
 * Introduces a client to a server that has not met it, by what it has told another one, in the same order.
 * @param ask puts one request to the server; resolves with `false` when that refuses the client.
 * @param tell has the notification that ends the introduction.
 * @returns whether the server knows the client now.
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
