import type { JsonRpcMessage } from './jsonrpc.ts'
import type { Change } from './source.ts'

/** The change that a notification tells of, if it is one of those that clients listen to. */
export function listChangeIn(message: JsonRpcMessage): Change | undefined {
  if (!('method' in message) || 'id' in message) return undefined
  const uri = message.params?.uri
  if (message.method === 'notifications/resources/updated')
    return typeof uri === 'string' ? { kind: 'resource', uri } : undefined
  const [, kind] = /^notifications\/(tools|prompts|resources)\/list_changed$/.exec(message.method) ?? []
  return kind === undefined ? undefined : { kind: kind as 'tools' | 'prompts' | 'resources' }
}
