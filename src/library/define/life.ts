import type { ServerContext } from '@modelcontextprotocol/server'
import type { CallLife } from '../../sessions/suspended/suspended-calls.ts'
import type { Round } from './context.ts'

/**
 * What lives as long as a handler, across the requests that its answers come in. Its signal is made when somebody reads it:
 * hardly any handler does, and one that follows another costs more than a call.
 */
export class Life implements CallLife<ServerContext> {
  readonly round: Round
  #controller: AbortController | undefined
  /** Of the request that it is being answered in. */
  #request: AbortSignal | undefined
  #over: { reason: unknown } | undefined

  constructor(sdk: ServerContext) {
    this.round = { sdk }
  }

  /** Aborted when nobody waits for the handler any more. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#over) this.#controller.abort(this.#over.reason)
      else this.#listen()
    }
    return this.#controller.signal
  }

  renew(sdk: ServerContext): void {
    this.round.sdk = sdk
  }

  /** From now on it ends with this request. */
  follow(request: AbortSignal): void {
    this.#request = request
    if (this.#controller) this.#listen()
  }

  /** The request that it has followed is over, which is no reason to end. */
  leave(): void {
    const request = this.#request
    this.#request = undefined
    if (this.#controller) request?.removeEventListener('abort', this.#left)
    if (request?.aborted) this.abort(request.reason)
  }

  abort(reason: unknown): void {
    this.#over ??= { reason }
    this.#controller?.abort(this.#over.reason)
  }

  #listen(): void {
    if (this.#request?.aborted) this.abort(this.#request.reason)
    else this.#request?.addEventListener('abort', this.#left, { once: true })
  }

  readonly #left = () => this.abort(this.#request?.reason)
}
