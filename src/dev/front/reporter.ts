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

/** What happens, for the terminal. */
export interface Reporter {
  /** The first generation serves. */
  ready(about: About, took: number): void
  /** A save after which the same code would run. */
  unchanged(took: number): void
  reloaded(change: OfferChange, took: number, clients: ClientCount): void
  /** A save that does not load; what was served before is served still, if there was anything. */
  failed(failure: Failure, serving: boolean, clients: ClientCount): void
  crashed(reason: string, clients: ClientCount): void
}
