import { isResponse, type JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Siblings } from '../../store/siblings.ts'

/** What every server that a session has must hear of, whichever process it came in at. */
const forAll = new Set([
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/roots/list_changed',
])

/**
 * Passes a message of the client's on to the processes that it concerns: an answer and a report of progress to the
 * one whose name is in the id, what servers must hear of to all that hold the session.
 * @returns nothing where it concerns this process alone; or whether it is for one of those alone, and when they have it.
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
