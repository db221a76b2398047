import { isResponse, type JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Siblings } from '../../store/siblings.ts'

/** Messages that every server of a session must receive, whichever process they arrive at. */
const forAll = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/roots/list_changed',
])

/**
 * Passes a client's message on to the processes that it concerns: responses and progress to the process named in the
 * id, and what all servers need to know to every process that holds the session.
 * @returns undefined if it concerns this process alone; otherwise whether it is only for another process, and a promise
 * for its delivery.
 */
export function passOn(
  siblings: Siblings,
  { key, processName }: { key: string; processName: string },
  message: JsonRpcMessage,
): { elsewhere: boolean; passing: Promise<void> } | undefined {
  const asked = isResponse(message)
    ? message.id
    : message.method === 'notifications/progress'
      ? message.params?.progressToken
      : undefined
  const asker = typeof asked === 'string' ? /^([a-z0-9]{10})\.\d+$/.exec(asked)?.[1] : undefined
  if (asker !== undefined && asker !== processName) {
    return { elsewhere: true, passing: siblings.pass(key, message, asker) }
  }
  if (isResponse(message) || !forAll.has(message.method)) return undefined
  return { elsewhere: false, passing: siblings.pass(key, message) }
}
