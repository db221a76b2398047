import { limitedSignal } from '../../process/limited-signal.ts'
import { outgoingFetch } from '../../process/proxy/outgoing-fetch.ts'
import { boundedFetch } from '../url/bounded-fetch.ts'
import { addressFault } from './checked-metadata.ts'
import { LoginFault } from './login-fault.ts'

/** Milliseconds that an authorization server may take for one answer. */
const answerLimit = 30_000
/** Bytes of one answer. */
const sizeLimit = 1024 * 1024

/**
 * Fetches for a login: of limited time and size, and no more once it is stopped. By `fetch` itself, which does not go to
 * ports that other things than HTTP are spoken on: servers name these addresses. The official client asks at some of them
 * before it tells them, so that the one place to refuse an address is here.
 * @param server the server that is logged in at, which may itself be asked in any case.
 * @param onLate is told when the time of a request is over.
 * @throws LoginFault for an address that nothing is sent to.
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
