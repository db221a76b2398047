import { limitedSignal } from '../../process/limited-signal.ts'
import { outgoingFetch } from '../../process/proxy/outgoing-fetch.ts'
import { boundedFetch } from '../url/bounded-fetch.ts'

/** Milliseconds that an authorization server may take for one answer. */
const answerLimit = 30_000
/** Bytes of one answer. */
const sizeLimit = 1024 * 1024

/**
 * Fetches for a login: of limited time and size, and no more once it is stopped. By `fetch` itself, which does not go to
 * ports that other things than HTTP are spoken on: servers name these addresses.
 * @param onLate is told when the time of a request is over.
 */
export function loginRequests(stop: AbortSignal, onLate?: () => void): typeof globalThis.fetch {
  const bounded = boundedFetch(sizeLimit, () => undefined, outgoingFetch)
  return (input, init) => {
    const signal = limitedSignal(answerLimit, stop)
    signal.addEventListener('abort', () => {
      if (!stop.aborted) onLate?.()
    })
    return bounded(input, { ...init, signal })
  }
}
