import { randomBytes } from 'node:crypto'
import { processName, workerName } from '../../process/runner-hook.ts'

const prefix = 'fastmcp.'

/** The format of a state: it names the process in which the call is suspended. */
const named = /^fastmcp\.([a-z0-9]{10})\./

/** Whether a state was issued by this package, in whichever process. */
export const isCallState = (state: unknown): state is string =>
  typeof state === 'string' && state.startsWith(prefix)

/** A `requestState` for a call that is suspended here: random and valid once. */
export const newCallState = (): string => `${prefix}${processName()}.${randomBytes(32).toString('base64url')}`

/**
 * Thrown for a `requestState` that does not match a call suspended here, or one with another tool, arguments or caller.
 */
export class UnknownState extends Error {
  readonly code = -32602

  constructor(state: string) {
    super(unknownStateWords(state))
  }
}

/** The SDK's message, which gives no reason. */
export const unknownWords = 'Invalid or expired requestState'

/** The same with the reason why a retry finds no call. */
export function unknownStateWords(state: string): string {
  const name = named.exec(state)?.[1]
  return name === undefined || name === processName() ? unknownWords : `${unknownWords}: ${elsewhereWords()}`
}

/** If processes can reach each other, the one that was named has been searched for and is gone. */
const elsewhereWords = () =>
  workerName() === undefined
    ? 'the call waits in another process of this server, or was lost when a process restarted. Several processes need --workers or --redis to find each other’s calls.'
    : 'the process in which the call waited has exited, and the call with it.'
