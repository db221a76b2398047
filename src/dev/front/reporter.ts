import { CliError, messageOf } from '../../terminal/errors.ts'
import type { ClientCount } from '../conversation/clients.ts'
import type { About } from '../protocol/ipc.ts'
import type { OfferChange } from '../protocol/offer.ts'

export interface Failure {
  message: string
  details: readonly string[]
}

export function failureOf(error: unknown): Failure {
  return { message: messageOf(error), details: error instanceof CliError ? error.details : [] }
}

/** Events for the terminal. */
export interface Reporter {
  /** The first generation is serving. */
  ready(about: About, took: number): void
  /** A save that does not change the code. */
  unchanged(took: number): void
  reloaded(change: OfferChange, took: number, clients: ClientCount): void
  /** A save that fails to load; the previous version, if any, is still being served. */
  failed(failure: Failure, serving: boolean, clients: ClientCount): void
  crashed(reason: string, clients: ClientCount): void
}
