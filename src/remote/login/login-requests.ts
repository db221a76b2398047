import { limitedSignal } from '../../process/limited-signal.ts'
import { outgoingFetch } from '../../process/proxy/outgoing-fetch.ts'
import { boundedFetch } from '../url/bounded-fetch.ts'
import { addressFault } from './checked-metadata.ts'
import { LoginFault } from './login-fault.ts'

/** Milliseconds that an authorization server may take to respond. */
const answerLimit = 30_000
/** Maximum bytes of a response. */
const sizeLimit = 1024 * 1024

/**
 * Fetches for a login, with limits of time and size, and until it is aborted. Uses `fetch` itself, which blocks ports
 * of other protocols, since servers name these URLs. The official client requests some URLs before it reports them, so
 * URLs are checked here.
 * @param server the server for which the login is; its own URL is always allowed.
 * @param onLate is called when a request times out.
 * @throws LoginFault for a URL that is not allowed.
 */
export function loginRequests(server: URL, stop: AbortSignal, onLate?: () => void): typeof globalThis.fetch {
  const bounded = boundedFetch(sizeLimit, () => undefined, outgoingFetch)
  return async (input, init) => {
    refuseAddress(new URL(input instanceof Request ? input.url : input), server)
    const signal = limitedSignal(answerLimit, stop)
    signal.addEventListener('abort', () => {
      if (!stop.aborted) onLate?.()
    })
    return bounded(input, { ...init, signal })
  }
}

function refuseAddress(address: URL, server: URL): void {
  const fault = address.origin === server.origin ? undefined : addressFault(address, server)
  if (fault !== undefined)
    throw new LoginFault(
      `it wants a login to be looked for at ${address.protocol}//${address.host}, which ${fault}`,
    )
}
