import { randomBytes } from 'node:crypto'
import { processName, workerName } from '../../process/runner-hook.ts'

const prefix = 'fastmcp.'

/** A state as it is given out: it names the process in which the call waits. */
const named = /^fastmcp\.([a-z0-9]{10})\./

/** Whether a state is of the kind given out here, whichever process has done so. */
export const isCallState = (state: unknown): state is string =>
  typeof state === 'string' && state.startsWith(prefix)

/** A `requestState` for a call that waits here: random, and good once. */
export const newCallState = (): string => `${prefix}${processName()}.${randomBytes(32).toString('base64url')}`

/** A `requestState` that names no call waiting here, or one of another tool, arguments or caller. */
export class UnknownState extends Error {
  readonly code = -32602

  constructor(state: string) {
    super(unknownStateWords(state))
  }
}

/** What the SDK says of it, and not why. */
export const unknownWords = 'Invalid or expired requestState'

/** The same, and why a retry finds no call. */
export function unknownStateWords(state: string): string {
  const name = named.exec(state)?.[1]
  return name === undefined || name === processName() ? unknownWords : `${unknownWords}: ${elsewhereWords()}`
}

/** Where processes can reach each other, the one that was named has been looked for, and is gone. */
const elsewhereWords = () =>
  workerName() === undefined
    ? 'the call waits in another process of this server, or was lost when a process restarted. Several processes need --workers or --redis to find each other’s calls.'
    : 'the process in which the call waited has exited, and the call with it.'
